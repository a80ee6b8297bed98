import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Column, Kernel } from "../kernel.ts";
import { type BarColumns, HOUR } from "../market/bars.ts";
import { sharedData } from "../test-data.ts";

/** For tests of indicators: outside reference values, and kernels run over whole columns. */

type Columns = Readonly<Record<string, Column>>;

/** A kernel's outputs over whole columns, advanced once. */
export function outputs<In extends Columns, Out extends Columns, S>(
  kernel: Kernel<In, Out, S>,
  input: In,
): { [K in keyof Out]: Column } {
  const rows = Object.values(input)[0].length;
  const out = Object.fromEntries(Object.keys(kernel.writes).map((k) => [k, new Float64Array(rows)]));
  kernel.advance(kernel.init(), input, out as unknown as Out, rows);
  return out as { [K in keyof Out]: Column };
}

/**
 * The largest |found - expected| / max(1, |expected|) from the first row on which both must be known; Infinity
 * where one is known and the other is not.
 */
export function worstDifference(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  from = 0,
  relative = false,
): number {
  let worst = 0;
  for (let i = from; i < expected.length; i++) {
    const e = expected[i];
    const f = found[i];
    if (e !== e && f !== f) continue;
    if (e !== e || f !== f) return Number.POSITIVE_INFINITY;
    const scale = relative || Math.abs(e) > 1 ? Math.abs(e) : 1;
    worst = Math.max(worst, e === f ? 0 : Math.abs(f - e) / scale);
  }
  return worst;
}

/** Rows before the first finite one. */
export const unknownRows = (y: Column): number => {
  const first = y.findIndex((v) => !Number.isNaN(v));
  return first < 0 ? y.length : first;
};

interface OracleFile {
  readonly input: { readonly x: string; readonly y: string; readonly first: string; readonly rows: number };
  readonly cases: readonly { readonly name: string; readonly [column: string]: unknown }[];
}

const oracleFile = (name: string): OracleFile | undefined => {
  const path = sharedData(`oracles/${name}.json`);
  return path === undefined ? undefined : JSON.parse(readFileSync(path, "utf8"));
};

/** One case of an oracle file: its values, NaN where not yet defined. */
export function oracle(file: "09-indicators" | "09-volatility", name: string, column = "values"): Column {
  const found = oracleFile(file)?.cases.find((c) => c.name === name);
  if (found === undefined) throw new Error(`oracle ${file}: no case ${name}`);
  return Float64Array.from(found[column] as (number | null)[], (v) => v ?? Number.NaN);
}

/** The real hours that the oracles of indicators were made on, or undefined where the data is absent. */
export function realHours(): { x: BarColumns; y: BarColumns } | undefined {
  const input = oracleFile("09-indicators")?.input;
  if (input === undefined) return undefined;
  const first = Date.parse(`${input.first}Z`);
  return { x: hours(input.x, first, input.rows), y: hours(input.y, first, input.rows) };
}

/** Hourly bars of a Kraken file from `first` on; a hole is a flat bar at the close before. */
function hours(file: string, first: number, rows: number): BarColumns {
  const path = sharedData(file);
  if (path === undefined) throw new Error(`${file} is missing beside its oracles`);
  const bars = emptyBars(rows);
  bars.close.fill(Number.NaN);
  let before = Number.NaN;
  for (const line of readFileSync(path, "utf8").split("\n")) {
    const [time, open, high, low, close, volume] = line.split(",").map(Number);
    const at = (time * 1000 - first) / HOUR;
    if (at < 0) before = close;
    if (!(at >= 0 && at < rows)) continue;
    bars.open[at] = open;
    bars.high[at] = high;
    bars.low[at] = low;
    bars.close[at] = close;
    bars.volume[at] = volume;
  }
  for (let i = 0; i < rows; i++) {
    const known = i === 0 ? before : bars.close[i - 1];
    if (bars.close[i] !== bars.close[i]) {
      bars.open[i] = bars.high[i] = bars.low[i] = bars.close[i] = known;
    }
  }
  return bars;
}

const emptyBars = (rows: number): BarColumns => ({
  open: new Float64Array(rows),
  high: new Float64Array(rows),
  low: new Float64Array(rows),
  close: new Float64Array(rows),
  volume: new Float64Array(rows),
});

/** A published worksheet as columns by their heading, NaN where a cell is empty; or undefined where absent. */
export function worksheet(name: string): Readonly<Record<string, Column>> | undefined {
  const path = sharedData(`indicators/${name}.csv`);
  if (path === undefined) return undefined;
  const [heading, ...lines] = readFileSync(path, "utf8").trim().split(/\r?\n/);
  const cells = lines.map((l) => l.split(","));
  return Object.fromEntries(
    heading
      .split(",")
      .map((h, k) => [h, Float64Array.from(cells, (c) => (c[k] ? Number(c[k]) : Number.NaN))]),
  );
}

/**
 * Random bars around `price`, each opening at the close before; a share `flat` of them does not move.
 * The same seed gives the same bars.
 */
export function randomBars(rows: number, seed: number, price = 30_000, flat = 0): BarColumns {
  const next = random(seed);
  const bars = emptyBars(rows);
  let close = price;
  for (let i = 0; i < rows; i++) {
    const still = next() < flat;
    const open = close;
    if (!still) close *= 1 + 0.01 * (next() + next() + next() - 1.5);
    const wick = still ? 0 : 0.003 * close;
    bars.open[i] = open;
    bars.close[i] = close;
    bars.high[i] = Math.max(open, close) + wick * next();
    bars.low[i] = Math.min(open, close) - wick * next();
    bars.volume[i] = still ? 0 : next();
  }
  return bars;
}

/** Uniform numbers in [0, 1) from a seed (a 32-bit mix of a counter). */
function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

type TalibResult = Readonly<Record<string, readonly number[]>>;
type Talib = Readonly<Record<string, (params: Record<string, unknown>) => TalibResult>>;

let talib: Talib | undefined;

/** One column of a TA-Lib function on whole columns, NaN before its first value. */
export async function talibColumn(
  name: string,
  params: Record<string, number | Column>,
  lookback: number,
  output = "output",
): Promise<Column> {
  if (talib === undefined) {
    const require = createRequire(import.meta.url);
    const library = require("talib-web");
    // the loader reads the file only where there is no fetch
    const { fetch } = globalThis;
    Reflect.deleteProperty(globalThis, "fetch");
    try {
      await library.init(require.resolve("talib-web/lib/talib.wasm"));
    } finally {
      globalThis.fetch = fetch;
    }
    talib = library as Talib;
  }
  const rows = (Object.values(params).find((p) => typeof p !== "number") as Column).length;
  const plain = Object.fromEntries(
    Object.entries(params).map(([k, v]) => [k, typeof v === "number" ? v : Array.from(v)]),
  );
  const result = talib[name](plain)[output];
  // its output starts at the lookback's first value and has a tail of old memory
  const column = new Float64Array(rows).fill(Number.NaN);
  for (let i = lookback; i < rows; i++) column[i] = result[i - lookback];
  return column;
}
