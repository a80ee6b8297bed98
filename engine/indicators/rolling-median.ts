import type { Column, Kernel } from "../kernel.ts";

export type RollingMedianState = { count: number; ring: Float64Array; sorted: Float64Array };

/**
 * Median of the last n finite rows, in the unit of x; the mean of the two middle ones when n is even.
 * Lookback n - 1. A sorted copy of the window is kept by insertion: O(n) a row, for short windows.
 */
export function rollingMedian(n: number): Kernel<{ x: Column }, { y: Column }, RollingMedianState> {
  const low = (n - 1) >> 1;
  const high = n >> 1;
  return {
    name: "rolling-median",
    params: { n },
    lookback: n - 1,
    writes: { y: `median${n}` },
    init: () => ({ count: 0, ring: new Float64Array(n), sorted: new Float64Array(n) }),
    advance(s, { x }, { y }, rows) {
      const { ring, sorted } = s;
      for (let i = 0; i < rows; i++) {
        const v = x[i];
        y[i] = Number.NaN;
        if (v !== v) continue;
        const place = s.count % n;
        let kept = s.count < n ? s.count : n;
        if (s.count >= n) {
          let k = 0;
          while (sorted[k] !== ring[place]) k++;
          for (; k < n - 1; k++) sorted[k] = sorted[k + 1];
          kept = n - 1;
        }
        let k = kept;
        for (; k > 0 && sorted[k - 1] > v; k--) sorted[k] = sorted[k - 1];
        sorted[k] = v;
        ring[place] = v;
        s.count++;
        if (s.count >= n) y[i] = 0.5 * (sorted[low] + sorted[high]);
      }
    },
  };
}
