import { FathomError } from "../errors.ts";

/*
 * Sums over the last n rows in which no row is ever subtracted again.
 *
 * The rows are cut into blocks of n, counted from the column's own first finite row. On the row that
 * fills a block (`at` 0) the place of each row of the block takes the sum of all rows behind it; from
 * there the sum of a window is one such sum plus what came since, and the place that was read takes the
 * new row. That is two additions a row for every n, and what left the window leaves no trace in it.
 *
 * All is measured from an anchor, the row that filled the block, which stays in the window until the
 * next one: a window whose rows are all equal has the sums 0 exactly, and sum of squares minus square
 * of sum loses at most a factor 2n of the precision. Places start as NaN, which keeps every output NaN
 * until the first block is full.
 */

/** Places for n rows, or for the sums behind them. */
export const places = (n: number): Float64Array => new Float64Array(n).fill(Number.NaN);

/** The first `at`: rows are numbered 1 .. n - 1, then 0 for the row that fills the block. */
export const firstPlace = (n: number): number => 1 % n;

/** Turns rows into the sums of (row - anchor) over all rows behind them. */
export function sumBehind(rows: Float64Array, anchor: number): void {
  let sum = 0;
  for (let k = rows.length - 1; k >= 0; k--) {
    const d = rows[k] - anchor;
    rows[k] = sum;
    sum += d;
  }
}

/** `sumBehind`, and the sums of squares into `squares`. */
export function momentsBehind(rows: Float64Array, squares: Float64Array, anchor: number): void {
  let sum = 0;
  let square = 0;
  for (let k = rows.length - 1; k >= 0; k--) {
    const d = rows[k] - anchor;
    rows[k] = sum;
    squares[k] = square;
    sum += d;
    square += d * d;
  }
}

/** Sums and sums of squares over windows of one column. */
export type Moments = {
  at: number;
  anchor: number;
  sum: number;
  square: number;
  sums: Float64Array;
  squares: Float64Array;
};

export const moments = (n: number): Moments => ({
  at: firstPlace(n),
  anchor: 0.1,
  sum: 0.1,
  square: 0.1,
  sums: places(n),
  squares: places(n),
});

/** Refuses a length that is not a whole number from `least`, as `ema: n must be ...`. */
export function checkLength(name: string, n: number, least = 1, parameter = "n"): void {
  if (Number.isInteger(n) && n >= least) return;
  throw new FathomError(
    "E_INDICATOR_LENGTH",
    `${name}: ${parameter} must be a whole number from ${least}, found ${n}; give it the number of rows to look back on`,
    { name, parameter, found: n, least },
  );
}

/** Writes NaN until x is known; returns the first row that is. */
export function skipUnknown(x: Float64Array, y: Float64Array, rows: number): number {
  let i = 0;
  for (; i < rows && x[i] !== x[i]; i++) y[i] = Number.NaN;
  return i;
}
