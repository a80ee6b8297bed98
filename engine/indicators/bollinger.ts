import { FathomError } from "../errors.ts";
import type { Column, Kernel } from "../kernel.ts";
import { advanceStd } from "./rolling-std.ts";
import { advanceMeans, means, type SmaState } from "./sma.ts";
import { checkLength, type Moments, moments, skipUnknown } from "./window-sums.ts";

export type BollingerState = { means: SmaState; moments: Moments };
type Out = { upper: Column; middle: Column; lower: Column };

/**
 * Bollinger bands in the unit of x: middle = mean of the last n rows, upper and lower = middle +- width * sd,
 * sd of the population (ddof 0: Bollinger's and TA-Lib's convention). Lookback n - 1.
 */
export function bollinger(n = 20, width = 2): Kernel<{ x: Column }, Out, BollingerState> {
  checkLength("bollinger", n);
  if (!(width > 0 && width < Number.POSITIVE_INFINITY)) {
    throw new FathomError(
      "E_INDICATOR_WIDTH",
      `bollinger: width must be a finite number above 0, found ${width}; give it the standard deviations from middle to band`,
      { found: width },
    );
  }
  const perRow = 1 / n;
  const at = `${n}_${width}`;
  return {
    name: "bollinger",
    params: { n, width },
    lookback: n - 1,
    writes: { upper: `bandUpper${at}`, middle: `bandMiddle${at}`, lower: `bandLower${at}` },
    init: () => ({ means: means(n), moments: moments(n) }),
    advance(s, { x }, { upper, middle, lower }, rows) {
      const from = skipUnknown(x, middle, rows);
      upper.fill(Number.NaN, 0, from);
      lower.fill(Number.NaN, 0, from);
      advanceMeans(s.means, x, middle, from, rows);
      advanceStd(s.moments, x, upper, from, rows, perRow);
      for (let i = from; i < rows; i++) {
        const half = width * upper[i];
        upper[i] = middle[i] + half;
        lower[i] = middle[i] - half;
      }
    },
  };
}
