import type { Column, Kernel } from "../kernel.ts";
import { advanceStd } from "./rolling-std.ts";
import { checkLength, type Moments, moments, skipUnknown } from "./window-sums.ts";

export type ReturnStdState = Moments & { before: number };

/**
 * Standard deviation (ddof 1) of the last n simple returns x / (x before) - 1 of a price, a fraction
 * per row, not annualised. Exactly 0 where all n are equal. x > 0. Lookback n.
 */
export function returnStd(n: number): Kernel<{ x: Column }, { y: Column }, ReturnStdState> {
  checkLength("return-std", n, 2);
  const perFreedom = 1 / (n - 1);
  return {
    name: "return-std",
    params: { n },
    lookback: n,
    writes: { y: `returnStd${n}` },
    // before is NaN until the first price is known
    init: () => ({ ...moments(n), before: Number.NaN }),
    advance(s, { x }, { y }, rows) {
      let { before } = s;
      let from = skipUnknown(x, y, rows);
      if (from < rows && before !== before) {
        before = x[from];
        y[from++] = Number.NaN;
      }
      for (let i = from; i < rows; i++) {
        const v = x[i];
        y[i] = (v - before) / before;
        before = v;
      }
      s.before = before;
      advanceStd(s, y, y, from, rows, perFreedom);
    },
  };
}
