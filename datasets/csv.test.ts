import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FathomError } from "../engine/errors.ts";
import { HOUR } from "../engine/market/bars.ts";
import { type CsvOptions, parseColumns, readCsv } from "./csv.ts";
import { type RowOptions, rowReader } from "./rows.ts";
import { BLOCK, openSpool } from "./spool.ts";
import { csvRow, csvRows } from "./test-store.ts";

const NOW = Date.UTC(2026, 0, 1);
const T = Date.UTC(2020, 0, 1);

async function* inSteps(bytes: Uint8Array, step: number) {
  for (let i = 0; i < bytes.length; i += step) yield bytes.slice(i, i + step);
}

type Given = Partial<RowOptions> & Partial<CsvOptions> & { step?: number };

/** Reads text as a file and returns its rows as arrays: seven values and the line. */
async function read(text: string | Uint8Array, given: Given = {}) {
  const bytes = Buffer.from(text as string);
  const spool = openSpool("unused");
  const reader = rowReader({ file: "A.csv", interval: HOUR, now: NOW, ...given }, spool);
  const shape = await readCsv(inSteps(bytes, given.step ?? 65_536), reader, {
    file: "A.csv",
    columns: given.columns,
  });
  const rows = Array.from({ length: spool.rows }, (_, i) =>
    Array.from({ length: 8 }, (_, k) => spool.block[k * BLOCK + i]),
  );
  return { ...shape, counts: reader.counts, rows };
}

async function errorOf(text: string | Uint8Array, given: Given = {}): Promise<FathomError> {
  const error = await read(text, given).then(
    () => undefined,
    (thrown) => thrown,
  );
  expect(error, "the file was accepted").toBeInstanceOf(FathomError);
  return error;
}

const ROW = "1577836800,100,120,90.5,110,1.25,3";
const VALUES = [T, 100, 120, 90.5, 110, 1.25, 3, 1];

