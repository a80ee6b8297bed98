import { expect, it } from "vitest";
import { candlesBetween, spanOfTrip } from "./candles.js";
import { runOf } from "./page.test-data.ts";

const bars = {
  n: 5,
  time: [10, 20, 30, 40, 50],
  open: [1, 2, 3, 4, 5],
  high: [2, 9, 4, 5, 6],
  low: [0.5, 1, 2, 0.1, 4],
  close: [2, 3, 4, 5, 5.5],
  volume: [10, 20, 30, 40, 50],
};
const view = { from: 20, to: 50, intervalMs: 10, most: 100 };

it("shows each bar where there is room", () => {
  const { candles, each } = candlesBetween(bars, view);
  expect(each).toBe(1);
  expect(candles).toHaveLength(4);
  expect(candles[0]).toEqual({ from: 10, to: 20, open: 2, high: 9, low: 1, close: 3, volume: 20 });
});

it("joins bars where there is not: first open, extremes, last close, all of the volume", () => {
  const { candles, each } = candlesBetween(bars, { ...view, most: 2 });
  expect(each).toBe(2);
  expect(candles).toEqual([
    { from: 10, to: 30, open: 2, high: 9, low: 1, close: 4, volume: 50 },
    { from: 30, to: 50, open: 4, high: 6, low: 0.1, close: 5.5, volume: 90 },
  ]);
  expect(candlesBetween(bars, { ...view, from: 10, most: 2 }).candles.map((c) => c.to)).toEqual([30, 50]);
});

it("has none outside of the bars", () => {
  expect(candlesBetween(bars, { ...view, from: 60, to: 90 }).candles).toEqual([]);
});

/** Bars that close at these times, and a trip of fills at the opens of the bars that close at 40 and 60. */
const spanIn = (time: number[], open = 0, around = 2) =>
  spanOfTrip(
    runOf({
      intervalMs: 10,
      trips: {
        entryTime: Float64Array.of(30),
        exitTime: Float64Array.of(50 + 10 * open),
        open: Float64Array.of(open),
      },
    }),
    { n: time.length, time },
    0,
    around,
  );

it("spans a trip from its entry's bar to its exit's, and what follows on both sides", () => {
  expect(spanIn([10, 20, 30, 40, 50, 60, 70, 80, 90])).toEqual({ from: 20, to: 80 });
  expect(spanIn([40, 50, 60])).toEqual({ from: 40, to: 60 });
  expect(spanIn([10, 30, 40, 50, 60, 80])).toEqual({ from: 30, to: 60 });
  expect(spanIn([40, 50, 60], 1)).toEqual({ from: 40, to: 60 }); // open: it ends with a close
});

it("spans nothing where one of the trip's bars is missing, whatever its neighbours have", () => {
  expect(spanIn([10, 20, 30, 50, 60, 70])).toBeUndefined();
  expect(spanIn([30, 40, 60, 70])).toBeUndefined();
  expect(spanIn([20, 30, 40, 50])).toBeUndefined();
  expect(spanIn([50, 60, 70])).toBeUndefined();
  expect(spanIn([70, 80])).toBeUndefined();
  expect(spanIn([])).toBeUndefined();
});
