import { describe, expect, test } from "vitest";
import { HOUR } from "../engine/market/bars.ts";
import { readFreqtrade } from "./freqtrade.ts";
import { rowReader } from "./rows.ts";
import { BLOCK, openSpool } from "./spool.ts";

const T = 1577836800000;
const ROW = `[${T},100,120,90.5,110,1.25]`;
const NEXT = `[${T + HOUR},100,120,90.5,110,1.25]`;

async function read(text: string, step = 65_536) {
  const bytes = Buffer.from(text);
  const spool = openSpool("unused");
  const reader = rowReader({ file: "A.json", interval: HOUR, now: T * 2, json: true, unit: "ms" }, spool);
  async function* chunks() {
    for (let i = 0; i < bytes.length; i += step) yield bytes.subarray(i, i + step);
  }
  await readFreqtrade(chunks(), reader, "A.json");
  return Array.from({ length: spool.rows }, (_, i) =>
    Array.from({ length: 8 }, (_, k) => spool.block[k * BLOCK + i]),
  );
}

describe("reading freqtrade's JSON", () => {
  const values = (row: number) => [T + (row - 1) * HOUR, 100, 120, 90.5, 110, 1.25, Number.NaN, row];

  test.each([
    ["packed", `[${ROW},${NEXT}]`],
    ["with blanks and line ends", `[\n  ${ROW} ,\r\n\t${NEXT.replaceAll(",", ", ")}\n]\n`],
    ["with exponents", `[${ROW.replace("100", "1.0e+2")},${NEXT.replace("1.25", "125e-2")}]`],
  ])("takes rows %s, in chunks of any size", async (_, text) => {
    for (const step of [1, 2, 7, 1000]) expect(await read(text, step)).toEqual([values(1), values(2)]);
  });

  test.each([
    ["E_DATA_NOT_NUMBER", `[${ROW},${NEXT.replace("90.5", "null")}]`, "row 2, low"],
    ["E_DATA_NOT_NUMBER", `[${ROW},${NEXT.replace("90.5", "NaN")}]`, "row 2, low"],
    ["E_DATA_NOT_NUMBER", `[${ROW},${NEXT.replace("90.5", "1e999")}]`, "row 2, low"],
    ["E_DATA_QUOTED", `[${ROW},${NEXT.replace("90.5", '"90.5"')}]`, "row 2"],
    ["E_DATA_COLUMNS", `[${ROW},[1]]`, "row 2"],
    ["E_DATA_COLUMNS", `[${ROW},[]]`, "row 2"],
    ["E_DATA_UNIT", `[${ROW.replace(String(T), String(T / 1000))}]`, "row 1"],
    ["E_DATA_JSON", '{"a":1}', "after row 0"],
    ["E_DATA_JSON", `[${ROW}${NEXT}]`, "after row 1"],
    ["E_DATA_JSON", `[${ROW},]`, "after row 1"],
    ["E_DATA_JSON", `[${ROW}]]`, "after row 1"],
    ["E_DATA_JSON", `[${"[".repeat(5000)}`, "after row 0"],
    ["E_DATA_EMPTY", "[]", "A.json"],
  ])("refuses with %s what is not like it: %s", async (code, text, where) => {
    const error = await read(text).catch((thrown) => thrown);
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(where);
  });

  test("a file cut at any byte is refused", async () => {
    const text = `[${ROW},${NEXT}]`;
    for (let cut = 0; cut < text.length; cut++) {
      await expect(read(text.slice(0, cut))).rejects.toMatchObject({ code: "E_DATA_TRUNCATED" });
    }
  });
});
