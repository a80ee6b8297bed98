import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY, HOUR } from "../../engine/market/bars.ts";
import { feeSettings } from "../../engine/market/fee-schedule.ts";
import { RULES } from "../../engine/risk/limits.ts";
import { buyAndHold } from "./benchmark.ts";
import { dailyEquity, equityFigures } from "./equity-figures.ts";
import { EXAMPLE } from "./example-run.test-data.ts";
import { runFigures } from "./figures.ts";
import { type TestFill, type TestRun, testReplay } from "./test-replay.ts";

const MONDAY = Date.UTC(2024, 0, 1);
const fees = feeSettings.parse({});

const figures = (run: TestRun) =>
  runFigures(testReplay(run), {
    pairs: run.symbols.map((symbol) => ({ symbol, eligibleFrom: 0, tick: 0.01, halfSpread: 0.001 })),
    fees,
  });
const f = figures(EXAMPLE);
const value = (x: { value: number | null }) => x.value as number;

describe("headline figures", () => {
  it("take final equity and total return from the last bar", () => {
    expect(value(f.metrics.initialEquity)).toBe(1000);
    expect(value(f.metrics.finalEquity)).toBe(1026);
    expect(f.metrics.pnl).toBe(26);
    expect(value(f.metrics.totalReturn)).toBeCloseTo(0.026, 14);
    expect(f.metrics.years).toBeCloseTo(3 / 365, 14);
    expect(value(f.metrics.cagr)).toBeCloseTo(1.026 ** (365 / 3) - 1, 9);
  });

  it("measure Sharpe on 00:00 UTC closes from the first row on", () => {
    // the points are 1000 (the first row, 12:00), 997, 1018.5, 1020 (00:00); the last row, 12:00, is none
    const r = [997 / 1000 - 1, 1018.5 / 997 - 1, 1020 / 1018.5 - 1];
    const mean = (r[0] + r[1] + r[2]) / 3;
    const sd = Math.sqrt(r.reduce((s, x) => s + (x - mean) ** 2, 0) / 2);
    expect(f.metrics.returns).toBe(3);
    expect(value(f.metrics.sharpe)).toBeCloseTo((mean / sd) * Math.sqrt(365), 10);
  });

  it("show drawdown on the daily grid and at bar closes apart", () => {
    expect(value(f.metrics.maxDrawdown)).toBeCloseTo(-0.003, 14);
    expect(value(f.metrics.maxDrawdownAtBars)).toBeCloseTo(1014.5 / 1018.5 - 1, 14);
    expect(f.metrics.longestUnderwater).toEqual({
      days: 1.5,
      from: "2024-01-01T12:00:00.000Z",
      to: "2024-01-03T00:00:00.000Z",
      open: false,
    });
  });

  it("measure exposure and turnover on every bar", () => {
    const exposure = [0, 200 / 997, 320 / 1016.5, 322 / 1018.5, 80 / 1014.5, 54 / 1020, 60 / 1026];
    expect(value(f.metrics.exposureMean)).toBeCloseTo(exposure.reduce((a, b) => a + b) / 7, 14);
    expect(value(f.metrics.exposureMax)).toBeCloseTo(322 / 1018.5, 14);
    expect(f.metrics.traded).toBe(202 + 100 + 240 + 32);
    const meanEquity = (1000 + 997 + 1016.5 + 1018.5 + 1014.5 + 1020 + 1026) / 7;
    expect(value(f.metrics.turnover)).toBeCloseTo(574 / meanEquity / (3 / 365), 9);
  });

  it("split costs by kind so that the kinds add up", () => {
    const { costs } = f.metrics;
    expect(costs.fee).toBe(4);
    expect(costs.halfSpread).toBeCloseTo(0.8, 12);
    expect(costs.drift).toBeCloseTo(0.6, 12);
    expect(costs.impact).toBeCloseTo(0.4 + 2, 12);
    expect(costs.rounding).toBeCloseTo(0.2, 12);
    expect(costs.total).toBe(8);
    expect(value(f.metrics.costsOfTraded)).toBeCloseTo(8 / 574, 14);
    expect(value(f.metrics.costsOfGross)).toBeCloseTo(8 / 34, 14);
    expect(value(f.metrics.flaggedShare)).toBe(0.25);
  });

  it("list every halt", () => {
    expect(f.halts).toEqual([3, 6]);
  });

  it("have a reason everywhere when no row may trade", () => {
    const none = figures({ ...EXAMPLE, fills: [], refusals: [], firstRow: 7 });
    for (const x of [
      none.metrics.sharpe,
      none.metrics.finalEquity,
      none.metrics.exposureMean,
      none.metrics.cagr,
    ]) {
      expect(x.value).toBeNull();
    }
    expect(none.byRegime.map((r) => r.rows)).toEqual([0, 0, 0, 0]);
    expect(none.byStrategy.map((s) => s.pnl)).toEqual([0, 0]);
  });

  it("have returns once two days have passed on bars longer than a day", () => {
    const time = Float64Array.from([0, 1, 2, 3], (k) => MONDAY + k * 7 * DAY);
    const weekly = equityFigures(time, Float64Array.of(100, 110, 99, 120), 0, 7 * DAY);
    expect(weekly.returns).toBe(3);
    expect(value(weekly.volatility)).toBeGreaterThan(0);
  });
});