describe("reading a CSV", () => {
  test("takes Kraken's seven columns without a header", async () => {
    expect((await read(`${ROW}\n`)).rows).toEqual([VALUES]);
  });

  test.each([
    ["a header", `time,open,high,low,close,volume,trades\n${ROW}\n`, 2],
    [
      "a header in another case and in quotes",
      `"Time","Open","High","Low","Close","Vol","Count"\n${ROW}\n`,
      2,
    ],
    ["a UTF-8 mark", `\ufeff${ROW}\n`, 1],
    ["CRLF", `${ROW}\r\n`, 1],
    ["blank lines", `\n${ROW}\n\n\n`, 2],
    ["no last line end", ROW, 1],
  ])("takes %s", async (_, text, line) => {
    for (const step of [1, 2, 7, 1000]) {
      const { rows, terminated } = await read(text, { step });
      expect(rows).toEqual([[...VALUES.slice(0, 7), line]]);
      expect(terminated).toBe(text.endsWith("\n"));
    }
  });

  test("takes columns by the header's names, and leaves out what it does not need", async () => {
    const text = "unix,open,close,high,low,vwap,volume\n1577836800,100,110,120,90.5,105,1.25\n";
    expect((await read(text)).rows).toEqual([[T, 100, 120, 90.5, 110, 1.25, Number.NaN, 2]]);
  });

  test("takes columns as told, in ms", async () => {
    const columns = parseColumns("time,open,close,high,low,volume");
    const { rows } = await read("1577836800000,100,110,120,90.5,1.25\n", { columns, unit: "ms" });
    expect(rows).toEqual([[T, 100, 120, 90.5, 110, 1.25, Number.NaN, 1]]);
  });

  test("refuses a header that contradicts the columns as told", async () => {
    const columns = parseColumns("time,open,close,high,low,volume,_");
    const error = await errorOf(`time,open,high,low,close,volume,trades\n${ROW}\n`, { columns });
    expect(error.code).toBe("E_DATA_COLUMNS");
  });

  test.each([
    ["time,open,high,low,close", "no volume"],
    ["time,open,open,high,low,close,volume", "open twice"],
    ["time,open,high,low,close,volume,turnover", 'an unknown column "turnover"'],
  ])("refuses the columns %s", (text, found) => {
    expect(() => parseColumns(text)).toThrow(`found ${found}`);
  });

  test.each<[string, string | Uint8Array, string, number, string]>([
    ["a NUL", `${csvRows(1)}1577840400,100,120,90.5,110,1.25,3\0\n`, "E_DATA_ENCODING", 2, "row"],
    ["UTF-16, little end first", Buffer.from(`\ufeff${ROW}\n`, "utf16le"), "E_DATA_ENCODING", 1, ""],
    ["UTF-16 without a mark", Buffer.from(`${ROW}\n`, "utf16le"), "E_DATA_ENCODING", 1, ""],
    [
      "letters outside ASCII",
      `${csvRows(1)}1577840400,１00,120,90.5,110,1.25,3\n`,
      "E_DATA_ENCODING",
      2,
      "row",
    ],
    ["a quoted number", `${csvRows(1)}1577840400,"1,234.5",120,90.5,110,1.25,3\n`, "E_DATA_QUOTED", 2, "row"],
    [
      "a thousands comma",
      `${csvRows(1)}1577840400,1,234.5,120,90.5,110,1.25,3\n`,
      "E_DATA_COLUMNS",
      2,
      "row",
    ],
    ["a column too few", `${csvRows(1)}1577840400,100,120,90.5,110,1.25\n`, "E_DATA_COLUMNS", 2, "row"],
    ["semicolons", ROW.replaceAll(",", ";"), "E_DATA_TRUNCATED", 1, ""],
    ["semicolons on a whole line", `${ROW.replaceAll(",", ";")}\n`, "E_DATA_COLUMNS", 1, ""],
    ["hexadecimal", `${csvRows(1)}1577840400,0x64,120,90.5,110,1.25,3\n`, "E_DATA_NOT_NUMBER", 2, "open"],
    ["an exponent", `${csvRows(1)}1577840400,1e2,120,90.5,110,1.25,3\n`, "E_DATA_NOT_NUMBER", 2, "open"],
    ["an empty field", `${csvRows(1)}1577840400,100,120,,110,1.25,3\n`, "E_DATA_NOT_NUMBER", 2, "low"],
    ["an empty time", `${csvRows(1)},100,120,90.5,110,1.25,3\n`, "E_DATA_NOT_NUMBER", 2, "time"],
    ["a half trade", `${csvRows(1)}1577840400,100,120,90.5,110,1.25,3.5\n`, "E_DATA_RANGE", 2, "trades"],
    ["a negative count", `${csvRows(1)}1577840400,100,120,90.5,110,1.25,-3\n`, "E_DATA_RANGE", 2, "trades"],
    [
      "a count above 2^53",
      `${csvRows(1)}1577840400,100,120,90.5,110,1.25,9007199254740993\n`,
      "E_DATA_RANGE",
      2,
      "trades",
    ],
    ["a price of 0", `${csvRows(1)}1577840400,100,120,0,110,1.25,3\n`, "E_DATA_RANGE", 2, "low"],
    ["a negative volume", `${csvRows(1)}1577840400,100,120,90.5,110,-1.25,3\n`, "E_DATA_RANGE", 2, "volume"],
    ["high below close", `${csvRows(1)}1577840400,100,105,90.5,110,1.25,3\n`, "E_DATA_OHLC_ORDER", 2, "high"],
    ["low above open", `${csvRows(1)}1577840400,100,120,101,110,1.25,3\n`, "E_DATA_OHLC_ORDER", 2, "low"],
    ["a time off the grid", `${csvRows(1)}1577840401,100,120,90.5,110,1.25,3\n`, "E_DATA_GRID", 2, "time"],
    ["a time in the future", `${csvRows(1)}1830297600,100,120,90.5,110,1.25,3\n`, "E_DATA_RANGE", 2, "time"],
    ["a local time", "2020-01-01 01:00:00,100,120,90.5,110,1.25,3\n", "E_DATA_TZ", 1, "time"],
    ["a bare date", "2020-01-01,100,120,90.5,110,1.25,3\n", "E_DATA_TZ", 1, "time"],
    ["a day that does not exist", "2020-02-30T00:00:00Z,100,120,90.5,110,1.25,3\n", "E_DATA_TZ", 1, "time"],
    ["a fraction of a second", `1577836800.0,100,120,90.5,110,1.25,3\n`, "E_DATA_NOT_NUMBER", 1, "time"],
    ["six columns without a header", "1577836800,100,120,90.5,110,1.25\n", "E_DATA_COLUMNS", 1, ""],
    ["a header it does not know", "when,o,h,l,c,v\n", "E_DATA_COLUMNS", 1, ""],
    ["nothing", "", "E_DATA_EMPTY", 0, ""],
    ["a header alone", "time,open,high,low,close,volume,trades\n", "E_DATA_EMPTY", 0, ""],
    ["no line ends at all", "1".repeat(10_000), "E_DATA_ENCODING", 1, ""],
  ])("refuses %s", async (_, text, code, line, field) => {
    const error = await errorOf(text);
    expect(error.code).toBe(code);
    expect(error.message).toContain("A.csv");
    if (line > 0) expect(error.message).toContain(`line ${line}`);
    if (field !== "") expect(error.context).toMatchObject({ line, field });
  });

  test("says what was found, what was expected, where, and what to do", async () => {
    const error = await errorOf(`${csvRows(1)}1577840400,100,120,9O.5,110,1.25,3\n`);
    expect(error.message).toBe(
      'import: found "9O.5", expected a decimal number such as 1234.5; nothing of this file was stored; correct the file, or pass --quarantine to set such rows aside (A.csv, line 2, low)',
    );
  });

  test("refuses whatever is no number, in every column", async () => {
    const bad = fc.oneof(
      fc.constantFrom(
        "",
        "NaN",
        "Infinity",
        "-Infinity",
        "null",
        "1e3",
        "0x10",
        "+1",
        ".5",
        "5.",
        "1 ",
        " 1",
        "--1",
        "1_0",
        "١",
        "1.23E+05",
      ),
      fc
        .string({ unit: fc.constantFrom(..."0123456789.-+eExXn_ "), maxLength: 9 })
        .filter((s) => !/^-?(0|[1-9]\d*)(\.\d+)?(e-\d{1,3}|E[+-][1-9]\d{0,2})?$/.test(s)),
    );
    await fc.assert(
      fc.asyncProperty(bad, fc.integer({ min: 0, max: 6 }), async (text, column) => {
        const fields = ROW.split(",");
        fields[column] = text;
        const { code } = await errorOf(`${csvRow(-1)}\n${fields.join(",")}\n`);
        expect(["E_DATA_NOT_NUMBER", "E_DATA_ENCODING", "E_DATA_TZ"]).toContain(code);
      }),
      { numRuns: 300 },
    );
  });
});

