import type { Column } from "./kernel.ts";
import { type Input, type InputColumn, isColumn, isInput, leaves } from "./law-run.ts";
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
}

/**
 * Garbage for the subject's own arrays, in place, so that code which captured them sees it too. Input
 * events of replaced rows are not touched: feed `withoutEvents` instead.
 */
export function createGarbage(inputs: Ports<Input>, rows: number, seed: number): Garbage {
  const columns = leaves(inputs, isInput)
    .map(([, input]) => input)
    .filter((input): input is InputColumn => isColumn(input) && input.kind !== "clock");
  const originals = columns.map((c) => c.values.slice());
  const first = firstFullRow(originals, rows);
  const draw = rows - first;
  let replaced = rows;
  let last: GarbageKind | undefined;
  const restore = () => {
    columns.forEach((c, k) => {
      c.values.set(originals[k].subarray(replaced), replaced);
    });
    replaced = rows;
  };
  return {
    from(row, kind) {
      if (kind !== last || row > replaced) restore();
      last = kind;
      for (let k = 0; k < columns.length; k++) {
        const { kind: column, values } = columns[k];
        const original = originals[k];
        const factor = column === "number" ? FACTOR[kind] : 1;
        for (let i = row; i < replaced; i++) {
          const h = kind === "flat" ? 0 : i;
          values[i] = original[first + (scramble(seed + h) % draw)] * factor;
        }
      }
      replaced = row;
    },
    restore,
  };
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
