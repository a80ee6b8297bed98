import { readFileSync } from "node:fs";
import { FathomError } from "../engine/errors.ts";
import type { Column } from "../engine/kernel.ts";
import { DAY, HOUR, MINUTE } from "../engine/market/bars.ts";

/** A daily volatility index from outside the exchange. The files carry dates only, no times. */
export interface OutsideSeries {
  readonly name: "VIX" | "DVOL";
  /** When each value could first be known, ms UTC, increasing. */
  readonly published: Column;
  /** Index points. */
  readonly value: Column;
}

/** VIX closes at 21:15 UTC of its date; DVOL's day is complete at 00:00 UTC of the next. */
const PUBLISHED_AFTER = { VIX: 21 * HOUR + 15 * MINUTE, DVOL: DAY } as const;

/** Index points beyond which a value is a misprint: VIX's record is 89.5, DVOL's below 200. */
const GREATEST = 1000;

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const NUMBER = /^\d+(\.\d+)?$/;

/**
 * Reads VIX (CSV: DATE,OPEN,HIGH,LOW,CLOSE, one ISO date a row) or DVOL (JSON: [[ms, value], ...], each at
 * 00:00 UTC of its date). Of VIX the close is used. Throws E_OUTSIDE_FILE, E_OUTSIDE_FORMAT,
 * E_OUTSIDE_NUMBER and E_OUTSIDE_ORDER with the file and line.
 */
export function readOutside(name: "VIX" | "DVOL", file: string): OutsideSeries {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new FathomError(
      "E_OUTSIDE_FILE",
      `outside: cannot read the ${name} file: ${(error as Error).message}; give the path of an existing file (${file})`,
      { file },
    );
  }
  return name === "VIX" ? parseVix(text, file) : parseDvol(text, file);
}

export function parseVix(text: string, file = "VIX"): OutsideSeries {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  if (lines[0].trim().toUpperCase() !== "DATE,OPEN,HIGH,LOW,CLOSE") {
    throw new FathomError(
      "E_OUTSIDE_FORMAT",
      `outside: found the head ${JSON.stringify(lines[0].slice(0, 60))}, expected DATE,OPEN,HIGH,LOW,CLOSE (${file}:1)`,
      { file },
    );
  }
  const dates: number[] = [];
  const values: number[] = [];
  for (let i = 1; i < lines.length; i++) {
    if (lines[i] === "" && i === lines.length - 1) break;
    const at = `${file}:${i + 1}`;
    const cells = lines[i].split(",");
    if (cells.length !== 5) {
      throw new FathomError(
        "E_OUTSIDE_FORMAT",
        `outside: found ${cells.length} columns, expected 5 (${at})`,
        { file },
      );
    }
    dates.push(isoDate(cells[0], at));
    if (!NUMBER.test(cells[4])) throw notValue(JSON.stringify(cells[4]), at);
    values.push(Number(cells[4]));
  }
  return series("VIX", dates, values, (i) => `${file}:${i + 2}`);
}

export function parseDvol(text: string, file = "DVOL"): OutsideSeries {
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch (error) {
    throw new FathomError(
      "E_OUTSIDE_FORMAT",
      `outside: found no JSON (${(error as Error).message}), expected [[ms, value], ...] (${file})`,
      { file },
    );
  }
  if (!Array.isArray(rows)) {
    throw new FathomError("E_OUTSIDE_FORMAT", `outside: expected [[ms, value], ...] (${file})`, { file });
  }
  const place = (i: number) => `${file}, item ${i}`;
  const dates: number[] = [];
  const values: number[] = [];
  for (const [i, row] of rows.entries()) {
    if (!Array.isArray(row) || row.length !== 2 || typeof row[0] !== "number" || typeof row[1] !== "number") {
      throw new FathomError(
        "E_OUTSIDE_FORMAT",
        `outside: found ${JSON.stringify(row)?.slice(0, 60)}, expected [ms, value] (${place(i)})`,
        { file },
      );
    }
    if (!Number.isSafeInteger(row[0]) || row[0] % DAY !== 0) {
      throw new FathomError(
        "E_OUTSIDE_FORMAT",
        `outside: found the time ${row[0]}, expected ms of 00:00 UTC of a date (${place(i)})`,
        { file },
      );
    }
    dates.push(row[0]);
    values.push(row[1]);
  }
  return series("DVOL", dates, values, place);
}

function isoDate(text: string, at: string): number {
  const parts = DATE.exec(text);
  const ms = parts === null ? Number.NaN : Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]));
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text) {
    throw new FathomError(
      "E_OUTSIDE_FORMAT",
      `outside: found ${JSON.stringify(text)}, expected a date such as 2020-03-12 (${at})`,
    );
  }
  return ms;
}

const notValue = (found: string, at: string) =>
  new FathomError(
    "E_OUTSIDE_NUMBER",
    `outside: found ${found}, expected index points above 0 and below ${GREATEST} (${at})`,
  );

function series(
  name: "VIX" | "DVOL",
  dates: readonly number[],
  values: readonly number[],
  place: (i: number) => string,
): OutsideSeries {
  if (dates.length === 0) {
    throw new FathomError(
      "E_OUTSIDE_FORMAT",
      `outside: found no values, expected one row a date (${place(0)})`,
    );
  }
  for (let i = 0; i < dates.length; i++) {
    if (!(values[i] > 0 && values[i] < GREATEST)) throw notValue(String(values[i]), place(i));
    if (i > 0 && !(dates[i] > dates[i - 1])) {
      const [now, before] = [dates[i], dates[i - 1]].map((ms) => new Date(ms).toISOString().slice(0, 10));
      throw new FathomError(
        "E_OUTSIDE_ORDER",
        `outside: found ${now} after ${before}, expected a later date (${place(i)})`,
      );
    }
  }
  const after = PUBLISHED_AFTER[name];
  return { name, published: Float64Array.from(dates, (d) => d + after), value: Float64Array.from(values) };
}

/**
 * The series on a panel's rows: the last value published at or before each close, and its age in ms since
 * then; both NaN before the first publication. `make` gives the memory.
 */
export function joinOutside(
  { published, value }: OutsideSeries,
  time: Column,
  make: (rows: number) => Column = (rows) => new Float64Array(rows),
): { readonly value: Column; readonly age: Column } {
  const joined = make(time.length);
  const age = make(time.length);
  let k = -1;
  for (let i = 0; i < time.length; i++) {
    while (k + 1 < published.length && published[k + 1] <= time[i]) k++;
    joined[i] = k < 0 ? Number.NaN : value[k];
    age[i] = k < 0 ? Number.NaN : time[i] - published[k];
  }
  return { value: joined, age };
}
