import type { Column, Kernel } from "../kernel.ts";
import { greater, lesser } from "./branch-free.ts";
import { checkLength, firstPlace, places, skipUnknown } from "./window-sums.ts";

export type RollingExtremeState = { at: number; extreme: number; behind: Float64Array };

type RollingExtreme = Kernel<{ x: Column }, { y: Column }, RollingExtremeState>;

/**
 * Highest of the last n rows, this one included, in the unit of x; |x| up to 1e300. Lookback n - 1.
 * Van Herk's algorithm, O(1) a row for every n: the highest of the rows behind each place of the block
 * before, and the highest since (window-sums.ts has the order of places).
 */
export function rollingMax(n: number): RollingExtreme {
  checkLength("rolling-max", n);
  return {
    name: "rolling-max",
    params: { n },
    lookback: n - 1,
    writes: { y: `max${n}` },
    init: () => ({ at: firstPlace(n), extreme: 0.1, behind: places(n) }),
    advance: (s, { x }, { y }, rows) => highest(s, x, y, rows),
  };
}

/** Lowest of the last n rows, this one included, in the unit of x. Lookback n - 1. As rollingMax. */
export function rollingMin(n: number): RollingExtreme {
  checkLength("rolling-min", n);
  return {
    name: "rolling-min",
    params: { n },
    lookback: n - 1,
    writes: { y: `min${n}` },
    init: () => ({ at: firstPlace(n), extreme: 0.1, behind: places(n) }),
    advance: (s, { x }, { y }, rows) => lowest(s, x, y, rows),
  };
}

/*
 * Two rows at a time: each choice waits for the one before, so the greater of the two is found beside that
 * chain. Which side gives the output changes once a block, and may be a branch.
 */

/** rollingMax of rows [0, rows). */
export function highest(s: RollingExtremeState, x: Column, y: Column, rows: number): void {
  const { behind } = s;
  const n = behind.length;
  let { at, extreme: e } = s;
  let i = skipUnknown(x, y, rows);
  while (i < rows) {
    if (at === 0) {
      e = x[i];
      highestBehind(behind, e);
    }
    const stop = rows - i < n - at ? rows : i + n - at;
    for (; i < stop - 1; i += 2, at += 2) {
      const v = x[i];
      const w = x[i + 1];
      const b = behind[at];
      const c = behind[at + 1];
      const first = greater(v, e);
      e = greater(greater(w, v), e);
      y[i] = first > b ? first : b;
      y[i + 1] = e > c ? e : c;
      behind[at] = v;
      behind[at + 1] = w;
    }
    for (; i < stop; i++, at++) {
      const v = x[i];
      const b = behind[at];
      e = greater(v, e);
      y[i] = e > b ? e : b;
      behind[at] = v;
    }
    if (at === n) at = 0;
  }
  s.at = at;
  s.extreme = e;
}

/** rollingMin of rows [0, rows). */
export function lowest(s: RollingExtremeState, x: Column, y: Column, rows: number): void {
  const { behind } = s;
  const n = behind.length;
  let { at, extreme: e } = s;
  let i = skipUnknown(x, y, rows);
  while (i < rows) {
    if (at === 0) {
      e = x[i];
      lowestBehind(behind, e);
    }
    const stop = rows - i < n - at ? rows : i + n - at;
    for (; i < stop - 1; i += 2, at += 2) {
      const v = x[i];
      const w = x[i + 1];
      const b = behind[at];
      const c = behind[at + 1];
      const first = lesser(v, e);
      e = lesser(lesser(w, v), e);
      y[i] = first < b ? first : b;
      y[i + 1] = e < c ? e : c;
      behind[at] = v;
      behind[at + 1] = w;
    }
    for (; i < stop; i++, at++) {
      const v = x[i];
      const b = behind[at];
      e = lesser(v, e);
      y[i] = e < b ? e : b;
      behind[at] = v;
    }
    if (at === n) at = 0;
  }
  s.at = at;
  s.extreme = e;
}

/** Turns rows into the highest of all rows behind them, of which \`e\` is the last. */
function highestBehind(rows: Float64Array, e: number): void {
  let k = rows.length - 1;
  for (; k >= 1; k -= 2) {
    const v = rows[k];
    const w = rows[k - 1];
    rows[k] = e;
    rows[k - 1] = greater(v, e);
    e = greater(greater(w, v), e);
  }
  if (k === 0) rows[0] = e;
}

/** Turns rows into the lowest of all rows behind them, of which \`e\` is the last. */
function lowestBehind(rows: Float64Array, e: number): void {
  let k = rows.length - 1;
  for (; k >= 1; k -= 2) {
    const v = rows[k];
    const w = rows[k - 1];
    rows[k] = e;
    rows[k - 1] = lesser(v, e);
    e = lesser(lesser(w, v), e);
  }
  if (k === 0) rows[0] = e;
}
