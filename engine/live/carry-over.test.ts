import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { EngineConfigInput } from "../config.ts";
import { cutRun } from "./test-cuts.ts";
import { testFolder } from "./test-folder.ts";
import { endOf, journalOf, type TestRun, testRun, testSystem } from "./test-live.ts";

const RISK = { correlation_window: 24, drawdown: 0.9 };
/** Another plan that does the same: no halt ever lasts so long. */
const SAME: EngineConfigInput = { risk: { ...RISK, reset_after_days: 500 } };
/** Another plan that does something else: smaller positions. */
const OTHER: EngineConfigInput = { sizing: { unit: 0.02 } };

const live = (folder: string, rows: number, config: EngineConfigInput = {}, more: Partial<TestRun> = {}) =>
  testRun({ folder, rows, system: testSystem(config), carryOver: true, checkpointEvery: 50, ...more });

type Line = Record<string, number> & { orders?: number[][]; fills?: number[][]; carried?: string };
const linesOf = (folder: string): Line[] =>
  journalOf(folder)
    .trim()
    .split("\n")
    .slice(1)
    .map((l) => JSON.parse(l));
/** What came out of each row, without the links of the journal. */
const outputs = (folder: string) =>
  linesOf(folder)
    .filter((line) => "equity" in line)
    .map(({ previous: _, hash: __, ...rest }) => rest);

const everyCall = new Set(Array.from({ length: 60 }, (_, k) => k + 1));

function copyOf(folder: string): string {
  const copy = join(testFolder(), "run");
  cpSync(folder, copy, { recursive: true });
  return copy;
}

/** Behind so many rows something is held, and two orders of the last row are open. */
const AT = 185;

describe("a portfolio that is carried over to another config", () => {
  test("goes on as if nothing had happened where the config decides the same", async () => {
    const [straight, carried] = [testFolder(), testFolder()];
    await live(straight, 320);
    for (const rows of [AT, 320]) await live(carried, rows, rows === AT ? {} : SAME);
    expect(linesOf(carried).filter((line) => line.carried !== undefined)).toHaveLength(1);
    expect(linesOf(straight).filter((line) => line.carried !== undefined)).toHaveLength(0);
    const last = outputs(straight)[AT - 1];
    expect([last.held > 0, last.orders?.length]).toEqual([true, 2]);
    expect(outputs(carried)).toEqual(outputs(straight));
  });

  test("keeps cash, positions, order numbers and totals, and then does what the new config says", async () => {
    const [straight, carried, other] = [testFolder(), testFolder(), testFolder()];
    await live(straight, 320);
    await live(other, 320, OTHER);
    const before = await live(carried, AT);
    const notes: string[] = [];
    const at = await live(carried, AT, OTHER, { onNote: (note) => notes.push(note) });
    expect(notes).toEqual([expect.stringMatching(/^carried over at row 185: cash, positions/)]);
    expect(at).toEqual({ ...before, newRows: 0 });
    const after = await live(carried, 320, OTHER);
    expect(outputs(carried).slice(0, AT)).toEqual(outputs(straight).slice(0, AT));
    expect(outputs(carried).slice(AT)).not.toEqual(outputs(straight).slice(AT));
    expect(outputs(carried).slice(AT)).not.toEqual(outputs(other).slice(AT));
    const orders = outputs(carried).flatMap((line) => (line.orders ?? []).map((order) => order[0]));
    expect(orders).toEqual(orders.map((_, k) => k));
    expect(after.totals.orders).toBe(orders.length);
    expect(orders.length).toBeGreaterThan(before.totals.orders);
  });

  test("comes to the same bytes without its checkpoint, and after further changes, also back", async () => {
    const folder = testFolder();
    await live(folder, 150);
    for (const [rows, config] of [
      [AT, OTHER],
      [AT, SAME],
      [260, {}],
      [320, OTHER],
    ] as const) {
      await live(folder, rows, config);
      const end = endOf(folder);
      rmSync(join(folder, "checkpoint.bin"));
      await live(folder, rows, config, { carryOver: false });
      expect(endOf(folder)).toEqual(end);
    }
    expect(linesOf(folder).filter((line) => line.carried !== undefined)).toHaveLength(4);
  });

  test("comes to the same bytes when it was killed at any moment of it", async () => {
    const base = testFolder();
    await live(base, AT);
    const run = { rows: AT + 2, system: testSystem(OTHER), carryOver: true };
    const { cuts, calls, folder } = await cutRun({ ...run, from: copyOf(base), at: everyCall });
    expect(cuts.length).toBeGreaterThanOrEqual(calls);
    for (const cut of cuts) {
      await testRun({ ...run, folder: cut });
      expect(endOf(cut)).toEqual(endOf(folder));
    }
  });

  test("keeps a halt until its reset", async () => {
    const folder = testFolder();
    const script = [
      { before: 200, command: "halt" },
      { before: 260, command: "reset" },
    ] as const;
    await live(folder, 210, {}, { script });
    expect(await live(folder, 259, OTHER, { script })).toMatchObject({ money: { halted: 1, held: 0 } });
    expect(await live(folder, 261, OTHER, { script })).toMatchObject({ money: { halted: 0 } });
  });

  test("is the same portfolio where the plan is", async () => {
    const [asked, straight] = [testFolder(), testFolder()];
    for (const rows of [AT, 230]) await live(asked, rows);
    for (const rows of [AT, 230]) await live(straight, rows, {}, { carryOver: false });
    expect(endOf(asked)).toEqual(endOf(straight));
  });
});

