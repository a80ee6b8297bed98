import { sampleStandardDeviation } from "simple-statistics";
import { describe, expect, it } from "vitest";
import { synthetic } from "../../datasets/load.ts";
import { engineConfig } from "../../engine/config.ts";
import { DAY } from "../../engine/market/bars.ts";
import { feeSettings } from "../../engine/market/fee-schedule.ts";
import { type Replay, replay } from "../../engine/replay.ts";
import { createSystem } from "../../engine/system.ts";
import { maxDrawdown } from "../metrics/drawdown.ts";
import { EXAMPLE } from "./example-run.test-data.ts";
import { type RunFigures, runFigures } from "./figures.ts";
import { type TestRun, testReplay } from "./test-replay.ts";

const figuresOf = (done: Replay): RunFigures =>
  runFigures(done, {
    pairs: done.symbols.map((symbol) => ({ symbol, eligibleFrom: 0, tick: 0.01, halfSpread: 0.001 })),
    fees: feeSettings.parse({}),
  });
const dailyOf = (run: TestRun) => figuresOf(testReplay(run)).daily;
const near = (found: Float64Array, expected: readonly number[]) => {
  expect(found).toHaveLength(expected.length);
  found.forEach((x, k) => {
    expect(x, `point ${k}`).toBeCloseTo(expected[k], 12);
  });
};

/** A held pair on bars of a day, from 00:00 on. */
const days = (closes: readonly number[], quantity = 1): TestRun => ({
  ...EXAMPLE,
  interval: DAY,
  start: Date.UTC(2024, 0, 1),
  symbols: ["BTC"],
  closes: [closes],
  regime: [],
  halted: [],
  refusals: [],
  fills: quantity > 0 ? [{ row: 1, pair: 0, strategy: 0, side: 1, quantity, price: closes[0], fee: 0 }] : [],
});

