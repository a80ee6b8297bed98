import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY, HOUR } from "../../engine/market/bars.ts";
import { feeSettings } from "../../engine/market/fee-schedule.ts";
import { runFigures } from "./figures.ts";
import { testReplay } from "./test-replay.ts";

/** One unit bought for all cash at the first close: equity is the close. */
const figures = (start: number, closes: readonly number[], interval = DAY) =>
  runFigures(
    testReplay({
      interval,
      start,
      symbols: ["BTC"],
      strategies: ["Up"],
      closes: [closes],
      cash: closes[0],
      fills: [{ row: 1, pair: 0, strategy: 0, side: 1, quantity: 1, price: closes[0], fee: 0 }],
    }),
    { pairs: [], fees: feeSettings.parse({}) },
  );

// days end on 29, 30, 31 December, 1 (that is: 31 December), 2, 3 January
const START = Date.UTC(2023, 11, 29);
const { byYear, byMonth } = figures(START, [100, 110, 99, 120, 108, 132]);

describe("figures by year", () => {
  it("give the day that ends at midnight of 1 January to the year before", () => {
    expect(byYear.map((y) => [y.year, y.days])).toEqual([
      [2023, 3],
      [2024, 2],
    ]);
    expect(byYear[0].totalReturn.value).toBeCloseTo(120 / 100 - 1, 14);
    expect(byYear[1].totalReturn.value).toBeCloseTo(132 / 120 - 1, 14);
  });

  it("count the equity that a year began with as a peak, and none before", () => {
    expect(byYear[0].maxDrawdown.value).toBeCloseTo(99 / 110 - 1, 14);
    expect(byYear[1].maxDrawdown.value).toBeCloseTo(108 / 120 - 1, 14);
  });

  it("annualise mean and deviation of the year's own returns", () => {
    const [a, b] = [108 / 120 - 1, 132 / 108 - 1];
    const deviation = Math.abs(a - b) / Math.SQRT2;
    expect(byYear[1].volatility.value).toBeCloseTo(deviation * Math.sqrt(365), 12);
    expect(byYear[1].sharpe.value).toBeCloseTo(((a + b) / 2 / deviation) * Math.sqrt(365), 12);
  });

  it("say why one day has no Sharpe", () => {
    const [only] = figures(START, [100, 110]).byYear;
    expect(only.days).toBe(1);
    expect(only.sharpe).toEqual({ value: null, why: "fewer than 2 returns" });
  });

  it("leave out a last day that has not ended", () => {
    // closes at 12:00, 00:00, 12:00 ...: the last one, 12:00 on 1 January, ends no day
    const years = figures(Date.UTC(2023, 11, 30, 12), [100, 110, 105, 120, 90], 12 * HOUR).byYear;
    expect(years.map((y) => [y.year, y.days])).toEqual([[2023, 2]]);
    expect(years[0].totalReturn.value).toBeCloseTo(120 / 100 - 1, 14);
  });
});

describe("figures by month", () => {
  it("are named by year and month and give the last day of a month to it", () => {
    expect(byMonth.map((m) => [m.month, m.days])).toEqual([
      ["2023-12", 3],
      ["2024-01", 2],
    ]);
    expect(byMonth[1].totalReturn.value).toBeCloseTo(0.1, 14);
  });

  it("know a leap year's February", () => {
    const { byMonth: months } = figures(
      Date.UTC(2024, 0, 1),
      Array.from({ length: 367 }, (_, k) => 100 + k),
    );
    expect(months.map((m) => m.days)).toEqual([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);
  });
});

it("multiplies months to years and years to the run's growth over its daily points", () => {
  const closes = fc.array(fc.double({ min: 50, max: 150, noNaN: true }), { minLength: 2, maxLength: 900 });
  const start = fc.integer({ min: 0, max: 2000 });
  fc.assert(
    fc.property(start, closes, (offset, prices) => {
      const f = figures(Date.UTC(2019, 5, 1) + offset * DAY, prices);
      const growth = (of: readonly { totalReturn: { value: number | null } }[]) =>
        of.reduce((g, { totalReturn }) => g * (1 + (totalReturn.value as number)), 1);
      const { equity, returns } = f.daily;
      const whole = equity[equity.length - 1] / equity[0];
      expect(Math.abs(growth(f.byYear) / whole - 1)).toBeLessThan(1e-11);
      for (const year of f.byYear) {
        const months = f.byMonth.filter((m) => m.month.startsWith(`${year.year}`));
        expect(growth(months)).toBeCloseTo(1 + (year.totalReturn.value as number), 11);
        expect(months.reduce((n, m) => n + m.days, 0)).toBe(year.days);
      }
      expect(f.byYear.reduce((n, y) => n + y.days, 0)).toBe(returns.length - 1);
    }),
    { numRuns: 50 },
  );
});
