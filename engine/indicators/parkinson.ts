import type { Column, Kernel } from "../kernel.ts";
import { ln } from "../math.ts";
import { advanceMeans, means, type SmaState } from "./sma.ts";
import { checkLength, skipUnknown } from "./window-sums.ts";

/**
 * Parkinson's volatility sqrt(mean of ln^2(high / low) / (4 ln 2)) over the last n rows, per row, not annualised.
 * 0 where nothing moves. Filled bars without volume pull it down, as all range estimators. Lookback n - 1.
 * Source: Parkinson 1980, Journal of Business 53.
 */
export function parkinson(n: number): Kernel<{ high: Column; low: Column }, { y: Column }, SmaState> {
  checkLength("parkinson", n);
  const scale = 1 / (4 * Math.LN2);
  return {
    name: "parkinson",
    params: { n },
    lookback: n - 1,
    writes: { y: `parkinson${n}` },
    init: () => means(n),
    advance(s, { high, low }, { y }, rows) {
      const from = skipUnknown(high, y, rows);
      for (let i = from; i < rows; i++) {
        const range = ln(high[i] / low[i]);
        y[i] = range * range * scale;
      }
      advanceMeans(s, y, y, from, rows);
      rootInPlace(y, from, rows);
    },
  };
}

/** Square roots of y over rows [from, rows); 0 for what rounding or the formula leaves below 0. */
export function rootInPlace(y: Column, from: number, rows: number): void {
  for (let i = from; i < rows; i++) {
    const v = y[i];
    y[i] = v <= 0 ? 0 : Math.sqrt(v);
  }
}
