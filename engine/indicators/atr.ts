import type { Column, Kernel } from "../kernel.ts";
import { greater, lesser } from "./branch-free.ts";
import { checkLength } from "./window-sums.ts";

export type AtrState = { count: number; before: number; sum: number; atr: number };

/**
 * Average true range, a = (1 - 1/n) a + TR / n with TR = max(high, c) - min(low, c) and c the close
 * before, in quote currency. Wilder's smoothing, seeded with the mean of the first n true ranges; the
 * first row has none, for want of a close before (TA-Lib's convention). Lookback n.
 */
export function atr(
  n: number,
): Kernel<{ high: Column; low: Column; close: Column }, { y: Column }, AtrState> {
  checkLength("atr", n);
  const a = 1 / n;
  const b = 1 - a;
  return {
    name: "atr",
    params: { n },
    lookback: n,
    writes: { y: `atr${n}` },
    // count is the number of true ranges so far, -1 before the first close
    init: () => ({ count: -1, before: 0.1, sum: 0.1, atr: 0.1 }),
    advance: (s, input, output, rows) => averageRange(n, a, b, s, input, output, rows),
  };
}

function averageRange(
  n: number,
  a: number,
  b: number,
  s: AtrState,
  { high, low, close }: { high: Column; low: Column; close: Column },
  { y }: { y: Column },
  rows: number,
): void {
  let i = 0;
  for (; i < rows && s.count < n; i++) {
    y[i] = Number.NaN;
    const h = high[i];
    const l = low[i];
    const c = close[i];
    if (h !== h || l !== l || c !== c) continue;
    if (s.count >= 0) {
      const tr = (h > s.before ? h : s.before) - (l < s.before ? l : s.before);
      s.sum = s.count === 0 ? tr : s.sum + tr;
    }
    s.before = c;
    s.count++;
    if (s.count === n) y[i] = s.atr = s.sum / n;
  }
  let before = s.before;
  let value = s.atr;
  for (; i < rows; i++) {
    // on real bars the close before is often the high or the low itself: no branch could be predicted
    const range = greater(high[i], before) - lesser(low[i], before);
    before = close[i];
    value = b * value + a * range;
    y[i] = value;
  }
  s.before = before;
  s.atr = value;
}
