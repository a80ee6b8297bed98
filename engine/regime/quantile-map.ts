import type { Column, Kernel } from "../kernel.ts";

export type QuantileMapState = { count: number; ring: Float64Array; sorted: Float64Array };

// share of trailing values below or at -> VIX points: VIX's own long-run quantiles at 20, 30 and 40
const SHARES = [0, 0.627, 0.914, 0.974, 1];
const POINTS = [9, 20, 30, 40, 80];

/**
 * Maps an index to VIX points by its rank among its trailing `window` rows (itself included; at least
 * `least` of them): share = (rows below + half of the ties) / rows, then linear between
 * (0, 9) (.627, 20) (.914, 30) (.974, 40) (1, 80). Lookback least - 1. Keeps a sorted copy: O(log n) to
 * find and O(n) to move, so it is for decision bars.
 */
export function quantileMap(
  window: number,
  least: number,
): Kernel<{ index: Column }, { mapped: Column }, QuantileMapState> {
  return {
    name: "quantile-map",
    params: { window, least },
    lookback: least - 1,
    writes: { mapped: "indexMapped" },
    init: () => ({ count: 0, ring: new Float64Array(window), sorted: new Float64Array(window) }),
    advance(s, { index }, { mapped }, rows) {
      const { ring, sorted } = s;
      for (let i = 0; i < rows; i++) {
        const v = index[i];
        mapped[i] = Number.NaN;
        if (v !== v) continue;
        const place = s.count % window;
        let n = s.count < window ? s.count : window;
        if (n === window) {
          const out = lowerBound(sorted, n, ring[place]);
          sorted.copyWithin(out, out + 1, n);
          n--;
        }
        const at = lowerBound(sorted, n, v);
        sorted.copyWithin(at + 1, at, n);
        sorted[at] = v;
        ring[place] = v;
        n++;
        s.count++;
        if (n >= least) {
          let above = at;
          while (above < n && sorted[above] === v) above++;
          mapped[i] = interpolate((at + 0.5 * (above - at)) / n);
        }
      }
    },
  };
}

function lowerBound(sorted: Float64Array, n: number, v: number): number {
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < v) low = middle + 1;
    else high = middle;
  }
  return low;
}

function interpolate(share: number): number {
  let k = 1;
  while (k < SHARES.length - 1 && share > SHARES[k]) k++;
  const t = (share - SHARES[k - 1]) / (SHARES[k] - SHARES[k - 1]);
  return POINTS[k - 1] + t * (POINTS[k] - POINTS[k - 1]);
}
