import type { Column } from "./kernel.ts";
import { scramble } from "./law-garbage.ts";
import type { EventLog, Outputs } from "./law-run.ts";

/** What a law found wrong, where and in which of its trials. */
export interface Finding {
  /** Path of the output ("pairs.0.desire"), or of the input that was changed; empty when the whole failed. */
  readonly output: string;
  /** Row of the subject's data; -1 when no row is to blame. */
  readonly row: number;
  readonly found: number | string;
  readonly expected: number | string;
  /** "blocks of 7". */
  readonly trial: string;
}

/** A finding about no single output. */
export const whole = (found: string, expected: string, trial: string): Finding => ({
  output: "",
  row: -1,
  found,
  expected,
  trial,
});

/**
 * The earliest row of [from, to) in which an output differs in any bit (every NaN counts as one), else
 * the first differing event of those rows. `expected` must know the row of each event; `found` may have
 * more events behind them, unless `to` is the last row.
 */
export function compare(
  found: Outputs,
  expected: Outputs,
  from: number,
  to: number,
  trial: string,
): Finding | null {
  return (
    earliestColumn(found, expected, from, to, 0, trial) ?? firstEvent(found, expected, from, to, 0, trial)
  );
}

/** The same against a run whose rows and events come k rows later, with nothing before them. */
export function compareShifted(
  found: Outputs,
  expected: Outputs,
  k: number,
  rows: number,
  trial: string,
): Finding | null {
  for (const [output, column] of found.columns) {
    for (let i = 0; i < k; i++) {
      if (column[i] === column[i])
        return { output, row: i - k, found: column[i], expected: Number.NaN, trial };
    }
  }
  return earliestColumn(found, expected, 0, rows, k, trial) ?? firstEvent(found, expected, 0, rows, k, trial);
}

function earliestColumn(
  found: Outputs,
  expected: Outputs,
  from: number,
  to: number,
  shift: number,
  trial: string,
): Finding | null {
  let first: Finding | null = null;
  let end = to;
  for (const [output, column] of expected.columns) {
    const other = found.columns.get(output)!;
    const row = firstDifference(other, column, from, end, shift);
    if (row < 0) continue;
    first = { output, row, found: other[row + shift], expected: column[row], trial };
    end = row;
  }
  return first;
}

/** The first row of [from, to) at which a[row + shift] and b[row] differ in any bit, or -1. */
export function firstDifference(a: Column, b: Column, from: number, to: number, shift = 0): number {
  for (let i = from; i < to; i++) if (!Object.is(a[i + shift], b[i])) return i;
  return -1;
}

function firstEvent(
  found: Outputs,
  expected: Outputs,
  from: number,
  to: number,
  shift: number,
  trial: string,
): Finding | null {
  for (const [output, log] of expected.events) {
    const other = found.events.get(output)!;
    const begin = countBefore(log, from);
    const n = countBefore(log, to) - begin;
    const isAll = to === expected.rows;
    if (other.table.n < n || (isAll && other.table.n > n)) {
      const row = log.rows[begin + other.table.n] ?? other.rows[n] - shift;
      return { output, row, found: `${other.table.n} events`, expected: `${n} events`, trial };
    }
    for (let k = 0; k < n; k++) {
      for (const f of log.table.fields) {
        const a = other.table.at[f][k];
        const b = log.table.at[f][begin + k];
        if (Object.is(a, b)) continue;
        return { output: `${output}.${f}`, row: log.rows[begin + k], found: a, expected: b, trial };
      }
    }
  }
  return null;
}

function countBefore(log: EventLog, row: number): number {
  let n = log.rows.length;
  while (n > 0 && log.rows[n - 1] >= row) n--;
  return n;
}

/**
 * Rows to look at closely, ascending: half of them where something rare happens next (an event, a move
 * of a column that seldom moves), the rest anywhere, most behind the first finite output.
 */
export function chooseCuts(outputs: Outputs, wanted: number, seed: number): number[] {
  const { rows } = outputs;
  if (rows < 2) return [];
  let first = rows - 2;
  const rare: number[] = [];
  for (const [, column] of outputs.columns) {
    const moves: number[] = [];
    let i = 0;
    while (i < rows && column[i] !== column[i]) i++;
    if (i < first) first = i;
    for (i++; i < rows && moves.length < rows >> 2; i++) if (column[i] !== column[i - 1]) moves.push(i);
    if (moves.length < rows >> 2) rare.push(...moves);
  }
  for (const [, log] of outputs.events) rare.push(...log.rows);
  const cuts = new Set<number>();
  for (let k = 0; k < wanted; k++) {
    const h = scramble(seed + 7919 * k);
    const isNearRare = k % 2 === 0 && rare.length > 0;
    const low = k % 4 === 1 ? 0 : first;
    const t = isNearRare ? rare[h % rare.length] - ((h >> 8) % 2) : low + (h % (rows - 1 - low));
    cuts.add(t < 0 ? 0 : Math.min(t, rows - 2));
  }
  return [...cuts].sort((a, b) => a - b);
}

/** What keeps a state from being plain data that a structuredClone carries whole, or undefined. */
export function whyNotPlain(x: unknown): string | undefined {
  if (x === null || ["number", "string", "boolean", "undefined", "bigint"].includes(typeof x))
    return undefined;
  if (typeof x !== "object") return `a ${typeof x}`;
  if (ArrayBuffer.isView(x)) return x.buffer instanceof ArrayBuffer ? undefined : "a view of shared memory";
  if (Array.isArray(x)) return first(x);
  const prototype = Object.getPrototypeOf(x);
  if (prototype !== Object.prototype && prototype !== null)
    return `a ${x.constructor?.name ?? "foreign object"}`;
  return first(Object.values(x));
}

function first(values: readonly unknown[]): string | undefined {
  for (const value of values) {
    const why = whyNotPlain(value);
    if (why !== undefined) return why;
  }
  return undefined;
}
