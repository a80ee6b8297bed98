import { createRandom, fillUniforms, type Random } from "../../datasets/random.ts";
import { exp, ln } from "../../engine/math.ts";
import { quantile } from "./performance.ts";

/** Bounds of a figure, or why there are none. */
export type Interval =
  | { readonly low: number; readonly high: number }
  | { readonly low: null; readonly high: null; readonly why: string };

export const noInterval = (why: string): Interval => ({ low: null, high: null, why });

/** How long the blocks of a bootstrap of a series' mean should be, and the steps to it. Lengths in items. */
export interface BlockLength {
  /** Mean block of the stationary bootstrap: `uncapped`, at most `cap`. It may lie below 1. */
  readonly stationary: number;
  /** Block of the circular bootstrap, at most `cap`. */
  readonly circular: number;
  readonly uncapped: number;
  /** ceil(min(3 sqrt n, n / 3)). */
  readonly cap: number;
  /** So many autocorrelations in a row, each smaller than `critical`, end the search among lags up to `maxLag`. */
  readonly inRow: number;
  readonly maxLag: number;
  readonly critical: number;
  /** The first lag of those in a row, null where there are none. */
  readonly firstInsignificant: number | null;
  /** Lags that the flat-top window reaches over. */
  readonly bandwidth: number;
  /** Sums over the window: of |k| R(k), and of R(k). */
  readonly g: number;
  readonly longRunVariance: number;
}

/**
 * Block length that makes the bootstrap's variance of the mean most exact: b = (2 g^2 n / d)^(1/3), d = 2 s^4 for the
 * stationary and 4/3 s^4 for the circular bootstrap, s^2 the long-run variance (Politis and White 2004, corrected by
 * Patton, Politis and White 2009). The lag at which correlation ends is found as in the Python library arch, whose first
 * insignificant lag counts from 1 and whose correlation of lag k leaves k + 1 items out of its norms. Differs from it in
 * two cases that it does not serve: lags stop at n - 2, and a series without variation gives 1.
 */
export function blockLength(x: ArrayLike<number>): BlockLength {
  const n = x.length;
  const cap = Math.ceil(Math.min(3 * Math.sqrt(n), n / 3));
  const inRow = Math.max(5, String(n).length - 1); // whole part of log10 n
  const maxLag = Math.max(0, Math.min(Math.ceil(Math.sqrt(n)) + inRow, n - 2));
  const critical = 2 * Math.sqrt(ln(n) / ln(10) / n);

  let mean = 0;
  for (let i = 0; i < n; i++) mean += x[i];
  mean /= n;
  const e = Float64Array.from(x, (v) => v - mean);
  const covariance = new Float64Array(maxLag + 1);
  let run = 0;
  let firstInsignificant: number | null = null;
  for (let k = 0; k <= maxLag; k++) {
    let sum = 0;
    for (let i = k; i < n; i++) sum += e[i] * e[i - k];
    covariance[k] = sum / n;
    if (k === 0 || k === maxLag || firstInsignificant !== null) continue;
    run = Math.abs(sum) / Math.sqrt(squares(e, k + 1, n) * squares(e, 0, n - k - 1)) < critical ? run + 1 : 0;
    if (run === inRow) firstInsignificant = k - inRow + 1;
  }
  const bandwidth = firstInsignificant === null ? maxLag : Math.min(2 * firstInsignificant, maxLag);
  let g = 0;
  let longRunVariance = covariance[0];
  for (let k = 1; k <= bandwidth; k++) {
    const window = 2 * k <= bandwidth ? 1 : 2 * (1 - k / bandwidth);
    g += 2 * window * k * covariance[k];
    longRunVariance += 2 * window * covariance[k];
  }
  const ratio = varies(x) ? (g * g) / (longRunVariance * longRunVariance) : Number.NaN;
  const length = (d: number): number => (ratio === ratio ? cubeRoot(((2 * ratio) / d) * n) : 1);
  const uncapped = length(2);
  return {
    stationary: Math.min(uncapped, cap),
    circular: Math.min(length(4 / 3), cap),
    uncapped,
    cap,
    inRow,
    maxLag,
    critical,
    firstInsignificant,
    bandwidth,
    g,
    longRunVariance,
  };
}

