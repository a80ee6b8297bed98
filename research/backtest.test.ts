import { describe, expect, it } from "vitest";
import { synthetic } from "../datasets/load.ts";
import { panelFromBars } from "../datasets/panel.ts";
import { krakenHourly, usdtHourly } from "../datasets/real-bars.test-data.ts";
import { engineConfig } from "../engine/config.ts";
import { HOUR, type Panel } from "../engine/market/bars.ts";
import { REGIMES } from "../engine/regime/classify.ts";
import { replay } from "../engine/replay.ts";
import { perPair, rowwise } from "../engine/strategies/strategy.ts";
import { createSystem } from "../engine/system.ts";
import { backtest, warmupRows } from "./backtest.ts";
import { resultHash } from "./runs/run-id.ts";

/** Percent of rows in each regime, from a first close on. */
function shares(panel: Panel, start: number): number[] {
  const { symbols, interval } = panel;
  const { columns, firstRow } = replay(
    createSystem({ config: engineConfig.parse({}), symbols, interval, start }),
    panel,
  );
  const regime = columns.regime.subarray(firstRow);
  return REGIMES.map((_, k) => (100 * regime.filter((r) => r === k).length) / regime.length);
}

const usdt = usdtHourly();
const tenPairs = () =>
  panelFromBars(usdt ?? [], { from: Date.UTC(2020, 8, 22) + HOUR, to: Date.UTC(2022, 9, 11) });
const withinHalfAPoint = (found: readonly number[], measured: readonly number[]) =>
  found.every((x, k) => Math.abs(x - measured[k]) < 0.5);

describe.skipIf(usdt === undefined)("on the ten USDT pairs, 2020-09-22 to 2022-10-11", () => {
  it("gives the same bits in blocks of 1, 7, 100, 2,048 rows and all at once", () => {
    const panel = tenPairs();
    const config = engineConfig.parse({ execution: { volume_scale: 0.025 } });
    const { symbols, interval } = panel;
    const hash = (blockRows: number) =>
      resultHash(replay(createSystem({ config, symbols, interval }), panel, { blockRows }));
    const whole = hash(panel.time.length);
    for (const blockRows of [1, 7, 100, 2048]) expect(hash(blockRows), `blocks of ${blockRows}`).toBe(whole);
  });

  it("spends its hours in the regimes as measured", () => {
    const found = shares(tenPairs(), 0);
    expect(withinHalfAPoint(found, [18.4, 26.2, 53.0, 2.4]), String(found)).toBe(true);
  });
});

const kraken = krakenHourly();
it.skipIf(kraken === undefined)(
  "spends Kraken XBT's hours of 2014 to 2023 in the regimes as measured",
  () => {
    const found = shares(panelFromBars(kraken ?? []), Date.UTC(2014, 0, 1));
    expect(withinHalfAPoint(found, [23.3, 29.6, 42.0, 5.1]), String(found)).toBe(true);
  },
);

describe("backtest", () => {
  const dataset = synthetic({ seed: 5, rows: 6000, pairs: ["BTC", "ETH", "XRP"] });

  it("is the same run with the same result twice", () => {
    const one = backtest(dataset);
    const two = backtest(dataset);
    expect(two.run).toBe(one.run);
    expect(resultHash(two.replay)).toBe(resultHash(one.replay));
    expect(one.replay.fills.n).toBeGreaterThan(20);
  });

  it("adds P&L by strategy and by regime up to the total", () => {
    const { metrics, byStrategy, byRegime } = backtest(dataset).document;
    const sum = (rows: readonly { readonly pnl: number }[]) => rows.reduce((s, r) => s + r.pnl, 0);
    expect(sum(byStrategy)).toBeCloseTo(metrics.pnl, 5);
    expect(sum(byRegime)).toBeCloseTo(metrics.pnl, 5);
  });

  it("trades only the pairs it is told to, and keeps the reference for the regime", () => {
    const { replay: done, document } = backtest(dataset, { pairs: ["XRP"] });
    expect(document.pairs).toEqual(["XRP"]);
    expect(done.symbols).toEqual(["XRP"]);
    expect(done.columns.regime[5999]).toBeGreaterThanOrEqual(0);
  });

  it("starts its figures and its trading at the start", () => {
    const start = dataset.panel.time[4000];
    const { replay: done, document } = backtest(dataset, { start });
    expect(done.firstRow).toBe(4000);
    expect(document.from).toBe(new Date(start).toISOString());
    expect(Math.min(...done.orders.at.time.subarray(0, done.orders.n))).toBeGreaterThanOrEqual(start);
  });

  it("decides the same after a start as with longer warm-up", () => {
    const config = engineConfig.parse({});
    expect(warmupRows(config, ["BTC"], HOUR)).toBe(3 * 1199);
  });

  it("says that a small account is refused most entries", () => {
    const { document } = backtest(dataset, { config: { account: { initial_cash: 5000 } } });
    expect(document.notes.join()).toMatch(/below about \$13,000/);
  });

  it("refuses a config that contradicts itself, with both values", () => {
    const config = { regime: { levels: { risk_on: 35 } } };
    expect(() => backtest(dataset, { config })).toThrow(/regime\.levels: must rise .* found 35, 30, 40/);
  });

  it("offers the nearest setting for a misspelt one", () => {
    const config = { risk: { correlaton: 0.9 } } as never;
    expect(() => backtest(dataset, { config })).toThrow(
      /risk\.correlaton is not a setting\. Did you mean correlation\?/,
    );
  });

  it("tells a strategy that throws with its kernel, its column and the times of the rows", () => {
    const broken = perPair("Broken", 1, (market, { symbol, bars }) => {
      const kernel = rowwise(
        "thrower",
        {},
        ["x"],
        () => null,
        () => {
          throw new Error("too late");
        },
      );
      return market.plan.add(kernel, { x: bars.close }, symbol).y;
    });
    expect(() => backtest(synthetic({ rows: 100, pairs: ["BTC"] }), { strategies: [broken] })).toThrow(
      /kernel thrower: threw "too late" while it computed BTC\..* \(closes 2021-01-01T01:00:00.000Z to 2021-01-05T04:00/,
    );
  });

  it("lets through what a custom strategy throws while it is wired", () => {
    const strategies = [
      {
        name: "Broken",
        multiplier: 1,
        desires: () => {
          throw new Error("no such file");
        },
      },
    ];
    expect(() => backtest(dataset, { strategies })).toThrow(/no such file/);
  });
});
