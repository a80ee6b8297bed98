import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readJournal } from "./journal.ts";
import { testFolder } from "./test-folder.ts";
import { endOf, testRun } from "./test-live.ts";

/** A journal of eight rows, its checkpoint at the fourth, and what a ninth row would make of it. */
async function written() {
  const folder = testFolder();
  await testRun({ folder, rows: 8 });
  const path = join(folder, "journal.jsonl");
  const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
  return { folder, path, lines };
}
const rerun = (folder: string) => testRun({ folder, rows: 9 });

describe("a journal", () => {
  test("is read line by line, each with its place", async () => {
    const { path, lines } = await written();
    const read = [...readJournal(path)];
    expect(read.map((r) => r.place.lines)).toEqual(lines.map((_, i) => i + 1));
    expect(read.at(-1)!.place.offset).toBe(readFileSync(path).length);
  });

  test("whose last line was cut anywhere is read without it", async () => {
    const { path, lines } = await written();
    const whole = `${lines.slice(0, -1).join("\n")}\n`;
    for (let kept = 1; kept <= lines.at(-1)!.length; kept += 7) {
      writeFileSync(path, whole + lines.at(-1)!.slice(0, kept));
      expect([...readJournal(path)]).toHaveLength(lines.length - 1);
    }
  });

  const swap = (lines: string[], i: number, j: number) => {
    [lines[i], lines[j]] = [lines[j], lines[i]];
  };
  test.each<[string, string, number, (lines: string[]) => void]>([
    ["a changed number", "E_JOURNAL_LINE", 4, (l) => (l[3] = l[3].replace('"row":1', '"row":2'))],
    ["a changed hash", "E_JOURNAL_LINE", 6, (l) => (l[5] = l[5].replace(/[0-9a-f]"}$/, 'x"}'))],
    ["a deleted line", "E_JOURNAL_CHAIN", 5, (l) => l.splice(4, 1)],
    ["two swapped lines", "E_JOURNAL_CHAIN", 7, (l) => swap(l, 6, 8)],
    ["a line twice", "E_JOURNAL_CHAIN", 4, (l) => l.splice(3, 0, l[2])],
    ["an empty line", "E_JOURNAL_LINE", 8, (l) => l.splice(7, 0, "")],
    ["a deleted header", "E_JOURNAL_CHAIN", 1, (l) => l.shift()],
    ["no line at all", "E_JOURNAL_HEADER", 1, (l) => l.splice(0)],
  ])("with %s is refused with the line's number, and stays as it was", async (_, code, line, change) => {
    const { folder, path, lines } = await written();
    change(lines);
    writeFileSync(path, lines.map((l) => `${l}\n`).join(""));
    const before = endOf(folder);
    await expect(rerun(folder)).rejects.toThrow(expect.objectContaining({ code }));
    await expect(rerun(folder)).rejects.toThrow(`line ${line} of ${path}`);
    expect(endOf(folder)).toEqual(before);
  });
});
