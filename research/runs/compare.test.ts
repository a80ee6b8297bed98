import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { synthetic } from "../../datasets/load.ts";
import type { Backtest } from "../backtest.ts";
import { compareRuns } from "./compare.ts";
import { readRun } from "./read-run.ts";
import { testRun } from "./test-runs.ts";

const home = mkdtempSync(join(tmpdir(), "fathom-compare-"));
const market = (rows: number) => synthetic({ seed: 3, rows, pairs: ["BTC", "ETH"] });
let base: Backtest;
let richer: Backtest;
let longer: Backtest;
beforeAll(async () => {
  base = await testRun(home, market(2500));
  richer = await testRun(home, market(2500), {
    config: { account: { initial_cash: 200_000 }, selector: { NEUTRAL: ["TrendFollower", "cash"] } },
  });
  longer = await testRun(home, market(2600), { pairs: ["ETH"] });
});
afterAll(() => rmSync(home, { recursive: true }));
const compare = (a: Backtest, b: Backtest) => compareRuns(readRun(home, a.run), readRun(home, b.run));

describe("two runs", () => {
  it("that are one have nothing that differs", () => {
    const { identical, inputs, figures } = compare(base, base);
    expect(identical).toBe(true);
    expect(inputs).toEqual({ engine: [], strategy: [], config: [], scope: [], data: [] });
    for (const { name, a, difference } of figures)
      expect(difference, name).toBe(typeof a === "number" ? 0 : null);
  });

  it("of another config differ in its settings only, each with both values", () => {
    const { identical, inputs } = compare(base, richer);
    expect(identical).toBe(false);
    expect(inputs).toMatchObject({ engine: [], strategy: [], scope: [], data: [] });
    expect(inputs.config).toEqual([
      { name: "account.initial_cash", a: 100_000, b: 200_000 },
      { name: "selector.NEUTRAL", a: base.config.selector.NEUTRAL, b: ["TrendFollower", "cash"] },
    ]);
  });

  it("of other bars and pairs differ in series and scope", () => {
    const { inputs } = compare(base, longer);
    expect(inputs.config).toEqual([]);
    expect(inputs.scope).toEqual([{ name: "traded", a: ["BTC", "ETH"], b: ["ETH"] }]);
    expect(inputs.data.map(({ name, a, b }) => [name, a?.rows, b?.rows])).toEqual([
      ["BTC", 2500, 2600],
      ["ETH", 2500, 2600],
    ]);
  });

  it("have their figures side by side, with differences and whether intervals overlap", () => {
    const { figures, byStrategy } = compare(base, richer);
    const [one, two] = [base.document.metrics, richer.document.metrics];
    const equity = figures.find((f) => f.name === "finalEquity")!;
    expect(equity).toMatchObject({
      a: one.finalEquity,
      b: two.finalEquity,
      difference: (two.finalEquity as number) - (one.finalEquity as number),
      overlap: false,
    });
    expect(equity.intervals).toEqual({
      a: base.prove().intervals.metrics.finalEquity,
      b: richer.prove().intervals.metrics.finalEquity,
    });
    expect(figures.find((f) => f.name === "sharpe")!.overlap).toBe(true);
    expect(figures.find((f) => f.name === "orders")).toMatchObject({ intervals: null, overlap: null });
    expect(byStrategy.map((s) => [s.name, s.a])).toEqual(
      base.document.byStrategy.map((s) => [s.strategy, s.pnl]),
    );
  });
});
