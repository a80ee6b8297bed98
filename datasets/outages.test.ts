import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readOutages } from "./outages.ts";

function read(text: string) {
  const folder = mkdtempSync(join(tmpdir(), "fathom-outages-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "outages");
  writeFileSync(file, text);
  try {
    return readOutages(file);
  } catch (error) {
    return `${(error as { code: string }).code} ${(error as Error).message}`;
  }
}

const from = Date.UTC(2018, 0, 11, 5);
const to = Date.UTC(2018, 0, 13, 12);

test("CSV and JSON, with dates or ms, say the same", () => {
  const one = [{ from, to }];
  expect(read("from,to\r\n2018-01-11T05:00:00Z,2018-01-13T12:00:00Z\r\n")).toEqual(one);
  expect(read(`${from}, ${to}`)).toEqual(one);
  expect(read(`[[${from}, "2018-01-13T12:00:00Z"]]`)).toEqual(one);
  expect(read(`[{"from": "2018-01-11T05:00:00Z", "to": ${to}}]`)).toEqual(one);
  expect(read("[]")).toEqual([]);
});

test("what is no span is an error with its place", () => {
  for (const [text, place] of [
    ["2018-01-11,2018-01-13T12:00:00Z", ":1"],
    [`from,to\n${from},${to}\n${to},${from}`, ":3"],
    [`${from}`, ":1"],
    [`${from},${to},1`, ":1"],
    [`${from},-5`, ":1"],
    [`[[${from}]]`, "item 0"],
    [`[[${from}, ${to}], {"from": 1}]`, "item 1"],
    [`${from / 1000},${to / 1000}`, ":1"],
    ["[null]", "item 0"],
    ["[[1,", "outages"],
  ]) {
    expect(read(text), text).toMatch(new RegExp(`^E_OUTAGES_FORMAT.*${place}`));
  }
  expect(() => readOutages("/nowhere/outages.csv")).toThrowError(
    expect.objectContaining({ code: "E_OUTAGES_FILE" }),
  );
});
