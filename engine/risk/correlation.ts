/**
 * The last `window` decision bars' simple returns of every pair, for the correlation limit. A bar
 * without volume is absent (NaN). Plain data; filled at every decision bar, read only at entries.
 */
export interface ReturnHistory {
  readonly window: number;
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

/** Notes pair p's close at this decision bar; call for every pair, then `nextBar`. */
export function noteBar(h: ReturnHistory, p: number, close: number, volume: number): void {
  const r = volume > 0 ? close / h.lastClose[p] - 1 : Number.NaN;
  h.returns[p * h.window + (h.count % h.window)] = r;
  h.lastClose[p] = close;
}

export function nextBar(h: ReturnHistory): void {
  h.count++;
}

export interface Correlation {
  /** Pearson's correlation over the bars present in both; 0 when either does not move. */
  value: number;
  /** Share of the window's bars that are present in both. */
  present: number;
}

/** Pearson of two pairs' returns, in two passes: exact to rounding, and entries are rare. */
export function correlationOf(h: ReturnHistory, a: number, b: number, out: Correlation): void {
  const { window, returns } = h;
  const oldest = h.count % window; // sums in time order, so that the ring's phase changes no bit
  let n = 0;
  let sumA = 0;
  let sumB = 0;
  for (let k = 0; k < window; k++) {
    const at = oldest + k < window ? oldest + k : oldest + k - window;
    const x = returns[a * window + at];
    const y = returns[b * window + at];
    if (x !== x || y !== y) continue;
    n++;
    sumA += x;
    sumB += y;
  }
  out.present = n / window;
  out.value = 0;
  if (n < 2) return;
  const meanA = sumA / n;
  const meanB = sumB / n;
  let aa = 0;
  let bb = 0;
  let ab = 0;
  for (let k = 0; k < window; k++) {
    const at = oldest + k < window ? oldest + k : oldest + k - window;
    const x = returns[a * window + at] - meanA;
    const y = returns[b * window + at] - meanB;
    if (x !== x || y !== y) continue;
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  if (aa > 0 && bb > 0) out.value = ab / Math.sqrt(aa * bb);
}
