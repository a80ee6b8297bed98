import type { Column, Kernel } from "../kernel.ts";
import { highest, lowest, type RollingExtremeState, rollingMax, rollingMin } from "./rolling-extreme.ts";
import { checkLength } from "./window-sums.ts";

export type DonchianState = { high: RollingExtremeState; low: RollingExtremeState };
type In = { high: Column; low: Column };
type Out = { upper: Column; middle: Column; lower: Column };

/**
 * Donchian channel in quote currency: upper = highest high, lower = lowest low of the last n rows, this one
 * included, middle = their mean. A breakout above the rows before compares with the row before. Lookback n - 1.
 */
export function donchian(n: number): Kernel<In, Out, DonchianState> {
  checkLength("donchian", n);
  const above = rollingMax(n);
  const below = rollingMin(n);
  return {
    name: "donchian",
    params: { n },
    lookback: n - 1,
    writes: { upper: `donchianUpper${n}`, middle: `donchianMiddle${n}`, lower: `donchianLower${n}` },
    init: () => ({ high: above.init(), low: below.init() }),
    advance(s, { high, low }, { upper, middle, lower }, rows) {
      highest(s.high, high, upper, rows);
      lowest(s.low, low, lower, rows);
      for (let i = 0; i < rows; i++) middle[i] = 0.5 * (upper[i] + lower[i]);
    },
  };
}
