import type { FathomError } from "../engine/errors.ts";
import {
  type BarCheck,
  barCheck,
  barFault,
  checkBar,
  DUPLICATE,
  OUT_OF_ORDER,
  PASSED,
} from "../engine/market/bar-check.ts";
import { counted } from "./counted.ts";
import { ascii, scanDecimal } from "./decimal.ts";
import { type RowFault, rowError, shown } from "./row-fault.ts";
import { BLOCK, nextRow, type Spool } from "./spool.ts";
import { epochToMs, isWhole, looksLikeDate, rfc3339ToMs, type TimeUnit, unitOf } from "./times.ts";

/** What a column of a file holds; "_" is left out. */
export const COLUMN_NAMES = ["time", "open", "high", "low", "close", "volume", "trades", "_"] as const;
export type ColumnName = (typeof COLUMN_NAMES)[number];

const TIME = 0;
const TRADES = 6;
const COMMA = 44;
const LONGEST_TRADES = 9_007_199_254_740_991;

export interface RowOptions {
  /** Name of the file, for errors. */
  readonly file: string;
  readonly interval: number;
  /** The time of day, ms UTC. */
  readonly now: number;
  readonly unit?: TimeUnit;
  /** JSON rows: blanks around numbers and JSON's own number grammar are fine. */
  readonly json?: boolean;
  /** Takes rows at fault; without it the first one is thrown. */
  readonly reject?: (fault: RowFault, text: string) => void;
}

/** What the rows of one file came to. */
export interface RowCounts {
  /** Rows that passed, duplicates included. */
  rows: number;
  rejected: number;
  /** Rows earlier than a row before them. */
  outOfOrder: number;
  /** Whether times strictly increase, so that no sort is needed. */
  ordered: boolean;
  /** Rows with one price and no volume. */
  flat: number;
}

export interface RowReader {
  readonly counts: RowCounts;
  setColumns(columns: readonly ColumnName[]): void;
  /** Takes the row in bytes [start, end), which holds no line end. */
  row(bytes: Uint8Array, start: number, end: number, line: number): void;
  /** Takes the last row of a file that ends without a line end: it may have been cut. */
  lastRow(bytes: Uint8Array, start: number, end: number, line: number): void;
  /** Turns a row away that is at fault as a whole. */
  refuse(fault: RowFault, text: string): void;
}

/**
 * Reads rows of comma-separated numbers, hands each through the door and spools it. The usual row takes one pass
 * over its bytes; a row that fails in any way is looked at again, field by field, to say what is wrong.
 */
