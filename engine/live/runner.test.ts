import { describe, expect, test } from "vitest";
import { appendEvents, createEvents, type Events } from "../events.ts";
import { replay } from "../replay.ts";
import { panelRows } from "./row.ts";
import { createRunner, nothingSaid } from "./runner.ts";
import { testPanel, testSystem } from "./test-live.ts";

const TABLES = ["orders", "fills", "cancels", "refusals"] as const;

/** The bits of every number of a table. */
const bitsOf = <F extends string>({ fields, n, at }: Events<F>) =>
  fields.map((f) => Array.from(new BigUint64Array(at[f].buffer, 0, n), String));

describe("a runner over a panel's rows", () => {
  test("gives the bits of a replay of the panel: every event, equity, cash, targets and quantities", () => {
    const panel = testPanel(500);
    const expected = replay(testSystem(), panel);
    const system = testSystem();
    const found = Object.fromEntries(TABLES.map((name) => [name, createEvents(expected[name].fields)]));
    const { portfolio, signals } = system;
    const columns = {
      equity: portfolio.equity,
      cash: portfolio.cash,
      held: portfolio.held,
      drawdown: portfolio.drawdown,
      halted: portfolio.halted,
      regime: signals.regime,
      index: signals.index,
    };
    let compared = 0;
    const runner = createRunner(system);
    for (const row of panelRows(panel)) {
      const out = runner.take(row, nothingSaid(0), Number.POSITIVE_INFINITY);
      for (const name of TABLES) appendEvents<string>(found[name], out[name]);
      for (const [name, slot] of Object.entries(columns)) {
        const before = expected.columns[name as keyof typeof columns][out.row];
        expect(Object.is(out.value(slot), before)).toBe(true);
        compared++;
      }
      expected.columns.pairs.forEach((pair, p) => {
        expect(out.value(signals.pairs[p].target)).toBe(pair.target[out.row]);
        expect(out.value(portfolio.pairs[p].quantity)).toBe(pair.quantity[out.row]);
      });
    }
    expect([runner.row, compared]).toEqual([500, 3500]);
    expect(expected.fills.n).toBeGreaterThan(200);
    for (const name of TABLES) expect(bitsOf(found[name])).toEqual(bitsOf<string>(expected[name]));
  });
});
