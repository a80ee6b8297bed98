import { describe, expect, test } from "vitest";
import { type EngineConfigInput, engineConfig } from "../config.ts";
import { DAY, HOUR } from "../market/bars.ts";
import { createSystem } from "../system.ts";
import type { LiveBar, LiveRow } from "./row.ts";
import { createRunner, type Journal, nothingSaid } from "./runner.ts";

const T0 = Date.UTC(2024, 0, 1);
const NOW = T0 + 3 * HOUR;
const BAR: LiveBar = [100, 101, 99, 100, 5];
const FLAT: LiveBar = [100, 100, 100, 100, 0];

const systemOf = (config: EngineConfigInput = {}) =>
  createSystem({ config: engineConfig.parse(config), symbols: ["BTC", "ETH"], interval: HOUR });

/** Takes good rows, then the bad one: its error, and whether anything was journaled or advanced. */
function refusal(bad: LiveRow, config?: EngineConfigInput, good: readonly LiveRow[] = GOOD) {
  let written = 0;
  const journal: Journal = { input: () => written++, output: () => written++ };
  const runner = createRunner(systemOf(config));
  for (const row of good) runner.take(row, nothingSaid(0), NOW);
  const before = JSON.stringify(runner.state());
  let error: { code?: string; message?: string; context?: unknown } = {};
  try {
    runner.take(bad, nothingSaid(0), NOW, journal);
  } catch (thrown) {
    error = thrown as typeof error;
    expect([written, JSON.stringify(runner.state()) === before]).toEqual([0, true]);
  }
  return error;
}

/** BTC is listed in row 0, ETH in row 1. */
const GOOD: readonly LiveRow[] = [
  { time: T0, pairs: [BAR, null] },
  { time: T0 + HOUR, pairs: [BAR, BAR] },
];
const next = (...pairs: LiveRow["pairs"]): LiveRow => ({ time: T0 + 2 * HOUR, pairs });

describe("the live door", () => {
  test("lets good rows in: a pair before its listing, and flat bars without trades", () => {
    expect(refusal(next(FLAT, FLAT))).toEqual({});
  });

  test.each<[string, LiveRow, string, Record<string, unknown>]>([
    ["a pair too few", next(BAR), "E_ROW_PAIRS", { field: "pairs", found: 1 }],
    ["a pair too many", next(BAR, BAR, BAR), "E_ROW_PAIRS", { field: "pairs", found: 3 }],
    ["a pair that is gone", next(BAR, null), "E_ROW_MISSING", { pair: "ETH", found: "nothing" }],
    ["no number", next(BAR, [1, 2, 1, Number.NaN, 0]), "E_DATA_NOT_NUMBER", { pair: "ETH", field: "close" }],
    ["a price of 0", next([0, 1, 0, 1, 0], BAR), "E_DATA_RANGE", { pair: "BTC", field: "open", found: 0 }],
    ["a negative volume", next(BAR, [1, 1, 1, 1, -2]), "E_DATA_RANGE", { field: "volume", found: -2 }],
    ["a high below the close", next(BAR, [1, 1, 1, 2, 0]), "E_DATA_OHLC_ORDER", { field: "high", found: 1 }],
    ["the same close again", { ...GOOD[1] }, "E_ROW_ORDER", { field: "time" }],
    ["an earlier close", { ...GOOD[0] }, "E_ROW_ORDER", { field: "time" }],
    ["a gap", { time: T0 + 3 * HOUR, pairs: [BAR, BAR] }, "E_ROW_GAP", { found: "2024-01-01T03:00:00.000Z" }],
    ["a close off the grid", { time: T0 + 2 * HOUR + 1, pairs: [BAR, BAR] }, "E_ROW_TIME", {}],
    ["no time at all", { time: Number.NaN, pairs: [BAR, BAR] }, "E_ROW_TIME", {}],
  ])("refuses %s and says where, what was found and what was expected", (_, row, code, context) => {
    const error = refusal(row);
    expect(error).toMatchObject({ code, context: { row: 2, ...context, expected: expect.any(String) } });
    expect(error.message).toMatch(/^runner: found .* in row 2 \(.*\), expected .*; the row was not taken/);
  });

  test("refuses a bar that opens more than a day after the time of day", () => {
    const ahead: LiveRow = { time: NOW + DAY + 2 * HOUR, pairs: [BAR, null] };
    expect(refusal(ahead, undefined, [])).toMatchObject({ code: "E_ROW_TIME", context: { field: "time" } });
  });

  const vix: EngineConfigInput = { regime: { source: "VIX" } };
  const known = GOOD.map((row) => ({ ...row, outside: { value: 20, age: HOUR } }));
  const unknown = GOOD.map((row) => ({ ...row, outside: { value: Number.NaN, age: Number.NaN } }));

  test.each<[string, LiveRow["outside"], string]>([
    ["that is missing", undefined, "outside.value"],
    ["that is gone", { value: Number.NaN, age: Number.NaN }, "outside.value"],
    ["of 0", { value: 0, age: 1 }, "outside.value"],
    ["from the future", { value: 20, age: -1 }, "outside.age"],
  ])("refuses an outside index %s", (_, outside, field) => {
    const row = { ...next(BAR, BAR), outside };
    expect(refusal(row, vix, known)).toMatchObject({ code: "E_ROW_OUTSIDE", context: { field } });
  });

  test("lets an outside index be unknown until its first value", () => {
    expect(refusal({ ...next(BAR, BAR), outside: { value: 20, age: 0 } }, vix, unknown)).toEqual({});
  });
});
