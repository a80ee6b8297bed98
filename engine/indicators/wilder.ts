import type { Column, Kernel } from "../kernel.ts";
import { type EmaState, smoothing } from "./ema.ts";

/**
 * Wilder's smoothing, e = (1 - 1/n) e + x / n, in the unit of x: an EMA of 2n - 1 rows but for its seed,
 * the mean of the first n finite rows. Lookback n - 1.
 */
export function wilder(n: number): Kernel<{ x: Column }, { y: Column }, EmaState> {
  return smoothing("wilder", n, 1 / n);
}