describe("breakdowns", () => {
  it("give a bar's change to the regime decided at the close before", () => {
    const [on, , off, panic] = f.byRegime;
    // rows 1, 2, 5, 6 follow RISK_ON: -3, +19.5, +5.5, +6; rows 3, 4 follow RISK_OFF: +2, -4
    expect(on.rows).toBe(4);
    expect(on.pnl).toBeCloseTo(28, 10);
    expect(off.pnl).toBeCloseTo(-2, 10);
    expect(off.share).toBeCloseTo(2 / 6, 14);
    expect(value(off.totalReturn)).toBeCloseTo(1014.5 / 1016.5 - 1, 14);
    expect(off.fills).toBe(1);
    expect(off.costs.total).toBe(4);
    expect(on.roundTrips.closed).toBe(1);
    expect(panic.sharpe).toEqual({ value: null, why: "no returns" });
  });

  it("give P&L, costs and orders to strategies", () => {
    const [up, down] = f.byStrategy;
    // 2 BTC: 240 - 202 - 3 = 35; 10 ETH: 32 + 60 - 100 - 1 = -9
    expect(up.pnl).toBeCloseTo(35, 10);
    expect(down.pnl).toBeCloseTo(-9, 10);
    expect(up.costs.total).toBe(7);
    expect([down.orders, down.fills, down.refusals]).toEqual([2, 2, 3]);
  });

  it("count refusals in the order of the checks", () => {
    expect(f.refusals.map((r) => r.rule)).toEqual([...RULES]);
    expect(f.refusals.filter((r) => r.count > 0)).toEqual([
      { rule: "downtime", count: 1, value: 70 },
      { rule: "correlation", count: 2, value: 80 },
    ]);
  });

  it("add up to the run's P&L, by regime, by strategy and by round trip, whatever was filled", () => {
    const fill = fc.record({
      row: fc.integer({ min: 1, max: 19 }),
      pair: fc.integer({ min: 0, max: 1 }),
      size: fc.integer({ min: 1, max: 5 }),
      sell: fc.boolean(),
      slip: fc.double({ min: 0, max: 0.05, noNaN: true }),
    });
    const closes = fc.array(fc.double({ min: 50, max: 150, noNaN: true }), { minLength: 20, maxLength: 20 });
    const regime = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(closes, closes, regime, fc.array(fill, { maxLength: 15 }), (btc, eth, regimes, wanted) => {
        const holds = [0, 0];
        const owns = [0, 0];
        const fills: TestFill[] = [];
        for (const w of wanted.sort((a, b) => a.row - b.row)) {
          const sell = w.sell && holds[w.pair] > 0;
          const quantity = sell ? Math.min(w.size, holds[w.pair]) : w.size;
          if (holds[w.pair] === 0) owns[w.pair] = fills.length % 2;
          holds[w.pair] += sell ? -quantity : quantity;
          const open = (w.pair === 0 ? btc : eth)[w.row - 1];
          const price = open * (1 + (sell ? -w.slip : w.slip));
          fills.push({
            row: w.row,
            pair: w.pair,
            strategy: owns[w.pair],
            side: sell ? -1 : 1,
            quantity,
            price,
            fee: 0.004 * price * quantity,
            halfSpread: w.slip / 2,
          });
        }
        const run = figures({ ...EXAMPLE, closes: [btc, eth], cash: 1e5, regime: regimes, fills });
        const { pnl, costs } = run.metrics;
        const sum = (xs: number[]) => xs.reduce((a, b) => a + b, 0);
        const near = (x: number, of: number) => expect(Math.abs(x - of)).toBeLessThanOrEqual(1e-9 * 1e4);
        near(sum(run.byRegime.map((r) => r.pnl)), pnl);
        near(sum(run.byStrategy.map((s) => s.pnl)), pnl);
        near(sum(run.trips.map((t) => t.pnl)), pnl);
        near(sum(run.byRegime.map((r) => r.costs.total)), costs.total);
        near(sum(run.byStrategy.map((s) => s.costs.total)), costs.total);
        near(sum(run.trips.map((t) => t.costs.total)), costs.total);
        near(costs.fee + costs.halfSpread + costs.drift + costs.impact + costs.rounding, costs.total);
        expect(sum(run.byRegime.map((r) => r.rows))).toBe(19);
      }),
    );
  });
});

