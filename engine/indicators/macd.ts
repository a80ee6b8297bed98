import type { Column, Kernel } from "../kernel.ts";
import { type EmaState, ema } from "./ema.ts";
import { checkLength } from "./window-sums.ts";

export type MacdState = { fast: EmaState; slow: EmaState; average: EmaState };
type Out = { macd: Column; signal: Column; histogram: Column };

/**
 * Moving average convergence divergence, in the unit of x: macd = EMA(fast) - EMA(slow), signal =
 * EMA(smooth) of macd, histogram = macd - signal. Each EMA is seeded with the mean of its own first rows;
 * TA-Lib starts the fast one later, at the slow one's seed, which differs at first (on bitcoin at 50,000 USD
 * by 28 USD at the first output of 12, 26, 9, by 2e-6 USD after 100 rows). Lookback slow + smooth - 2 of all three.
 */
export function macd(fast = 12, slow = 26, smooth = 9): Kernel<{ x: Column }, Out, MacdState> {
  checkLength("macd", fast, 1, "fast");
  checkLength("macd", slow, fast + 1, "slow");
  checkLength("macd", smooth, 1, "smooth");
  const emaFast = ema(fast);
  const emaSlow = ema(slow);
  const emaSignal = ema(smooth);
  const at = `${fast}_${slow}_${smooth}`;
  return {
    name: "macd",
    params: { fast, slow, smooth },
    lookback: slow + smooth - 2,
    writes: { macd: `macd${at}`, signal: `macdSignal${at}`, histogram: `macdHistogram${at}` },
    init: () => ({ fast: emaFast.init(), slow: emaSlow.init(), average: emaSignal.init() }),
    advance(s, { x }, { macd: line, signal, histogram }, rows) {
      emaFast.advance(s.fast, { x }, { y: histogram }, rows);
      emaSlow.advance(s.slow, { x }, { y: signal }, rows);
      for (let i = 0; i < rows; i++) line[i] = histogram[i] - signal[i];
      emaSignal.advance(s.average, { x: line }, { y: signal }, rows);
      for (let i = 0; i < rows; i++) histogram[i] = line[i] - signal[i];
      // the line is known before its signal; all three begin together
      for (let i = 0; i < rows && signal[i] !== signal[i]; i++) line[i] = Number.NaN;
    },
  };
}
