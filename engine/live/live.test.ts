import { cpSync, existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { engineConfig } from "../config.ts";
import { HOUR } from "../market/bars.ts";
import { createSystem } from "../system.ts";
import { paperBroker } from "./broker.ts";
import { NO_LINE, seal } from "./journal-lines.ts";
import { runLive } from "./live.ts";
import { panelRows } from "./row.ts";
import { cutRun, failAt } from "./test-cuts.ts";
import { testFolder } from "./test-folder.ts";
import { endOf, journalOf, noSync, type Script, testPanel, testRun, testSystem } from "./test-live.ts";

const ROWS = 240;
const SCRIPT: Script = [
  { before: 150, command: "halt" },
  { before: 151, command: "halt" },
  { before: 170, command: "reset" },
];

/** What the uninterrupted run leaves, and how many file operations it takes. */
let made:
  | Promise<{ readonly reference: readonly string[]; readonly journal: string; readonly calls: number }>
  | undefined;
const whole = () => {
  made ??= cutRun({ rows: ROWS, script: SCRIPT, at: new Set() }).then(({ folder, calls }) => ({
    reference: endOf(folder),
    journal: journalOf(folder),
    calls,
  }));
  return made;
};

describe("a live run that was killed", () => {
  test("comes to the same bytes from any point: around the first rows, a command, a checkpoint, the end", async () => {
    const { reference, calls } = await whole();
    const begin = 12;
    const perRow = 3;
    const around = (call: number, n: number) => Array.from({ length: n }, (_, k) => call + k);
    const at = new Set([
      ...around(1, begin + 8),
      ...around(begin + 63 * perRow, 16),
      ...around(begin + 160 * perRow, 8),
      ...around(calls - 13, 14),
    ]);
    const { cuts } = await cutRun({ rows: ROWS, script: SCRIPT, at });
    expect(cuts.length).toBeGreaterThan(60);
    for (const folder of cuts) {
      await testRun({ folder, rows: ROWS, script: SCRIPT });
      expect(endOf(folder)).toEqual(reference);
    }
  });

  test("comes to the same bytes from a journal cut at any byte and no checkpoint: its rows are taken again", async () => {
    const { reference, journal } = await whole();
    const header = journal.indexOf("\n") + 1;
    for (let k = 0; k < 12; k++) {
      const folder = testFolder();
      const size = header + Math.floor(((journal.length - header) * k) / 11);
      writeFileSync(join(folder, "journal.jsonl"), journal.slice(0, size));
      writeFileSync(join(folder, "operator.json"), "[]");
      await testRun({ folder, rows: ROWS, script: SCRIPT });
      expect(endOf(folder)).toEqual(reference);
    }
  });

  test("again and again, a row later each time, comes to the same bytes", async () => {
    const { reference } = await whole();
    const folder = testFolder();
    for (let rows = 1; rows <= ROWS; rows += rows < 140 || rows > 175 ? 23 : 1) {
      await testRun({ folder, rows, script: SCRIPT });
    }
    const { rows, newRows } = await testRun({ folder, rows: ROWS, script: SCRIPT });
    expect(rows).toBe(ROWS);
    expect(newRows).toBeLessThan(ROWS);
    expect(endOf(folder)).toEqual(reference);
  });
});

describe("a disk that fails", () => {
  test("at any operation is told, and the next run comes to the same bytes", async () => {
    const rows = 20;
    const { folder: done, calls } = await cutRun({ rows, at: new Set(), checkpointEvery: 8 });
    const expected = endOf(done);
    for (const [error, code] of [
      ["ENOSPC", "E_IO_NO_SPACE"],
      ["EIO", "E_IO_FAILED"],
    ]) {
      for (let call = 1; call <= calls; call++) {
        const folder = join(testFolder(), "run");
        const failing = testRun({ folder, rows, checkpointEvery: 8, ops: failAt(call, error) });
        await expect(failing).rejects.toThrow(expect.objectContaining({ code }));
        await testRun({ folder, rows, checkpointEvery: 8 });
        expect(endOf(folder)).toEqual(expected);
      }
    }
  });
});

describe("a checkpoint", () => {
  async function half() {
    const folder = testFolder();
    await testRun({ folder, rows: 120, script: SCRIPT });
    return folder;
  }

  test("that is corrupt is told, and the state comes from the journal", async () => {
    const { reference } = await whole();
    const folder = await half();
    truncateSync(join(folder, "checkpoint.bin"), 1000);
    const notes: string[] = [];
    await testRun({ folder, rows: ROWS, script: SCRIPT, onNote: (note) => notes.push(note) });
    expect(notes).toEqual([expect.stringMatching(/^E_CHECKPOINT_CORRUPT: .*rebuilt from the journal/)]);
    expect(endOf(folder)).toEqual(reference);
  });

  test("without its journal is no reason to begin again: also where it is corrupt", async () => {
    const folder = await half();
    rmSync(join(folder, "journal.jsonl"));
    const missing = expect.objectContaining({ code: "E_JOURNAL_MISSING" });
    await expect(testRun({ folder, rows: ROWS })).rejects.toThrow(missing);
    truncateSync(join(folder, "checkpoint.bin"), 10);
    await expect(testRun({ folder, rows: ROWS })).rejects.toThrow(missing);
    expect(existsSync(join(folder, "journal.jsonl"))).toBe(false);
  });

  test("of a journal that is shorter by whole lines, or another one, is told", async () => {
    const folder = await half();
    const path = join(folder, "journal.jsonl");
    const lines = readFileSync(path, "utf8").split("\n");
    writeFileSync(path, `${lines.slice(0, 100).join("\n")}\n`);
    const told = expect.objectContaining({ code: "E_CHECKPOINT_JOURNAL" });
    await expect(testRun({ folder, rows: ROWS })).rejects.toThrow(told);
    const other = testFolder();
    await testRun({ folder: other, rows: 130, script: [{ before: 3, command: "halt" }] });
    cpSync(join(other, "journal.jsonl"), path);
    await expect(testRun({ folder, rows: ROWS })).rejects.toThrow(told);
  });

  test("or a journal alone, under another config names the first kernel that differs", async () => {
    const folder = await half();
    const system = testSystem({ strategies: { trend_follower: { fast: 11, slow: 25 } } });
    const plan = expect.objectContaining({
      code: "E_CHECKPOINT_PLAN",
      context: expect.objectContaining({ expected: expect.stringContaining('["ema",[["n",11]]') }),
    });
    await expect(testRun({ folder, rows: ROWS, system })).rejects.toThrow(plan);
    rmSync(join(folder, "checkpoint.bin"));
    await expect(testRun({ folder, rows: ROWS, system })).rejects.toThrow(plan);
  });
});

describe("a live run", () => {
  test("that does not meet what it journaled says in which row, table and field, with both values", async () => {
    const folder = testFolder();
    await testRun({ folder, rows: 120 });
    const path = join(folder, "journal.jsonl");
    const lines = readFileSync(path, "utf8").trim().split("\n");
    let chain = NO_LINE;
    let row: number | undefined;
    const forged = lines.map((line) => {
      let open = line.slice(0, line.lastIndexOf(',"previous"'));
      if (row === undefined && open.includes('"fills":[[')) {
        row = (JSON.parse(line) as { row: number }).row;
        open = open.replace(/("fills":\[\[(?:[^,]+,){6})[^,]+/, "$112345");
      }
      const sealed = seal(open, chain);
      chain = sealed.hash;
      return sealed.line;
    });
    writeFileSync(path, forged.join(""));
    rmSync(join(folder, "checkpoint.bin"));
    const bytes = readFileSync(path, "utf8");
    await expect(testRun({ folder, rows: 121 })).rejects.toThrow(
      expect.objectContaining({
        code: "E_RUNNER_DIVERGED",
        context: expect.objectContaining({ row, table: "fills", field: "price of entry 0", expected: 12345 }),
      }),
    );
    expect(readFileSync(path, "utf8")).toBe(bytes);
  });

  test("goes on with the pairs it was begun with, and says which they are", async () => {
    const folder = testFolder();
    await testRun({ folder, rows: 3 });
    const system = createSystem({ config: engineConfig.parse({}), symbols: ["BTC"], interval: HOUR });
    const told = expect.objectContaining({
      code: "E_JOURNAL_SYSTEM",
      message: expect.stringMatching(/found the symbols BTC,ETH,XRP in .*, expected BTC;/),
    });
    await expect(testRun({ folder, rows: 4, system })).rejects.toThrow(told);
    await expect(testRun({ folder, rows: 4, system, carryOver: true })).rejects.toThrow(told);
  });

  test("that is offered an index which it does not take comes to the same bytes after a restart", async () => {
    const feed = (rows: number) =>
      async function* () {
        for (const row of panelRows(testPanel(rows))) yield { ...row, outside: { value: 20, age: 0 } };
      };
    const live = (folder: string, rows: number) => {
      const rest = {
        folder,
        feed: "made",
        broker: paperBroker(),
        now: () => Date.UTC(2200, 0, 1),
        ops: noSync,
      };
      return runLive(testSystem(), feed(rows), rest);
    };
    const [straight, restarted] = [testFolder(), testFolder()];
    await live(straight, 6);
    await live(restarted, 3);
    rmSync(join(restarted, "checkpoint.bin"));
    await live(restarted, 6);
    expect(endOf(restarted)).toEqual(endOf(straight));
    await live(straight, 6);
    expect(endOf(restarted)).toEqual(endOf(straight));
  });

  test("goes on with the feed it was begun with, and not with another", async () => {
    const folder = testFolder();
    await testRun({ folder, rows: 3 });
    await expect(testRun({ folder, rows: 4, feed: "elsewhere" })).rejects.toThrow(
      expect.objectContaining({ code: "E_JOURNAL_FEED" }),
    );
  });

  test("is one at a time in its folder", async () => {
    const folder = testFolder();
    let second: unknown;
    await testRun({
      folder,
      rows: 3,
      broker: {
        row: async () => {
          second = await testRun({ folder, rows: 3 }).catch((error) => error);
        },
      },
    });
    expect(second).toMatchObject({ code: "E_LOCK_HELD" });
    expect(existsSync(join(folder, "lock"))).toBe(false);
  });

  test("that is told to stop ends after the row at hand, and goes on from there to the same bytes", async () => {
    const { reference } = await whole();
    const folder = testFolder();
    const stop = new AbortController();
    const row = (out: { row: number }) => {
      if (out.row === 99) stop.abort();
    };
    const first = await testRun({ folder, rows: ROWS, script: SCRIPT, signal: stop.signal, broker: { row } });
    expect(first).toMatchObject({ rows: 100, newRows: 100, stopped: true });
    const second = await testRun({ folder, rows: ROWS, script: SCRIPT });
    expect(second).toMatchObject({ rows: ROWS, newRows: ROWS - 100, stopped: false });
    expect(endOf(folder)).toEqual(reference);
  });

  test("tells the broker each row once; after a kill the last one again", async () => {
    const folder = testFolder();
    const told: number[] = [];
    const dies = {
      row: (out: { row: number }) => {
        told.push(out.row);
        if (out.row === 9) throw new Error("killed here");
      },
    };
    await expect(testRun({ folder, rows: 20, broker: dies })).rejects.toThrow("killed here");
    await testRun({ folder, rows: 12, broker: { row: (out) => void told.push(out.row) } });
    await testRun({ folder, rows: 13, broker: { row: (out) => void told.push(out.row) } });
    expect(told).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 10, 11, 12]);
  });

  test("that is given a bad row keeps what came before it", async () => {
    const folder = testFolder();
    await testRun({ folder, rows: 10 });
    const size = statSync(join(folder, "journal.jsonl")).size;
    const early = { folder, rows: 11, now: () => 0, ops: noSync };
    await expect(testRun(early)).rejects.toThrow(expect.objectContaining({ code: "E_ROW_TIME" }));
    expect(statSync(join(folder, "journal.jsonl")).size).toBe(size);
    expect(await testRun({ folder, rows: 12 })).toMatchObject({ rows: 12, newRows: 2 });
  });
});
