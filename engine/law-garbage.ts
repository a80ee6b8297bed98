import type { Column } from "./kernel.ts";
import { type Input, isColumn, isInput, leaves } from "./law-run.ts";
import { mapPorts, type Ports } from "./plan.ts";

/**
 * Rows that would pass the door too, to stand in place of later ones: whole rows drawn from the
 * subject's own ("reordered"), the same with every number a million times larger or smaller ("huge",
 * "tiny"), one row for ever ("flat"). Prices stay consistent, codes stay codes, clocks run on.
 */
export const GARBAGE = ["reordered", "huge", "tiny", "flat"] as const;
export type GarbageKind = (typeof GARBAGE)[number];

const FACTOR = { reordered: 1, huge: 1e6, tiny: 1e-6, flat: 1 } as const;

export interface Garbage {
  /** Replaces every row from `row` on, in place; calls go from late rows to early ones. */
  from(row: number, kind: GarbageKind): void;
  /** Puts everything back. */
  restore(): void;
  /** After `restore`: the first number that somebody else wrote into the data, where it is put back too. */
  mend(): { readonly path: string; readonly row: number; found: number; expected: number } | undefined;
}

/**
 * Garbage for the subject's own arrays, in place, so that code which captured them sees it too. Input
 * events of replaced rows are not touched: feed `withoutEvents` instead. Holds one copy of the data.
 */
export function createGarbage(inputs: Ports<Input>, rows: number, seed: number): Garbage {
  const columns = leaves(inputs, isInput).flatMap(([path, input]) =>
    isColumn(input) ? [{ path, kind: input.kind, values: input.values, original: input.values.slice() }] : [],
  );
  const replaceable = columns.filter((c) => c.kind !== "clock");
  let draws: Int32Array | undefined;
  let replaced = rows;
  let last: GarbageKind | undefined;
  const restore = () => {
    for (const { values, original } of replaceable) values.set(original.subarray(replaced), replaced);
    replaced = rows;
  };
  return {
    from(row, kind) {
      if (kind !== last || row > replaced) restore();
      last = kind;
      draws ??= drawRows(
        replaceable.map((c) => c.original),
        rows,
        seed,
      );
      for (const column of replaceable) {
        const factor = column.kind === "number" ? FACTOR[kind] : 1;
        replace(column.values, column.original, draws, row, replaced, factor, kind === "flat");
      }
      replaced = row;
    },
    restore,
    mend() {
      let first: ReturnType<Garbage["mend"]>;
      for (const { path, values, original } of columns) {
        const row = firstDifference(values, original, 0, rows);
        if (row < 0) continue;
        if (first === undefined || row < first.row)
          first = { path, row, found: values[row], expected: original[row] };
        values.set(original);
      }
      return first;
    },
  };
}

/**
 * The row that stands in place of each, all of them with every column that is ever known. Long data are
 * drawn in runs of up to 64 rows: single rows from all over it would cost four times as much.
 */
function drawRows(originals: readonly Column[], rows: number, seed: number): Int32Array {
  const first = firstFullRow(originals, rows);
  const share = (rows - first) >> 10;
  const run = share < 1 ? 1 : share < 64 ? share : 64;
  const runs = Math.floor((rows - first) / run);
  const draws = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const k = Math.floor(i / run);
    draws[i] = first + run * (scramble(seed + k) % runs) + (i - run * k);
  }
  return draws;
}

function replace(
  to: Column,
  original: Column,
  draws: Int32Array,
  from: number,
  end: number,
  factor: number,
  isFlat: boolean,
): void {
  for (let i = from; i < end; i++) to[i] = original[draws[isFlat ? 0 : i]] * factor;
}

/** The same inputs without the events from `row` on. */
export function withoutEvents(inputs: Ports<Input>, row: number): Ports<Input> {
  return mapPorts(inputs, isInput, (input): Input => {
    if (isColumn(input)) return input;
    let n = 0;
    while (n < input.rows.length && input.rows[n] < row) n++;
    return { ...input, rows: Array.from(input.rows).slice(0, n) };
  });
}

/** The first `rows` rows of the same inputs behind k rows in which nothing is known. */
export function lead(inputs: Ports<Input>, k: number, rows: number): Ports<Input> {
  return mapPorts(inputs, isInput, (input): Input => {
    if (!isColumn(input)) return { ...input, rows: Array.from(input.rows, (row) => row + k) };
    const values = new Float64Array(k + rows).fill(Number.NaN);
    values.set(input.values.subarray(0, rows), k);
    return { ...input, values };
  });
}

/** The first row in which a[row + shift] and b[row] differ in any bit (every NaN counts as one), or -1. */
export function firstDifference(a: Column, b: Column, from: number, to: number, shift = 0): number {
  for (let i = from; i < to; i++) if (!Object.is(a[i + shift], b[i])) return i;
  return -1;
}

/** The first row from which every column that is ever finite is finite. */
export function firstFullRow(columns: readonly Column[], rows: number): number {
  let first = 0;
  for (const c of columns) {
    let i = first;
    while (i < rows && c[i] !== c[i]) i++;
    if (i < rows) first = i;
  }
  return first;
}

/** Whole number in [0, 2^31) that depends on x alone (the finaliser of murmur3). */
export function scramble(x: number): number {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 1;
}
