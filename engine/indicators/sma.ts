import type { Column, Kernel } from "../kernel.ts";
import { checkLength, firstPlace, places, skipUnknown, sumBehind } from "./window-sums.ts";

export type SmaState = { at: number; anchor: number; sum: number; sums: Float64Array };

/** Simple moving average: the mean of the last n rows, this one included, in the unit of x. Lookback n - 1. */
export function sma(n: number): Kernel<{ x: Column }, { y: Column }, SmaState> {
  checkLength("sma", n);
  return {
    name: "sma",
    params: { n },
    lookback: n - 1,
    writes: { y: `sma${n}` },
    init: () => means(n),
    advance: (s, { x }, { y }, rows) => advanceMeans(s, x, y, skipUnknown(x, y, rows), rows),
  };
}

export const means = (n: number): SmaState => ({ at: firstPlace(n), anchor: 0.1, sum: 0.1, sums: places(n) });

/** Means of x over rows [from, rows) into y, which may be x itself. */
export function advanceMeans(s: SmaState, x: Column, y: Column, from: number, rows: number): void {
  const { sums } = s;
  const n = sums.length;
  const perRow = 1 / n;
  let { at, anchor, sum } = s;
  for (let i = from; i < rows; ) {
    if (at === 0) {
      anchor = x[i];
      sumBehind(sums, anchor);
      sum = 0;
    }
    const stop = rows - i < n - at ? rows : i + n - at;
    for (; i < stop; i++, at++) {
      const v = x[i];
      sum += v - anchor;
      y[i] = anchor + (sum + sums[at]) * perRow;
      sums[at] = v;
    }
    if (at === n) at = 0;
  }
  s.at = at;
  s.anchor = anchor;
  s.sum = sum;
}
