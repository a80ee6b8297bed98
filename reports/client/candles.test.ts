import { expect, it } from "vitest";
import { candlesBetween } from "./candles.js";

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