describe("the benchmark", () => {
  it("buys equal cash a pair at the first row that may trade, with half-spread and taker fee", () => {
    const { panel } = testReplay(EXAMPLE);
    const pairs = [
      { symbol: "BTC", eligibleFrom: 0, tick: 0.01, halfSpread: 0.001 },
      { symbol: "ETH", eligibleFrom: 3, tick: 0.01, halfSpread: 0.001 },
    ];
    const equity = buyAndHold(panel, 1, 1000, pairs, fees);
    const btc = 500 / (100 * 1.001 * 1.004);
    const eth = 500 / (8 * 1.001 * 1.004);
    expect([...equity.subarray(0, 2)]).toEqual([1000, 1000]);
    expect(equity[2]).toBeCloseTo(btc * 110 + 500, 10);
    expect(equity[3]).toBeCloseTo(btc * 121 + 500, 10);
    expect(equity[6]).toBeCloseTo(btc * 110 + eth * 10, 10);
  });

  it("takes the fee of its date and never less than half a tick of spread", () => {
    const { panel } = testReplay({ ...EXAMPLE, start: Date.UTC(2020, 0, 1) });
    const pairs = [{ symbol: "BTC", eligibleFrom: 0, tick: 1, halfSpread: 0.001 }];
    const equity = buyAndHold(panel, 0, 1000, pairs, fees);
    expect(equity[6]).toBeCloseTo((1000 / (100 * 1.005 * 1.0026)) * 110, 10);
  });

  it("keeps the cash of a pair that never becomes eligible", () => {
    const { panel } = testReplay(EXAMPLE);
    const pairs = [{ symbol: "BTC", eligibleFrom: 7, tick: 0.01, halfSpread: 0.001 }];
    expect([...buyAndHold(panel, 0, 1000, pairs, fees)]).toEqual(Array(7).fill(1000));
  });

  it("is scaled by multiplying each daily return by the mean exposure", () => {
    const exposure = value(f.metrics.exposureMean);
    const { panel } = testReplay(EXAMPLE);
    const pairs = EXAMPLE.symbols.map((symbol) => ({
      symbol,
      eligibleFrom: 0,
      tick: 0.01,
      halfSpread: 0.001,
    }));
    const held = buyAndHold(panel, 0, 1000, pairs, fees);
    const points = [held[0], held[1], held[3], held[5], held[6]];
    let growth = 1;
    for (let k = 1; k < points.length; k++) growth *= 1 + (points[k] / points[k - 1] - 1) * exposure;
    expect(value(f.benchmark.scaled.totalReturn)).toBeCloseTo(growth - 1, 12);
    expect(f.benchmark.scaled.returns).toBe(3);
    expect(value(f.benchmark.scaled.sharpe)).toBeCloseTo(value(f.benchmark.buyAndHold.sharpe), 10);
  });
});

describe("the daily grid", () => {
  it("starts with the first row once, at midnight or not", () => {
    const time = Float64Array.from({ length: 9 }, (_, k) => MONDAY + k * 8 * HOUR);
    const equity = Float64Array.from({ length: 9 }, (_, k) => 100 + k);
    expect([...dailyEquity(time, equity, 0).equity]).toEqual([100, 103, 106]);
    expect([...dailyEquity(time, equity, 2).equity]).toEqual([102, 103, 106]);
    expect([...dailyEquity(time, equity, 9).equity]).toEqual([]);
  });
});