/**
 * Mean length of a block of days for figures of daily returns, days. A mean of returns needs one length, a mean of their
 * squares another, because volatility outlasts direction: the longer of the two, at least a day.
 */
export function daysOfBlock(returns: Float64Array): number {
  const squares = returns.map((r) => r * r);
  return Math.max(1, blockLength(returns).stationary, blockLength(squares).stationary);
}

function varies(x: ArrayLike<number>): boolean {
  for (let i = 1; i < x.length; i++) if (x[i] !== x[0]) return true;
  return false;
}

function squares(e: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += e[i] * e[i];
  return sum;
}

const cubeRoot = (x: number): number => (x > 0 && x < Number.POSITIVE_INFINITY ? exp(ln(x) / 3) : x);

/** One resample of n items after another; the memory is the same each time. */
export interface Resampler {
  /** The items drawn, in order. */
  readonly indices: Int32Array;
  /** How often each item was drawn. */
  readonly counts: Float64Array;
  /** Draws the next resample. */
  next(): void;
}

/**
 * The stationary bootstrap (Politis and Romano 1994): blocks that begin anywhere and run on past the end at the
 * start, of geometric length with mean `block`. A (seed, stream) gives the same draws everywhere.
 *
 * @param block Mean length, items; below 1 counts as 1, which draws each item on its own.
 */
export function createResampler(n: number, block: number, seed: number, stream = 0): Resampler {
  const random = createRandom(seed, stream);
  const uniforms = new Float64Array(n);
  const indices = new Int32Array(n);
  const counts = new Float64Array(n);
  return {
    indices,
    counts,
    next: () => drawBlocks(random, Math.max(1, block), uniforms, indices, counts),
  };
}

function drawBlocks(
  random: Random,
  block: number,
  uniforms: Float64Array,
  indices: Int32Array,
  counts: Float64Array,
): void {
  const n = indices.length;
  fillUniforms(random, uniforms);
  counts.fill(0);
  let at = ((uniforms[0] * n) | 0) - 1;
  for (let i = 0; i < n; i++) {
    // a new block begins where u * block < 1, with probability 1 / block; u * block, then uniform itself, says where.
    // at = begins ? where : at + 1, then 0 if at >= n: by masks, as no branch predictor guesses where a block begins
    const u = uniforms[i] * block;
    const begins = i === 0 ? 0 : ((u | 0) - 1) >> 31;
    at = ((u * n) & begins) | ((at + 1) & ~begins);
    at &= (at - n) >> 31;
    indices[i] = at;
    counts[at]++;
  }
}

/** Draws without a value (no loss to divide by) may be so many; beyond, what is left says too little. */
const UNDEFINED_AT_MOST = 0.05;

/**
 * The percentile interval of a figure's draws (Efron 1979): type-7 quantiles at (1 - level) / 2 from either
 * end. Draws that are not finite have no value and are left out; if they are more than 5 %, there is no interval.
 * Nor is there one where all draws are the same: twelve wins of twelve do not make a sure thing.
 */
export function percentileInterval(draws: Float64Array, level: number): Interval {
  let left = 0;
  for (let d = 0; d < draws.length; d++) if (!Number.isFinite(draws[d])) left++;
  const sorted = (left === 0 ? draws.slice() : draws.filter(Number.isFinite)).sort();
  if (sorted.length === 0 || left > UNDEFINED_AT_MOST * draws.length) {
    return noInterval(`${left} of ${draws.length} resamples have no value`);
  }
  if (sorted[0] === sorted[sorted.length - 1]) return noInterval("all resamples give the same");
  const tail = (1 - level) / 2;
  // no -0
  return { low: quantile(sorted, tail) || 0, high: quantile(sorted, 1 - tail) || 0 };
}
