import type { Column, Kernel } from "../kernel.ts";
import { checkLength } from "./window-sums.ts";

export type EmaState = { count: number; sum: number; ema: number };

/**
 * Exponential moving average, e = (1 - a) e + a x with a = 2 / (n + 1), in the unit of x.
 * Seeded with the mean of the first n finite rows (TA-Lib's convention), first output at row n - 1.
 */
export function ema(n: number): Kernel<{ x: Column }, { y: Column }, EmaState> {
  return smoothing("ema", n, 2 / (n + 1));
}

/** e = (1 - a) e + a x, seeded with the mean of the first n finite rows. Lookback n - 1. */
export function smoothing(
  name: string,
  n: number,
  a: number,
): Kernel<{ x: Column }, { y: Column }, EmaState> {
  checkLength(name, n);
  return {
    name,
    params: { n },
    lookback: n - 1,
    writes: { y: `${name}${n}` },
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
      s.ema = follow(x, y, i, rows, s.ema, a);
    },
  };
}

/** The recurrence over rows [from, rows); returns the last value. */
function follow(x: Column, y: Column, from: number, rows: number, before: number, a: number): number {
  const b = 1 - a;
  let e = before;
  for (let i = from; i < rows; i++) {
    e = b * e + a * x[i];
    y[i] = e;
  }
  return e;
}
