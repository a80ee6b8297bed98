import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { drive } from "../drive.ts";
import { OPERATOR } from "../portfolio/operator.ts";
import { feedPanel } from "../replay.ts";
import { giveCommand, nextCommand } from "./operator.ts";
import { testFolder } from "./test-folder.ts";
import { journalOf, testPanel, testRun, testSystem } from "./test-live.ts";

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

describe("a command", () => {
  test("for a run whose list is gone is refused, and no row is taken: it could not be told from an old one", async () => {
    const folder = testFolder();
    await testRun({ folder, rows: 3, script: [{ before: 1, command: "halt" }] });
    rmSync(join(folder, "operator.json"));
    const gone = expect.objectContaining({
      code: "E_STATE_CORRUPT",
      message: expect.stringContaining("found no file in"),
    });
    expect(() => giveCommand(folder, "halt", 0)).toThrow(gone);
    await expect(testRun({ folder, rows: 4 })).rejects.toThrow(gone);
  });

  test("that is given before the first row is heard in it", async () => {
    const folder = testFolder();
    giveCommand(folder, "halt", 0);
    await testRun({ folder, rows: 2 });
    expect(story(folder).map((r) => r.said)).toEqual([OPERATOR.halt, OPERATOR.none]);
  });

  test("waits while another is being given", async () => {
    const folder = testFolder();
    const script = `
      const release = (await import(${JSON.stringify(new URL("./lock.ts", import.meta.url).href)})).takeLock(process.argv[1], 0);
      process.stdout.write("held");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
      release();`;
    const lock = join(folder, "operator.json.lock");
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script, lock]);
    await once(child.stdout, "data");
    expect(existsSync(lock)).toBe(true);
    expect(giveCommand(folder, "halt", 0)).toBe(1);
    await once(child, "close");
    expect(readdirSync(folder)).toEqual(["operator.json"]);
  });

  test("takes away what a killed one left", () => {
    const folder = testFolder();
    writeFileSync(join(folder, "operator.json.77-0.part"), "[");
    giveCommand(folder, "halt", 0);
    expect(readdirSync(folder)).toEqual(["operator.json"]);
  });
});

/** Of each row with an output: what an operator said, equity, what is held, whether it is halted. */
function story(folder: string) {
  const lines = journalOf(folder).trim().split("\n").slice(1);
  const rows = lines.map((line) => JSON.parse(line) as Record<string, number>);
  const inputs = rows.filter((r) => "time" in r);
  return rows
    .filter((r) => "equity" in r)
    .map(({ equity, held, halted }, i) => ({ said: inputs[i].operator ?? 0, equity, held, halted }));
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

  test("replays in blocks with the journal's words to the live run's bits", async () => {
    const folder = testFolder();
    await testRun({
      folder,
      rows: 320,
      script: [
        { before: 200, command: "halt" },
        { before: 260, command: "reset" },
      ],
    });
    const rows = story(folder);
    const system = testSystem();
    const run = drive(system.plan, 320);
    feedPanel(run, system, testPanel(320));
    run.feed(
      Float64Array.from(rows, (r) => r.said),
      system.inputs.operator,
    );
    const [equity, held, halted] = ["equity", "held", "halted"].map((name) =>
      run.keep(system.portfolio[name as "equity"]),
    );
    run.go();
    expect(rows.map((r) => [r.equity, r.held, r.halted])).toEqual(
      rows.map((_, i) => [equity[i], held[i], halted[i]]),
    );
    expect(new Set(halted)).toEqual(new Set([0, 1]));
  });
});
