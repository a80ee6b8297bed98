import type { Column, Kernel } from "../kernel.ts";
import { ln } from "../math.ts";
import { rootInPlace } from "./parkinson.ts";
import { advanceMeans, means, type SmaState } from "./sma.ts";
import { checkLength, skipUnknown } from "./window-sums.ts";

export type BarPrices = { open: Column; high: Column; low: Column; close: Column };

/**
 * Rogers-Satchell volatility sqrt(mean of ln(high/close) ln(high/open) + ln(low/close) ln(low/open)) over the
 * last n rows, per row, not annualised; blind to drift. 0 where nothing moves. Lookback n - 1.
 * Source: Rogers and Satchell 1991, Annals of Applied Probability 1.
 */
export function rogersSatchell(n: number): Kernel<BarPrices, { y: Column }, SmaState> {
  checkLength("rogers-satchell", n);
  return {
    name: "rogers-satchell",
    params: { n },
    lookback: n - 1,
    writes: { y: `rogersSatchell${n}` },
    init: () => means(n),
    advance(s, { open, high, low, close }, { y }, rows) {
      const from = skipUnknown(high, y, rows);
      for (let i = from; i < rows; i++) {
        const o = open[i];
        y[i] = rangeTerm(ln(high[i] / o), ln(low[i] / o), ln(close[i] / o));
      }
      advanceMeans(s, y, y, from, rows);
      rootInPlace(y, from, rows);
    },
  };
}

/** The variance that one bar shows, whatever its drift: ln high, low and close, each less ln open. */
export function rangeTerm(up: number, down: number, change: number): number {
  return up * (up - change) + down * (down - change);
}
