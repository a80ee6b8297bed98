import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatNumber } from "./format.js";
import { logTicks, numberLabels, stepTicks, timeLabels, timeTicks } from "./ticks.js";

describe("a logarithmic axis", () => {
  it("has round values where powers of ten would leave it bare", () => {
    expect(logTicks(95_000, 112_000, 12)).toEqual([
      96_000, 98_000, 100_000, 102_000, 104_000, 106_000, 108_000, 110_000, 112_000,
    ]);
    expect(logTicks(90_000, 1_050_000, 10)).toEqual([100_000, 200_000, 300_000, 500_000, 700_000, 1_000_000]);
    expect(logTicks(1, 1e6, 8)).toEqual([1, 10, 100, 1000, 1e4, 1e5, 1e6]);
    expect(logTicks(1e-3, 1e20, 6)).toHaveLength(6);
  });

  it("has at least one value inside, none outside, and never two that touch", () => {
    const low = fc.double({ min: 1e-8, max: 1e9, noNaN: true });
    const ratio = fc.double({ min: 1.001, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(low, ratio, fc.integer({ min: 5, max: 20 }), (min, r, most) => {
        const max = min * r;
        const ticks = logTicks(min, max, most);
        expect(ticks.length).toBeGreaterThan(0);
        for (const x of ticks) expect(x >= min * (1 - 1e-9) && x <= max * (1 + 1e-9)).toBe(true);
        const gap = (Math.log(r) / most) * (1 - 1e-6);
        for (let i = 1; i < ticks.length; i++) expect(Math.log(ticks[i] / ticks[i - 1])).toBeGreaterThan(gap);
      }),
    );
  });

  it("has none where there is no such axis", () => {
    expect([logTicks(0, 5, 8), logTicks(3, 3, 8), logTicks(Number.NaN, 3, 8)]).toEqual([[], [], []]);
  });
});

it("takes steps of 1, 2 or 5", () => {
  expect(stepTicks(0.3, 10, 1.5)).toEqual([2, 4, 6, 8, 10]);
  expect(stepTicks(-0.17, 0, 0.05)).toEqual([-0.15, -0.1, -0.05, 0]);
});

describe("a time axis", () => {
  const day = (y: number, m: number, d = 1) => Date.UTC(y, m - 1, d);

  it("begins months and years on their first day, UTC", () => {
    expect(timeTicks(day(2021, 1, 15), day(2021, 5, 2), 5)).toEqual([2, 3, 4, 5].map((m) => day(2021, m)));
    expect(timeTicks(day(2014, 6), day(2022, 6), 8)).toEqual(
      [2015, 2016, 2017, 2018, 2019, 2020, 2021, 2022].map((y) => day(y, 1)),
    );
  });

  it("begins weeks on Mondays", () => {
    const ticks = timeTicks(day(2021, 3, 1), day(2021, 4, 10), 6);
    expect(ticks.map((t) => new Date(t).getUTCDay())).toEqual(ticks.map(() => 1));
    expect(ticks).toHaveLength(6);
  });

  it("has no more ticks than asked for", () => {
    const span = fc.double({ min: 3_600_000, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(span, fc.integer({ min: 2, max: 20 }), (ms, most) => {
        expect(timeTicks(day(2015, 2, 3), day(2015, 2, 3) + ms, most).length).toBeLessThanOrEqual(most + 1);
      }),
    );
  });

  it("writes the day or year where it changes", () => {
    const hours = [day(2021, 3, 4) + 18 * 3_600_000, day(2021, 3, 5), day(2021, 3, 5) + 6 * 3_600_000];
    expect(timeLabels(hours)).toEqual(["18:00\n4 Mar", "00:00\n5 Mar", "06:00"]);
    expect(timeLabels([day(2020, 12), day(2021, 1), day(2021, 2)])).toEqual([
      "Dec\n2020",
      "Jan\n2021",
      "Feb",
    ]);
    expect(timeLabels([day(2020, 1), day(2021, 1)])).toEqual(["2020", "2021"]);
  });
});

it("labels values with the fewest decimals that tell them apart", () => {
  expect(numberLabels([1_000_000, 1_200_000], formatNumber)).toEqual(["1,000,000", "1,200,000"]);
  expect(numberLabels([0.025, 0.03], formatNumber)).toEqual(["0.025", "0.030"]);
});
