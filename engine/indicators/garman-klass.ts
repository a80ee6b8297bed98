import type { Column, Kernel } from "../kernel.ts";
import { ln } from "../math.ts";
import { rootInPlace } from "./parkinson.ts";
import type { BarPrices } from "./rogers-satchell.ts";
import { advanceMeans, means, type SmaState } from "./sma.ts";
import { checkLength, skipUnknown } from "./window-sums.ts";

/**
 * Garman-Klass volatility sqrt(mean of ln^2(high / low) / 2 - (2 ln 2 - 1) ln^2(close / open)) over the last n
 * rows, per row, not annualised; 0 where nothing moves or the mean is below 0. Lookback n - 1.
 * Source: Garman and Klass 1980, Journal of Business 53.
 */
export function garmanKlass(n: number): Kernel<BarPrices, { y: Column }, SmaState> {
  checkLength("garman-klass", n);
  const body = 2 * Math.LN2 - 1;
  return {
    name: "garman-klass",
    params: { n },
    lookback: n - 1,
    writes: { y: `garmanKlass${n}` },
    init: () => means(n),
    advance(s, { open, high, low, close }, { y }, rows) {
      const from = skipUnknown(high, y, rows);
      for (let i = from; i < rows; i++) {
        const range = ln(high[i] / low[i]);
        const change = ln(close[i] / open[i]);
        y[i] = 0.5 * range * range - body * change * change;
      }
      advanceMeans(s, y, y, from, rows);
      rootInPlace(y, from, rows);
    },
  };
}