describe("the days of a run", () => {
  const daily = dailyOf(EXAMPLE);

  it("are the first row and every 00:00 UTC close", () => {
    expect([...daily.rows]).toEqual([0, 1, 3, 5]);
    expect(daily.time[0]).toBe(Date.UTC(2024, 0, 1, 12));
    expect([...daily.time.subarray(1)].map((t) => t % DAY)).toEqual([0, 0, 0]);
    near(daily.equity, [1000, 997, 1018.5, 1020]);
  });

  it("have a return from the second point on, and a drawdown from the peak of the points", () => {
    expect(daily.returns[0]).toBeNaN();
    near(daily.returns.subarray(1), [-0.003, 1018.5 / 997 - 1, 1020 / 1018.5 - 1]);
    near(daily.drawdown, [0, -0.003, 0, 0]);
    near(dailyOf(days([100, 110, 99, 105])).drawdown, [0, 0, 999 / 1010 - 1, 1005 / 1010 - 1]);
  });

  it("give a pair the change of its value, less what its fills cost", () => {
    const [btc, eth] = daily.pnlByPair;
    // buys 2 at 101 + 1, marked at 100; then at 121; sold at 120 - 2
    near(btc, [0, 200 - 203, 242 - 200, 238 - 242]);
    // buys 10 at 10 + 0.5, marked at 8; sells 4 at 8 - 0.5, 6 are marked at 9
    near(eth, [0, 0, 80 - 100.5, 31.5 + 54 - 80]);
  });

  it("give a pair nothing before its listing", () => {
    const done = testReplay(EXAMPLE);
    for (const column of Object.values(done.panel.pairs[1])) column.fill(Number.NaN, 0, 2);
    near(figuresOf(done).daily.pnlByPair[1], [0, 0, -20.5, 5.5]);
  });

  it("give a strategy the change of its P&L", () => {
    near(daily.pnlByStrategy[0], [0, -3, 42, -4]);
    near(daily.pnlByStrategy[1], [0, 0, -20.5, 5.5]);
  });

  it("show the mean exposure at the day's closes, the first point its own", () => {
    near(daily.exposure, [0, 200 / 997, (320 / 1016.5 + 322 / 1018.5) / 2, (80 / 1014.5 + 54 / 1020) / 2]);
    near(daily.exposureByStrategy[0], [0, 200 / 997, (220 / 1016.5 + 242 / 1018.5) / 2, 0]);
  });

  it("show the benchmarks' equities that their figures are made of", () => {
    const { benchmark } = figuresOf(testReplay(EXAMPLE));
    expect(benchmark.buyAndHold.initialEquity.value).toBe(daily.buyAndHold[0]);
    expect(benchmark.buyAndHold.maxDrawdown.value).toBeCloseTo(maxDrawdown(daily.buyAndHold), 14);
    const rises = (equity: Float64Array, k: number) => equity[k] / equity[k - 1] - 1;
    const exposure = figuresOf(testReplay(EXAMPLE)).metrics.exposureMean.value as number;
    expect(daily.scaled).toHaveLength(4);
    expect(daily.scaled[0]).toBe(1000);
    for (let k = 1; k < 4; k++) {
      expect(rises(daily.scaled, k)).toBeCloseTo(exposure * rises(daily.buyAndHold, k), 14);
    }
  });

  it("have Sharpe and volatility of the last 90 returns, and none before the 90th", () => {
    const closes = Array.from({ length: 120 }, (_, k) => 100 + 9 * Math.sin(k * k));
    const { returns, sharpe90, volatility90 } = dailyOf(days(closes, 3));
    expect([...sharpe90.subarray(0, 90), ...volatility90.subarray(0, 90)].every(Number.isNaN)).toBe(true);
    for (const k of [90, 119]) {
      const window = [...returns.subarray(k - 89, k + 1)];
      const deviation = sampleStandardDeviation(window);
      const mean = window.reduce((s, r) => s + r, 0) / 90;
      expect(volatility90[k]).toBeCloseTo(deviation * Math.sqrt(365), 12);
      expect(sharpe90[k]).toBeCloseTo((mean / deviation) * Math.sqrt(365), 9);
    }
  });

  it("have volatility 0 and no Sharpe while nothing is traded", () => {
    const daily = dailyOf(
      days(
        Array.from({ length: 95 }, (_, k) => 100 + k),
        0,
      ),
    );
    expect([daily.volatility90[94], daily.sharpe90[94], daily.exposure[94]]).toEqual([0, Number.NaN, 0]);
    expect(daily.pnlByPair[0].every((x) => x === 0)).toBe(true);
  });

  it("take every bar where bars are longer than a day", () => {
    const weekly = dailyOf({ ...days([100, 110, 99, 105]), interval: 7 * DAY });
    expect([...weekly.rows]).toEqual([0, 1, 2, 3]);
    near(weekly.pnlByPair[0], [0, 10, -11, 6]);
  });

  it("begin at the first row that may trade", () => {
    const later = dailyOf({ ...EXAMPLE, fills: [], refusals: [], firstRow: 4 });
    expect([...later.rows]).toEqual([4, 5]);
  });

  it.each([
    ["no row", { closes: [[], []] }, []],
    ["one row", { closes: [[100], [10]] }, [0]],
    [
      "two rows",
      {
        closes: [
          [100, 101],
          [10, 11],
        ],
      },
      [0, 1],
    ],
    ["no row that may trade", { firstRow: 7 }, []],
  ])("are told of a panel with %s", (_, run, rows) => {
    const f = figuresOf(testReplay({ ...EXAMPLE, fills: [], refusals: [], ...run }));
    expect([...f.daily.rows]).toEqual(rows);
    const { exposureByStrategy: exposures, pnlByPair, pnlByStrategy, ...columns } = f.daily;
    for (const column of [...Object.values(columns), ...exposures, ...pnlByPair, ...pnlByStrategy]) {
      expect(column).toHaveLength(rows.length);
    }
    expect(f.byPair.map((p) => p.pnl)).toEqual([0, 0]);
    expect(f.byYear.map((y) => y.days)).toEqual(rows.length > 1 ? [1] : []);
    expect(f.byMonth.map((m) => m.days)).toEqual(rows.length > 1 ? [1] : []);
  });
});

describe("the whole system on the synthetic market", () => {
  const { panel } = synthetic({ seed: 5, rows: 6000, pairs: ["BTC", "ETH", "XRP"] });
  const { symbols, interval } = panel;
  const f = figuresOf(replay(createSystem({ config: engineConfig.parse({}), symbols, interval }), panel));

  it("adds every day's P&L, by pair and by strategy, up to the change of equity", () => {
    const { equity, pnlByPair, pnlByStrategy } = f.daily;
    expect(equity.length).toBeGreaterThan(190);
    for (const family of [pnlByPair, pnlByStrategy]) {
      for (let k = 1; k < equity.length; k++) {
        const sum = family.reduce((s, pnl) => s + pnl[k], 0);
        expect(Math.abs(sum - (equity[k] - equity[k - 1]))).toBeLessThan(1e-12 * equity[k]);
      }
    }
  });

  it("adds exposure by strategy up to the exposure", () => {
    const { exposure, exposureByStrategy: strategies } = f.daily;
    expect(Math.max(...exposure)).toBeGreaterThan(0.05);
    for (let k = 0; k < exposure.length; k++) {
      expect(strategies.reduce((s, x) => s + x[k], 0)).toBeCloseTo(exposure[k], 14);
    }
  });
});
