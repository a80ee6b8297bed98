import type { Column, Kernel } from "../kernel.ts";
import { ln } from "../math.ts";
import { advanceStd } from "./rolling-std.ts";
import { checkLength, type Moments, moments, skipUnknown } from "./window-sums.ts";

export type CloseToCloseState = Moments & { before: number };

/**
 * Close-to-close volatility: standard deviation (ddof 1) of the last n log returns, per row, not annualised.
 * 0 where nothing moves. Prices above 0. Lookback n.
 */
export function closeToClose(n: number): Kernel<{ close: Column }, { y: Column }, CloseToCloseState> {
  checkLength("close-to-close", n, 2);
  const perFreedom = 1 / (n - 1);
  return {
    name: "close-to-close",
    params: { n },
    lookback: n,
    writes: { y: `closeToClose${n}` },
    // before is NaN until the first close is known
    init: () => ({ ...moments(n), before: Number.NaN }),
    advance(s, { close }, { y }, rows) {
      let { before } = s;
      let from = skipUnknown(close, y, rows);
      if (from < rows && before !== before) {
        before = close[from];
        y[from++] = Number.NaN;
      }
      for (let i = from; i < rows; i++) {
        const c = close[i];
        y[i] = ln(c / before);
        before = c;
      }
      s.before = before;
      advanceStd(s, y, y, from, rows, perFreedom);
    },
  };
}
