import type { Column } from "./kernel.ts";
import { firstDifference, firstFullRow, scramble } from "./law-garbage.ts";
import {
  type EventLog,
  isColumn,
  isInput,
  leaves,
  type Outputs,
  type Subject,
  type Wiring,
} from "./law-run.ts";
import { isSlot } from "./plan.ts";

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
 * of a column that seldom moves; every kind of event first), the rest anywhere, most behind the first
 * finite output.
 */
export function chooseCuts(outputs: Outputs, wanted: number, seed: number): number[] {
  const { rows } = outputs;
  if (rows < 2) return [];
  let first = rows - 2;
  const rare: (readonly number[])[] = [];
  for (const [, log] of outputs.events) if (log.rows.length > 0) rare.push(log.rows);
  const kinds = rare.length;
  for (const [, column] of outputs.columns) {
    const moves: number[] = [];
    let i = 0;
    while (i < rows && column[i] !== column[i]) i++;
    if (i < first) first = i;
    for (i++; i < rows && moves.length < rows >> 2; i++) if (column[i] !== column[i - 1]) moves.push(i);
    if (moves.length > 0 && moves.length < rows >> 2) rare.push(moves);
  }
  const cuts = new Set<number>();
  for (let k = 0; k < wanted; k++) {
    const h = scramble(seed + 7919 * k);
    const low = k % 4 === 1 ? 0 : first;
    let t = low + (h % (rows - 1 - low));
    if (k % 2 === 0 && rare.length > 0) {
      const list = rare[k >> 1 < kinds ? k >> 1 : scramble(h) % rare.length];
      t = list[h % list.length] - ((h >> 8) % 2);
    }
    cuts.add(t < 0 ? 0 : Math.min(t, rows - 2));
  }
  return [...cuts].sort((a, b) => a - b);
}

/** What every column must be. */
export const PREFIX = "a NaN prefix, then finite for ever";

/** The first row of a column that is no NaN prefix followed by finite numbers for ever, or -1. */
export function firstGap(column: Column): number {
  let i = 0;
  while (i < column.length && column[i] !== column[i]) i++;
  while (i < column.length && column[i] - column[i] === 0) i++;
  return i < column.length ? i : -1;
}

/** The first output whose first finite row is not where its lookback puts it. */
export function missedLookback(
  subject: Subject,
  { plan, outputs: ports }: Wiring,
  outputs: Pick<Outputs, "columns">,
): Finding | null {
  const { rows } = subject;
  const columns = leaves(subject.inputs, isInput).flatMap(([, i]) => (isColumn(i) ? [i.values] : []));
  const start = firstFullRow(columns, rows);
  const isTogether = columns.every((c) => start === 0 || c[start - 1] !== c[start - 1]);
  for (const [output, slot] of leaves(ports, isSlot)) {
    const column = outputs.columns.get(output);
    if (column === undefined) continue;
    const due = start + plan.lookback(slot);
    const first = firstFullRow([column], rows);
    const row = column[first] === column[first] ? first : rows;
    const isEarly = subject.warmUp === "exact" && isTogether && row < due;
    if ((isEarly || row > due) && (row < rows || due < rows)) {
      return { output, row, found: `first finite row ${row}`, expected: `row ${due}`, trial: "lookback" };
    }
  }
  return null;
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