export function rowReader(options: RowOptions, spool: Spool): RowReader {
  const { file, interval, now } = options;
  const place = options.json ? "row" : "line";
  const counts: RowCounts = { rows: 0, rejected: 0, outOfOrder: 0, ordered: true, flat: 0 };
  const door: BarCheck = barCheck(interval, now);
  const values = new Float64Array(7);
  const cursor = { end: 0 };
  let columns: readonly ColumnName[] = [];
  let slots: Int32Array = new Int32Array(0);
  let unit: TimeUnit | undefined = options.unit;
  let unitFrom: { line: number; text: string } | undefined;
  let latest = Number.NEGATIVE_INFINITY;
  let mayBeCut = false;

  const fail = (fault: RowFault): FathomError => rowError(file, place, fault);

  function refuse(found: RowFault, text: string): void {
    const cut = mayBeCut && (found.field === "row" || found.field === columns.at(-1));
    const fault = cut
      ? { ...found, code: "E_DATA_TRUNCATED", expected: `${found.expected} and a line end` }
      : found;
    if (options.reject === undefined) throw fail(fault);
    counts.rejected++;
    options.reject(fault, text);
  }

  function setColumns(names: readonly ColumnName[]): void {
    columns = names;
    slots = Int32Array.from(names, (name) => (name === "_" ? -1 : COLUMN_NAMES.indexOf(name)));
    values[TRADES] = Number.NaN;
  }

  /** The usual row: s or ms, plain numbers, the right number of columns. False when it is anything else. */
  function quick(bytes: Uint8Array, start: number, end: number): boolean {
    let i = start;
    const factor = unit === "s" ? 1000 : 1;
    if (unit !== "s" && unit !== "ms") return false;
    const last = slots.length - 1;
    for (let k = 0; k <= last; k++) {
      const slot = slots[k];
      if (slot < 0) {
        while (i < end && bytes[i] !== COMMA) i++;
      } else {
        const value = scanDecimal(bytes, i, end, cursor);
        if (value !== value) return false;
        if (slot === TIME) {
          // Ten digits of s or thirteen of ms: no sign, point or exponent can hide in a whole number that long.
          if (cursor.end - i !== (factor === 1 ? 13 : 10) || value % 1 !== 0) return false;
          values[TIME] = value * factor;
        } else values[slot] = value;
        i = cursor.end;
      }
      if (k < last ? i >= end || bytes[i] !== COMMA : i !== end) return false;
      i++;
    }
    const trades = values[TRADES];
    return trades !== trades || (trades >= 0 && trades <= LONGEST_TRADES && trades % 1 === 0);
  }

  /** Any row: reads it field by field into `values`, or says what is wrong with it. */
  function slow(text: string, line: number): RowFault | undefined {
    const fault = (code: string, field: string, found: string, expected: string): RowFault => ({
      code,
      line,
      field,
      found,
      expected,
    });
    if (/[^\x20-\x7e\t\r\n]/.test(text)) {
      const expected = "plain text: digits, points and commas, no NUL and no UTF-16";
      return fault("E_DATA_ENCODING", "row", shown(text), expected);
    }
    if (text.includes('"')) {
      return fault("E_DATA_QUOTED", "row", shown(text), "bare numbers between commas, without quotes");
    }
    const fields = text.split(",");
    if (fields.length !== columns.length) {
      const expected = `${columns.length} columns (${columns.join(",")})`;
      return fault(
        "E_DATA_COLUMNS",
        "row",
        `${counted(fields.length, "column")} in ${shown(text)}`,
        expected,
      );
    }
    for (let k = 0; k < fields.length; k++) {
      const name = columns[k];
      if (name === "_") continue;
      const raw = options.json ? fields[k].trim() : fields[k];
      if (name === "time") {
        const time = readTime(raw, line);
        if (typeof time !== "number") return time;
        values[TIME] = time;
        continue;
      }
      const value = options.json ? readJsonNumber(raw) : readNumber(raw);
      if (value !== value) {
        return fault("E_DATA_NOT_NUMBER", name, shown(raw), "a decimal number such as 1234.5");
      }
      if (name === "trades" && (value < 0 || value > LONGEST_TRADES || value % 1 !== 0)) {
        return fault("E_DATA_RANGE", name, shown(raw), "a whole number from 0");
      }
      values[slots[k]] = value;
    }
    return undefined;
  }

  function readNumber(raw: string): number {
    const bytes = Buffer.from(raw, "latin1");
    const value = scanDecimal(bytes, 0, bytes.length, cursor);
    return cursor.end === bytes.length ? value : Number.NaN;
  }

  /** A time as ms, by the unit of the file, which its first row sets. A mixture always refuses the file. */
  function readTime(raw: string, line: number): number | RowFault {
    const fault = (code: string, expected: string): RowFault => ({
      code,
      line,
      field: "time",
      found: shown(raw),
      expected,
    });
    let found: TimeUnit | undefined;
    if (isWhole(raw)) found = unitOf(raw, now);
    else if (rfc3339ToMs(raw) !== undefined) found = "rfc3339";
    else if (looksLikeDate(raw)) return fault("E_DATA_TZ", "a time that exists, with its zone");
    else return fault("E_DATA_NOT_NUMBER", "a whole number of epoch s, ms, us or ns");
    if (found === undefined)
      return fault("E_DATA_RANGE", "a time from 2009 to a day from now in s, ms, us or ns");
    if (unit === undefined) {
      unit = found;
      unitFrom = { line, text: raw };
    } else if (found !== unit) {
      const set =
        unitFrom === undefined ? "(--unit)" : `as on ${place} ${unitFrom.line} (${shown(unitFrom.text)})`;
      throw fail({
        ...fault("E_DATA_UNIT", `a time in ${unit} ${set}`),
        found: `${shown(raw)}, a time in ${found}`,
      });
    }
    unitFrom ??= { line, text: raw };
    return found === "rfc3339" ? rfc3339ToMs(raw)! : epochToMs(raw, found, now)!;
  }

  function row(bytes: Uint8Array, start: number, end: number, line: number): void {
    if (!quick(bytes, start, end) || values[TIME] < door.earliest || values[TIME] > door.latest) {
      const text = ascii(bytes, start, end);
      const fault = slow(text, line);
      if (fault !== undefined) {
        refuse(fault, text);
        return;
      }
    }
    // Not destructured: that would run an iterator for every row.
    const time = values[TIME];
    const open = values[1];
    const high = values[2];
    const low = values[3];
    const close = values[4];
    const volume = values[5];
    let found = checkBar(door, time, open, high, low, close, volume);
    if (found !== PASSED) {
      if (found === DUPLICATE || found === OUT_OF_ORDER) {
        // Settled after the last row, by one sort.
        counts.ordered = false;
        door.last = time;
        found = PASSED;
      } else {
        const { code, field, expected } = barFault(found);
        const text = ascii(bytes, start, end);
        const raw = text.split(",")[columns.indexOf(field)].trim();
        const expectedHere = code === "E_DATA_OHLC_ORDER" ? `${expected} (${shown(text)})` : expected;
        refuse({ code, line, field, found: shown(raw), expected: expectedHere }, text);
        return;
      }
    }
    if (time > latest) latest = time;
    else if (time < latest) counts.outOfOrder++;
    if (volume === 0 && high === low) counts.flat++;
    const at = nextRow(spool);
    const { block } = spool;
    block[at] = time;
    block[BLOCK + at] = open;
    block[2 * BLOCK + at] = high;
    block[3 * BLOCK + at] = low;
    block[4 * BLOCK + at] = close;
    block[5 * BLOCK + at] = volume;
    block[6 * BLOCK + at] = values[TRADES];
    block[7 * BLOCK + at] = line;
    counts.rows++;
  }

  function lastRow(bytes: Uint8Array, start: number, end: number, line: number): void {
    mayBeCut = true;
    row(bytes, start, end, line);
  }

  return { counts, setColumns, row, lastRow, refuse };
}

const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d{1,3})?$/;

function readJsonNumber(raw: string): number {
  if (!JSON_NUMBER.test(raw)) return Number.NaN;
  const value = Number(raw);
  return Number.isFinite(value) ? (value === 0 ? 0 : value) : Number.NaN;
}
