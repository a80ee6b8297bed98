import type { Column, Kernel } from "../kernel.ts";
import { checkLength, type Moments, moments, momentsBehind, skipUnknown } from "./window-sums.ts";

/**
 * (x - mean) / sd of the last n rows, this one included; sd with n - 1 (ddof 1). No unit. 0 where all
 * n rows are equal. Lookback n - 1.
 */
export function zScore(n: number): Kernel<{ x: Column }, { y: Column }, Moments> {
  checkLength("z-score", n, 2);
  return {
    name: "z-score",
    params: { n },
    lookback: n - 1,
    writes: { y: `zScore${n}` },
    init: () => moments(n),
    advance: (s, { x }, { y }, rows) => advanceScores(s, x, y, rows),
  };
}

function advanceScores(s: Moments, x: Column, y: Column, rows: number): void {
  const { sums, squares } = s;
  let { at, anchor, sum, square } = s;
  const n = sums.length;
  const perRow = 1 / n;
  const perFreedom = 1 / (n - 1);
  let i = skipUnknown(x, y, rows);
  while (i < rows) {
    if (at === 0) {
      anchor = x[i];
      momentsBehind(sums, squares, anchor);
      sum = 0;
      square = 0;
    }
    const stop = rows - i < n - at ? rows : i + n - at;
    for (; i < stop; i++, at++) {
      const v = x[i];
      const d = v - anchor;
      sum += d;
      square += d * d;
      const total = sum + sums[at];
      const mean = total * perRow;
      const deviation = square + squares[at] - total * mean;
      sums[at] = v;
      y[i] = deviation <= 0 ? 0 : (d - mean) / Math.sqrt(deviation * perFreedom);
    }
    if (at === n) at = 0;
  }
  s.at = at;
  s.anchor = anchor;
  s.sum = sum;
  s.square = square;
}
