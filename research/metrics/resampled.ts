import { exp, ln } from "../../engine/math.ts";
import type { Resampler } from "./bootstrap.ts";
import { momentsOf } from "./performance.ts";

/** Three values of each item that a resample adds up, for the items at which any of them is not 0. */
export interface Addends {
  readonly at: Int32Array;
  readonly values: readonly [Float64Array, Float64Array, Float64Array];
}

/** Leaves out the items where all three are 0: P&L by pair is mostly that. All have one value an item. */
export function addends(a: Float64Array, b: Float64Array, c: Float64Array): Addends {
  const at = Int32Array.from(a.keys()).filter((i) => a[i] !== 0 || b[i] !== 0 || c[i] !== 0);
  const dense = (x: Float64Array) => Float64Array.from(at, (i) => x[i]);
  return { at, values: [dense(a), dense(b), dense(c)] };
}

/** Sums over a resample: of each value times how often its item was drawn. */
export function addUp({ at, values }: Addends, counts: Float64Array): [number, number, number] {
  const [a, b, c] = values;
  // three sums at a time, so that one addition does not wait for the other
  let x = 0;
  let y = 0;
  let z = 0;
  for (let k = 0; k < at.length; k++) {
    const count = counts[at[k]];
    x += count * a[k];
    y += count * b[k];
    z += count * c[k];
  }
  return [x, y, z];
}

/** Of the mean square: less is the rounding of sums, not variation. */
const ROUNDING = 1e-12;

/** Variance, n in the denominator, from sums of x and x^2; 0 where it is no more than rounding. */
function varianceOf(n: number, sum: number, squares: number): number {
  const variance = (squares - (sum * sum) / n) / n;
  return variance > (ROUNDING * squares) / n ? variance : 0;
}

/** mean / standard deviation (ddof 1) * sqrt(P) from sums; NaN where nothing varies. */
export function sharpeOfSums(n: number, sum: number, squares: number, periods: number): number {
  const variance = n < 2 ? 0 : varianceOf(n, sum, squares);
  return variance > 0 ? (sum / n / Math.sqrt((variance * n) / (n - 1))) * Math.sqrt(periods) : Number.NaN;
}

/** Daily returns, made ready to be resampled often. */
export interface Series {
  readonly returns: Float64Array;
  readonly mean: number;
  /** Items by return, the lowest first. */
  readonly order: Int32Array;
}

export function seriesOf(returns: Float64Array): Series {
  return {
    returns,
    mean: momentsOf(returns).mean,
    order: Int32Array.from(returns.keys()).sort((i, j) => returns[i] - returns[j]),
  };
}

/** What turns returns into figures: equity at the start, returns a year, years that a resample stands for. */
export interface Scale {
  readonly initial: number;
  readonly periods: number;
  readonly years: number;
}

/** Figures of daily returns that are resampled; names as in the document's metrics. */
export const RESAMPLED = [
  "finalEquity",
  "totalReturn",
  "cagr",
  "volatility",
  "sharpe",
  "sortino",
  "calmar",
  "maxDrawdown",
  "omega",
  "skew",
  "kurtosis",
  "valueAtRisk",
  "conditionalValueAtRisk",
  "tailRatio",
  "ulcerIndex",
] as const;
export type Resampled = (typeof RESAMPLED)[number];

/**
 * Figures of the returns in the order that the resampler drew them, defined as in performance.ts; NaN where there is no
 * value. Quantiles walk in from the ends of the original's order by how often each return was drawn, so nothing is sorted.
 */
export function drawnFigures(series: Series, drawn: Resampler, scale: Scale): Record<Resampled, number> {
  const { returns, mean, order } = series;
  const { indices, counts } = drawn;
  const n = returns.length;
  const { growth, lowest, squares, s1, s2, s3, s4, loss, squaredLoss } = passOver(returns, mean, indices);
  const worst = lowest - 1;
  const off = s1 / n; // of this mean from the original's
  const m2 = varianceOf(n, s1, s2);
  const m3 = (s3 - 3 * off * s2) / n + 2 * off * off * off;
  const m4 = (s4 - 4 * off * s3 + 6 * off * off * s2) / n - 3 * off * off * off * off;
  const deviation = Math.sqrt((m2 * n) / (n - 1));
  const average = mean + off;
  const annual = Math.sqrt(scale.periods);
  const low = tailOf(returns, order, counts, 1);
  const high = tailOf(returns, order, counts, -1);
  const cagr = growth > 0 ? exp(ln(growth) / scale.years) - 1 : growth === 0 ? -1 : Number.NaN;
  return {
    finalEquity: scale.initial * growth,
    totalReturn: growth - 1,
    cagr,
    volatility: deviation * annual,
    sharpe: m2 > 0 ? (average / deviation) * annual : Number.NaN,
    sortino: squaredLoss > 0 ? (average / Math.sqrt(squaredLoss / n)) * annual : Number.NaN,
    calmar: worst < 0 ? cagr / -worst : Number.NaN,
    maxDrawdown: worst,
    omega: loss < 0 ? (average * n - loss) / -loss : Number.NaN,
    skew: m2 > 0 ? m3 / (m2 * Math.sqrt(m2)) : Number.NaN,
    kurtosis: m2 > 0 ? m4 / (m2 * m2) : Number.NaN,
    valueAtRisk: low.quantile,
    conditionalValueAtRisk: low.mean,
    tailRatio: low.quantile === 0 ? Number.NaN : Math.abs(high.quantile / low.quantile),
    ulcerIndex: Math.sqrt(squares / n),
  };
}

/** One pass in the drawn order: the equity's path, powers of (r - mean), and min(r, 0). */
function passOver(returns: Float64Array, mean: number, indices: Int32Array) {
  let growth = 1;
  let ofPeak = 1; // equity over its highest so far
  let lowest = 1;
  let squares = 0; // of drawdowns
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let loss = 0;
  let squaredLoss = 0;
  for (let i = 0; i < indices.length; i++) {
    const r = returns[indices[i]];
    const d = r - mean;
    const d2 = d * d;
    s1 += d;
    s2 += d2;
    s3 += d2 * d;
    s4 += d2 * d2;
    const l = 0.5 * (r - Math.abs(r)); // min(r, 0) without a branch that half of the days take
    loss += l;
    squaredLoss += l * l;
    growth *= 1 + r;
    ofPeak *= 1 + r;
    if (ofPeak >= 1) ofPeak = 1;
    else {
      squares += (ofPeak - 1) * (ofPeak - 1);
      if (ofPeak < lowest) lowest = ofPeak;
    }
  }
  return { growth, lowest, squares, s1, s2, s3, s4, loss, squaredLoss };
}

const TAIL = 0.05;

/** Type-7 quantile 5 % from one end, and the mean of the floor(0.05 (n - 1)) + 1 returns nearest to that end. */
function tailOf(returns: Float64Array, order: Int32Array, counts: Float64Array, step: 1 | -1) {
  const n = order.length;
  const position = TAIL * (n - 1);
  const taken = Math.floor(position) + 1;
  let k = step > 0 ? 0 : n - 1;
  let left = taken;
  let sum = 0;
  for (; left > counts[order[k]]; k += step) {
    left -= counts[order[k]];
    sum += counts[order[k]] * returns[order[k]];
  }
  const at = returns[order[k]];
  sum += left * at;
  let next = k;
  if (left === counts[order[k]] && taken < n) {
    do next += step;
    while (counts[order[next]] === 0);
  }
  const fraction = position - (taken - 1);
  return { quantile: at + fraction * (returns[order[next]] - at), mean: sum / taken };
}