describe("a portfolio is not carried over", () => {
  async function refusal(folder: string, config: EngineConfigInput, more: Partial<TestRun> = {}) {
    const before = endOf(folder);
    const error = await live(folder, 230, config, more).catch((thrown) => thrown);
    expect(endOf(folder)).toEqual(before);
    return error;
  }

  test("unless it is asked for", async () => {
    const folder = testFolder();
    await live(folder, AT);
    expect(await refusal(folder, OTHER, { carryOver: false })).toMatchObject({ code: "E_CHECKPOINT_PLAN" });
  });

  test("from a run that was killed behind its checkpoint: what it ended with is not known", async () => {
    const folder = testFolder();
    const dies = {
      row: ({ row }: { row: number }) => {
        if (row === AT - 2) throw new Error("killed here");
      },
    };
    await expect(live(folder, AT, {}, { broker: dies })).rejects.toThrow("killed here");
    expect(await refusal(folder, OTHER)).toMatchObject({ code: "E_CARRY_OVER_CHECKPOINT" });
    await live(folder, AT);
    expect((await live(folder, 210, OTHER)).rows).toBe(210);
  });

  test("while a target of what is held is not known under the new config: it would be sold", async () => {
    const folder = testFolder();
    await live(folder, AT);
    const slow = { regime: { trend: { fast: 10, slow: 260 } } };
    expect(await refusal(folder, slow)).toMatchObject({
      code: "E_CARRY_OVER_WARMUP",
      context: { rows: AT, pair: expect.stringMatching(/^(BTC|ETH|XRP)$/) },
    });
  });

  test("into other lots than those it is held in", async () => {
    const folder = testFolder();
    await live(folder, AT);
    const lots = { lot_decimals: 3 };
    expect(await refusal(folder, { pairs: { BTC: lots, ETH: lots, XRP: lots } })).toMatchObject({
      code: "E_CARRY_OVER_LOTS",
      context: { found: 1000 },
    });
  });

  test("to an index from outside, of which the journaled rows know nothing", async () => {
    const folder = testFolder();
    await live(folder, AT);
    const code = "E_CARRY_OVER_OUTSIDE";
    expect(await refusal(folder, { regime: { source: "VIX" } })).toMatchObject({ code, context: { row: 0 } });
  });
});
