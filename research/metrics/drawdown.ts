/** The longest spell below an earlier peak, as points of an equity series (point 0 is the start). */
export interface Underwater {
  /** The last point at the peak. */
  readonly peak: number;
  /** The last point below it. */
  readonly last: number;
  /** The first point back at it, or null: still open at the end. */
  readonly recovery: number | null;
  /** Points below the peak. */
  readonly points: number;
}

/** Equity after each return, from 1: E_0 = 1, E_i = E_(i-1) * (1 + r_i). */
export function equityOf(returns: ArrayLike<number>): Float64Array {
  const equity = new Float64Array(returns.length + 1);
  equity[0] = 1;
  for (let i = 0; i < returns.length; i++) equity[i + 1] = equity[i] * (1 + returns[i]);
  return equity;
}

/** Simple returns of an equity series; 0 once nothing is left. */
export function returnsOf(equity: ArrayLike<number>): Float64Array {
  const returns = new Float64Array(Math.max(0, equity.length - 1));
  for (let i = 0; i < returns.length; i++) {
    returns[i] = equity[i] > 0 ? equity[i + 1] / equity[i] - 1 : 0;
  }
  return returns;
}

/** Lowest of E_i / max(E_0..E_i) - 1: a fraction, 0 or negative. The start counts as a peak. */
export function maxDrawdown(equity: ArrayLike<number>): number {
  let peak = Number.NEGATIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < equity.length; i++) {
    const e = equity[i];
    if (e > peak) peak = e;
    else if (peak > 0) {
      const d = e / peak - 1;
      if (d < worst) worst = d;
    }
  }
  return worst;
}

/** sqrt(mean of d_i^2) over the points after the start, a fraction (Martin 1987); 0 without any. */
export function ulcerIndex(equity: ArrayLike<number>): number {
  const n = equity.length - 1;
  if (n < 1) return 0;
  let peak = equity[0];
  let sum = 0;
  for (let i = 1; i <= n; i++) {
    const e = equity[i];
    if (e > peak) peak = e;
    const d = peak > 0 ? e / peak - 1 : 0;
    sum += d * d;
  }
  return Math.sqrt(sum / n);
}

/** The spell with most points below the running maximum, of equal ones the first; null if there is none. */
export function longestUnderwater(equity: ArrayLike<number>): Underwater | null {
  const n = equity.length;
  let best: Underwater | null = null;
  let peak = 0;
  for (let i = 1; i < n; i++) {
    if (equity[i] >= equity[peak]) {
      peak = i;
      continue;
    }
    const points = i - peak;
    if (best === null || points > best.points) {
      const back = i + 1 < n && equity[i + 1] >= equity[peak];
      best = { peak, last: i, recovery: back ? i + 1 : null, points };
    }
  }
  return best;
}
