import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { feeSettings } from "../../engine/market/fee-schedule.ts";
import { EXAMPLE } from "./example-run.test-data.ts";
import { runFigures } from "./figures.ts";
import { type TestFill, type TestRun, testReplay } from "./test-replay.ts";

const figures = (run: TestRun) => runFigures(testReplay(run), { pairs: [], fees: feeSettings.parse({}) });

it("measures a strategy's Sharpe as a pair's: with one strategy a pair they are the same", () => {
  const { byPair, byStrategy } = figures(EXAMPLE);
  expect(byStrategy.map((s) => s.pnl)).toEqual(byPair.map((p) => p.pnl));
  expect(byStrategy.map((s) => s.sharpe)).toEqual(byPair.map((p) => p.sharpe));
});

describe("figures by pair", () => {
  const [btc, eth] = figures(EXAMPLE).byPair;

  it("have P&L up to the last row, beyond the last full day", () => {
    expect([btc.pair, eth.pair]).toEqual(["BTC", "ETH"]);
    expect(btc.pnl).toBeCloseTo(240 - 202 - 3, 10);
    expect(eth.pnl).toBeCloseTo(32 + 60 - 100 - 1, 10);
  });

  it("count the pair's own orders, fills, refusals, costs and round trips", () => {
    expect([btc.orders, btc.fills, btc.refusals]).toEqual([2, 2, 0]);
    expect([eth.orders, eth.fills, eth.refusals]).toEqual([2, 2, 3]);
    expect([btc.costs.total, eth.costs.total]).toEqual([7, 1]);
    expect([btc.roundTrips.closed, eth.roundTrips.closed, eth.roundTrips.open]).toEqual([1, 0, 1]);
  });

  it("measure Sharpe on daily P&L over the equity that the day began with", () => {
    const r = [-3 / 1000, 42 / 997, -4 / 1018.5];
    const mean = (r[0] + r[1] + r[2]) / 3;
    const deviation = Math.sqrt(r.reduce((s, x) => s + (x - mean) ** 2, 0) / 2);
    expect(btc.sharpe.value).toBeCloseTo((mean / deviation) * Math.sqrt(365), 10);
  });

  it("have no Sharpe where a pair was not traded", () => {
    const run = figures({ ...EXAMPLE, fills: EXAMPLE.fills?.filter((f) => f.pair === 0) });
    expect(run.byPair[1].sharpe).toEqual({ value: null, why: "all returns are the same" });
    expect(run.byPair[1].pnl).toBe(0);
  });

  it("add up to the run's P&L and costs, whatever was filled", () => {
    const fill = fc.record({
      row: fc.integer({ min: 1, max: 19 }),
      pair: fc.integer({ min: 0, max: 1 }),
      quantity: fc.integer({ min: 1, max: 5 }),
      price: fc.double({ min: 50, max: 150, noNaN: true }),
      fee: fc.double({ min: 0, max: 2, noNaN: true }),
    });
    const closes = fc.array(fc.double({ min: 50, max: 150, noNaN: true }), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(closes, closes, fc.array(fill, { maxLength: 15 }), (one, two, wanted) => {
        const fills: TestFill[] = wanted
          .sort((a, b) => a.row - b.row)
          .map((f) => ({ ...f, strategy: f.pair, side: 1 }));
        const { byPair, metrics, daily } = figures({ ...EXAMPLE, closes: [one, two], cash: 1e5, fills });
        expect(byPair[0].pnl + byPair[1].pnl).toBeCloseTo(metrics.pnl, 8);
        expect(byPair[0].costs.total + byPair[1].costs.total).toBeCloseTo(metrics.costs.total, 8);
        for (let k = 1; k < daily.equity.length; k++) {
          const change = daily.equity[k] - daily.equity[k - 1];
          expect(daily.pnlByPair[0][k] + daily.pnlByPair[1][k]).toBeCloseTo(change, 8);
        }
      }),
    );
  });
});
