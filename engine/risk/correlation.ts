import type { Column } from "../kernel.ts";
import { findCloses } from "../market/roll-up.ts";

/**
 * The last `window` decision bars' simple returns of every pair, for the correlation limit. A bar
 * without volume is absent (NaN). Plain data, read only at entries.
 */
export interface ReturnHistory {
  readonly window: number;
  /** Decision bars seen. */
  count: number;
  readonly lastClose: Float64Array;
  /** Pair-major rings. */
  readonly returns: Float64Array;
}

export function createReturnHistory(pairs: number, window: number): ReturnHistory {
  return {
    window,
    count: 0,
    lastClose: new Float64Array(pairs).fill(Number.NaN),
    returns: new Float64Array(pairs * window).fill(Number.NaN),
  };
}

/**
 * Notes rows [from, to) of every pair, of which only full multiples of `decision` (ms) count: in one go,
 * pair by pair, because most rows are never asked for.
 */
export function noteRows(
  h: ReturnHistory,
  time: Column,
  pairs: readonly { readonly close: Column; readonly decisionVolume: Column }[],
  decision: number,
  from: number,
  to: number,
): void {
  if (from >= to) return;
  const rows = new Int32Array(to - from);
  const n = findCloses(time, from, to, decision, rows);
  for (let p = 0; p < pairs.length; p++) notePair(h, p, pairs[p].close, pairs[p].decisionVolume, rows, n);
  h.count += n;
}

function notePair(
  h: ReturnHistory,
  p: number,
  close: Column,
  volume: Column,
  rows: Int32Array,
  n: number,
): void {
  const { window, returns, lastClose } = h;
  const end = (p + 1) * window;
  let place = p * window + (h.count % window);
  let last = lastClose[p];
  for (let k = 0; k < n; k++) {
    const c = close[rows[k]];
    returns[place] = volume[rows[k]] > 0 ? c / last - 1 : Number.NaN;
    last = c;
    place++;
    if (place === end) place -= window;
  }
  lastClose[p] = last;
}

export interface Correlation {
  /** Pearson's correlation over the bars present in both; 0 when either does not move. */
  value: number;
  /** Share of the window's bars that are present in both. */
  present: number;
}

/**
 * Pearson of two pairs' returns, in one pass over sums that are measured from the first common bar: exact
 * for returns that do not move. Sums run in time order, so that the ring's phase changes no bit.
 */
export function correlationOf(h: ReturnHistory, a: number, b: number, out: Correlation): void {
  const { window, returns } = h;
  const oldest = h.count % window;
  let n = 0;
  let anchorA = 0.1;
  let anchorB = 0.1;
  let sumA = 0;
  let sumB = 0;
  let sumAA = 0;
  let sumBB = 0;
  let sumAB = 0;
  for (let part = 0; part < 2; part++) {
    const first = part === 0 ? oldest : 0;
    const end = part === 0 ? window : oldest;
    let j = b * window + first;
    for (let i = a * window + first; i < a * window + end; i++, j++) {
      const x = returns[i];
      const y = returns[j];
      if (x !== x || y !== y) continue;
      if (n === 0) {
        anchorA = x;
        anchorB = y;
      }
      const u = x - anchorA;
      const v = y - anchorB;
      n++;
      sumA += u;
      sumB += v;
      sumAA += u * u;
      sumBB += v * v;
      sumAB += u * v;
    }
  }
  out.present = n / window;
  out.value = 0;
  if (n < 2) return;
  const aa = sumAA - (sumA * sumA) / n;
  const bb = sumBB - (sumB * sumB) / n;
  if (!(aa > 0 && bb > 0)) return;
  const value = (sumAB - (sumA * sumB) / n) / Math.sqrt(aa * bb);
  out.value = value > 1 ? 1 : value < -1 ? -1 : value; // rounding alone leads beyond: a limit of 1 refuses nothing
}