describe("times", () => {
  test.each([
    ["s", "1577836800"],
    ["ms", "1577836800000"],
    ["us", "1577836800000000"],
    ["ns", "1577836800000000000"],
    ["RFC 3339 with Z", "2020-01-01T00:00:00Z"],
    ["RFC 3339 with an offset", "2020-01-01 05:45:00.000+05:45"],
  ])("are read in %s", async (_, time) => {
    expect((await read(`${time},100,120,90.5,110,1.25,3\n`)).rows[0][0]).toBe(T);
  });

  test("in one file have one unit: a row in another one refuses the file and names both rows", async () => {
    const scale = { s: 1n, ms: 1000n, us: 1_000_000n, ns: 1_000_000_000n } as const;
    const unit = fc.constantFrom("s", "ms", "us", "ns");
    await fc.assert(
      fc.asyncProperty(unit, unit, fc.integer({ min: 0, max: 9 }), async (base, other, row) => {
        fc.pre(base !== other);
        const text = Array.from({ length: 10 }, (_, i) => {
          const seconds = BigInt(T / 1000 + i * 3600);
          return `${seconds * scale[i === row ? other : base]},100,120,90.5,110,1.25,3\n`;
        }).join("");
        const error = await errorOf(text);
        expect(error.code).toBe("E_DATA_UNIT");
        expect(error.message).toMatch(
          row === 0 ? /line 1 .*line 2/ : new RegExp(`line 1 .*line ${row + 1}\\b`),
        );
      }),
      { numRuns: 60 },
    );
  });

  test("must be in the unit that was told", async () => {
    expect((await errorOf(`${ROW}\n`, { unit: "ms" })).code).toBe("E_DATA_UNIT");
  });

  test("finer than a ms are refused", async () => {
    expect((await errorOf("1577836800000000001,100,120,90.5,110,1.25,3\n")).code).toBe("E_DATA_RANGE");
  });
});

test("a file cut at any byte is refused or is the whole rows before the cut", async () => {
  const text = csvRows(6);
  const whole = await read(text);
  for (let cut = 0; cut < text.length; cut++) {
    const part = text.slice(0, cut);
    const lines = part.split("\n");
    const last = lines.at(-1)!;
    if (cut === 0) expect((await errorOf(part)).code).toBe("E_DATA_EMPTY");
    else if (last !== "" && last.split(",").length < 7) {
      expect((await errorOf(part)).code).toBe("E_DATA_TRUNCATED");
    } else if (last.endsWith(",")) expect((await errorOf(part)).code).toBe("E_DATA_TRUNCATED");
    else {
      // A cut inside the last field leaves a shorter count of trades: told by `terminated`.
      const { rows, terminated } = await read(part);
      expect(rows.map((row) => row.slice(0, 6))).toEqual(
        whole.rows.slice(0, rows.length).map((row) => row.slice(0, 6)),
      );
      expect(terminated).toBe(last === "");
    }
  }
});

test("rows at fault are set aside with line, code and text, and the others pass", async () => {
  const aside: unknown[] = [];
  const text = `${csvRow(0)}\n${csvRow(1).replace("120", "0")}\nx\n${csvRow(3)}\n`;
  const { rows, counts } = await read(text, {
    reject: ({ line, code }, row) => aside.push([line, code, row]),
  });
  expect(rows.map((row) => row[7])).toEqual([1, 4]);
  expect(counts).toMatchObject({ rows: 2, rejected: 2 });
  expect(aside).toEqual([
    [2, "E_DATA_RANGE", csvRow(1).replace("120", "0")],
    [3, "E_DATA_COLUMNS", "x"],
  ]);
});

test("rows out of order are counted, and every row is spooled", async () => {
  const { rows, counts } = await read([0, 3, 1, 2, 4].map((hour) => `${csvRow(hour)}\n`).join(""));
  expect(counts).toMatchObject({ rows: 5, ordered: false, outOfOrder: 2 });
  expect(rows.length).toBe(5);
});

test("the numbers read are those of Number(), in blocks of any size", async () => {
  const text = csvRows(500).replaceAll(",100,", ",100.123456789012345678,").replaceAll(",120,", ",1.2E+2,");
  const expected = text
    .trim()
    .split("\n")
    .map((line, i) => [...line.split(",").map((field, k) => Number(field) * (k === 0 ? 1000 : 1)), i + 1]);
  for (const step of [13, 100, 4096]) expect((await read(text, { step })).rows).toEqual(expected);
});
