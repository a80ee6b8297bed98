import { FathomError } from "../../engine/errors.ts";

/** Rows of one fold, from 0, ascending. */
export interface Split {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** When each row was decided and when its label was known: [t0, t1], ms UTC (or row numbers). In order of `time`. */
export interface Spans {
  readonly time: Float64Array;
  readonly end: Float64Array;
}

/** The whole numbers from `from` to below `to`. */
export const rowsFrom = (from: number, to: number): Int32Array =>
  Int32Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

/** Rows that are still kept, ascending. */
export function keptRows(kept: Uint8Array): Int32Array {
  const rows = new Int32Array(kept.reduce((sum, k) => sum + k, 0));
  let n = 0;
  for (let i = 0; i < kept.length; i++) if (kept[i] === 1) rows[n++] = i;
  return rows;
}

/**
 * Takes out of `kept` what may not be trained on beside the test rows [from, to): these rows; every row whose
 * closed [t0, t1] meets [first t0, greatest t1] of the test; and the rows of the embargo, those with t0 at most
 * `embargo` after that t1.
 */
export function purge(
  { time, end }: Spans,
  from: number,
  to: number,
  embargo: number,
  kept: Uint8Array,
): void {
  const first = time[from];
  let last = Number.NEGATIVE_INFINITY;
  for (let i = from; i < to; i++) if (end[i] > last) last = end[i];
  // a row in the embargo ends after the test began, so that one comparison serves both
  for (let i = 0; i < time.length; i++) if (time[i] <= last + embargo && end[i] >= first) kept[i] = 0;
  kept.fill(0, from, to);
}

/** The embargo of the domain: `horizon`, or 1 % of the time that the rows span where that is longer. */
export const embargoOf = ({ time }: Spans, horizon: number): number =>
  time.length === 0 ? horizon : Math.max(horizon, 0.01 * (time[time.length - 1] - time[0]));

/** @throws FathomError E_SPLIT_SPANS unless rows are in order of time and no label ends before its row. */
export function checkSpans(who: string, { time, end }: Spans): void {
  let i = 0;
  while (i < time.length && end[i] >= time[i] && (i === 0 || time[i] >= time[i - 1])) i++;
  if (i === time.length && end.length === time.length) return;
  const found =
    end.length !== time.length
      ? `${time.length} times and ${end.length} ends`
      : `row ${i} from ${time[i]} to ${end[i]}${i > 0 ? ` after a row from ${time[i - 1]}` : ""}`;
  throw new FathomError(
    "E_SPLIT_SPANS",
    `${who}: found ${found}, expected rows in order of time, each with an end at or after it; sort the samples by time`,
    { row: i },
  );
}

/** @throws FathomError E_SPLIT_NUMBER unless `found` is a whole number in [least, most]. */
export function checkCount(who: string, name: string, found: number, least: number, most: number): void {
  if (Number.isInteger(found) && found >= least && found <= most) return;
  const expected = most === Number.POSITIVE_INFINITY ? `from ${least}` : `from ${least} to ${most}`;
  throw new FathomError(
    "E_SPLIT_NUMBER",
    `${who}: ${name} must be a whole number ${expected}, found ${found}`,
    { name, found },
  );
}

/** @throws FathomError E_SPLIT_EMBARGO unless `embargo` is a number from 0. */
export function checkEmbargo(who: string, embargo: number): void {
  if (embargo >= 0) return;
  throw new FathomError(
    "E_SPLIT_EMBARGO",
    `${who}: embargo must be a time from 0, found ${embargo}; give it in the unit of the rows' times (ms)`,
    { embargo },
  );
}
