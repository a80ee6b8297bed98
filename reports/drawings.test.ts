import { expect, it } from "vitest";
import { binsOf, daysAStep, meansOf, monthlyCounts, regimeBands } from "./drawings.ts";
import { shadeOf } from "./sections/months.tsx";

it("counts every return once, in bins that lie evenly around 0", () => {
  const bins = binsOf(Float64Array.of(-0.02, -0.0001, 0, 0, 0.0001, 0.0041, 0.041));
  expect(bins).toHaveLength(41);
  expect([bins[0].from, bins[40].to].map((x) => x.toFixed(6))).toEqual(["-0.041000", "0.041000"]);
  // bins of 0.002: the middle one is [-0.001, 0.001)
  expect(bins.map((b) => b.count).flatMap((count, k) => (count > 0 ? [[k, count]] : []))).toEqual([
    [10, 1],
    [20, 4],
    [22, 1],
    [40, 1],
  ]);
});

it("has a bin for returns that are all 0", () => {
  expect(binsOf(new Float64Array(3))[20].count).toBe(3);
});

it("draws a stretch of rows of one regime as one band, to the next regime's first row or the last row", () => {
  const time = Float64Array.of(10, 20, 30, 40, 50, 60);
  expect(regimeBands(time, Float64Array.of(-1, 2, 2, 0, 0, 0), 1)).toEqual([
    { from: 20, to: 40, regime: 2 },
    { from: 40, to: 60, regime: 0 },
  ]);
});

it("takes means over whole steps and what is left, unknown values as 0", () => {
  expect(meansOf(Float64Array.of(1, 3, Number.NaN, 4, 5), 2)).toEqual([2, 2, 5]);
  expect([daysAStep(1), daysAStep(400), daysAStep(401), daysAStep(3650)]).toEqual([1, 1, 2, 10]);
});

it("counts events by calendar month in UTC and by series", () => {
  const at = (text: string) => Date.parse(`${text}Z`);
  const times = Float64Array.of(at("2021-01-31T23:59"), at("2021-02-01T00:00"), at("2021-02-28T23:00"), 0);
  expect(monthlyCounts(times, Float64Array.of(1, 1, 1, -1))).toEqual([
    { time: at("2021-01-01T00:00"), series: 1, value: 1 },
    { time: at("2021-02-01T00:00"), series: 1, value: 2 },
  ]);
});

it.each([
  [0.004, "up-0"],
  [0.005, "up-1"],
  [0.079, "up-3"],
  [0.5, "up-4"],
  [-0.004, "down-0"],
  [-0.02, "down-2"],
])("shades a month's return of %d as %s", (r, shade) => {
  expect(shadeOf(r)).toBe(shade);
});
