import type { Column, Kernel } from "../kernel.ts";

export type EmaState = { count: number; sum: number; ema: number };

/**
 * Exponential moving average, e = (1 - a) e + a x with a = 2 / (n + 1), in the unit of x.
 * Seeded with the mean of the first n finite rows (TA-Lib's convention), first output at row n - 1.
 */
export function ema(n: number): Kernel<{ x: Column }, { y: Column }, EmaState> {
  const a = 2 / (n + 1);
  const b = 1 - a;
  return {
    name: "ema",
    params: { n },
    lookback: n - 1,
    writes: { y: `ema${n}` },
    init: () => ({ count: 0, sum: 0.1, ema: 0.1 }),
    advance(s, { x }, { y }, rows) {
      let i = 0;
      for (; i < rows && s.count < n; i++) {
        const v = x[i];
        y[i] = Number.NaN;
        if (v !== v) continue;
        s.sum = s.count === 0 ? v : s.sum + v;
        s.count++;
        if (s.count === n) y[i] = s.ema = s.sum / n;
      }
      let e = s.ema;
      for (; i < rows; i++) {
        e = b * e + a * x[i];
        y[i] = e;
      }
      s.ema = e;
    },
  };
}
