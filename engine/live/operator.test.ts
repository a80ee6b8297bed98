import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { OPERATOR } from "../portfolio/operator.ts";
import { giveCommand, nextCommand } from "./operator.ts";
import { testFolder } from "./test-folder.ts";
import { journalOf, testRun } from "./test-live.ts";

describe("commands", () => {
  test("are taken in order, a repeated one once", () => {
    const folder = testFolder();
    expect(nextCommand(folder, 0)).toEqual({ operator: OPERATOR.none, taken: 0 });
    for (const command of ["halt", "halt", "reset"] as const) giveCommand(folder, command, 0);
    expect(nextCommand(folder, 0)).toEqual({ operator: OPERATOR.halt, taken: 2 });
    expect(nextCommand(folder, 2)).toEqual({ operator: OPERATOR.reset, taken: 3 });
    expect(nextCommand(folder, 3)).toEqual({ operator: OPERATOR.none, taken: 3 });
    expect(giveCommand(folder, "halt", 0)).toBe(4);
  });

  test.each(["", "{", "{}", '[{"command":"stop"}]', "[null]"])("in a file that holds %j are told", (text) => {
    const folder = testFolder();
    writeFileSync(join(folder, "operator.json"), text);
    const corrupt = expect.objectContaining({ code: "E_STATE_CORRUPT" });
    expect(() => nextCommand(folder, 0)).toThrow(corrupt);
    expect(() => giveCommand(folder, "halt", 0)).toThrow(corrupt);
    expect(readFileSync(join(folder, "operator.json"), "utf8")).toBe(text);
  });

  test("that were taken and are gone are told, because new ones would not be heard", () => {
    const folder = testFolder();
    giveCommand(folder, "halt", 0);
    expect(() => nextCommand(folder, 2)).toThrow(expect.objectContaining({ code: "E_STATE_CORRUPT" }));
  });
});

/** Of each row with an output: what an operator said, what is held, whether it is halted. */
function story(folder: string) {
  const lines = journalOf(folder).trim().split("\n").slice(1);
  const rows = lines.map((line) => JSON.parse(line) as Record<string, number>);
  const inputs = rows.filter((r) => "time" in r);
  return rows
    .filter((r) => "equity" in r)
    .map(({ held, halted }, i) => ({ said: inputs[i].operator ?? 0, held, halted }));
}

describe("a halt", () => {
  test("sells everything, holds through restarts, and ends at the reset; each is heard once", async () => {
    const folder = testFolder();
    const script = [
      { before: 200, command: "halt" },
      { before: 200, command: "halt" },
      { before: 260, command: "reset" },
    ] as const;
    for (const rows of [200, 201, 202, 230, 260, 261, 320]) await testRun({ folder, rows, script });
    const rows = story(folder);
    expect(rows.flatMap((r, i) => (r.said === 0 ? [] : [[i, r.said]]))).toEqual([
      [200, OPERATOR.halt],
      [260, OPERATOR.reset],
    ]);
    expect(rows[199].held).toBeGreaterThan(0);
    expect(rows.slice(201, 260).every((r) => r.halted === 1)).toBe(true);
    expect(rows.slice(230, 260).every((r) => r.held === 0)).toBe(true);
    expect(rows[260].halted).toBe(0);
    expect(rows.slice(261).some((r) => r.held > 0)).toBe(true);
  });
});
