import type { Column, Kernel } from "../kernel.ts";
import { ln } from "../math.ts";
import { type BarPrices, rangeTerm } from "./rogers-satchell.ts";
import {
  checkLength,
  type Moments,
  moments,
  momentsBehind,
  places,
  skipUnknown,
  sumBehind,
} from "./window-sums.ts";

export type YangZhangState = {
  before: number;
  gap: Moments;
  body: Moments;
  range: { sum: number; sums: Float64Array };
};

/**
 * Yang-Zhang volatility sqrt(var(ln(open / close before)) + k var(ln(close / open)) + (1 - k) mean(RS)) over the
 * last n rows, per row, not annualised: RS is Rogers-Satchell's term, k = 0.34 / (1.34 + (n + 1) / (n - 1)), both
 * variances have ddof 1. Without pauses in trading the first is near 0. 0 where nothing moves. Lookback n.
 * Source: Yang and Zhang 2000, Journal of Business 73.
 */
export function yangZhang(n: number): Kernel<BarPrices, { y: Column }, YangZhangState> {
  checkLength("yang-zhang", n, 2);
  const k = 0.34 / (1.34 + (n + 1) / (n - 1));
  const gapWeight = 1 / (n - 1);
  const bodyWeight = k / (n - 1);
  const rangeWeight = (1 - k) / n;
  return {
    name: "yang-zhang",
    params: { n },
    lookback: n,
    writes: { y: `yangZhang${n}` },
    // before is NaN until the first close is known
    init: () => ({
      before: Number.NaN,
      gap: moments(n),
      body: moments(n),
      range: { sum: 0.1, sums: places(n) },
    }),
    advance(s, { open, high, low, close }, { y }, rows) {
      const { gap, body, range } = s;
      let i = skipUnknown(close, y, rows);
      if (i < rows && s.before !== s.before) {
        s.before = close[i];
        y[i++] = Number.NaN;
      }
      let { before } = s;
      let at = gap.at;
      for (; i < rows; i++) {
        const c = close[i];
        const o = open[i];
        const change = ln(c / o);
        const jump = ln(o / before);
        const term = rangeTerm(ln(high[i] / o), ln(low[i] / o), change);
        before = c;
        if (at === 0) {
          startBlock(gap, jump);
          startBlock(body, change);
          sumBehind(range.sums, 0);
          range.sum = 0;
        }
        range.sum += term;
        const variance =
          gapWeight * squaredDeviations(gap, at, jump) +
          bodyWeight * squaredDeviations(body, at, change) +
          rangeWeight * (range.sum + range.sums[at]);
        range.sums[at] = term;
        y[i] = variance <= 0 ? 0 : Math.sqrt(variance);
        at = at === n - 1 ? 0 : at + 1;
      }
      s.before = before;
      gap.at = at;
      body.at = at;
    },
  };
}

function startBlock(m: Moments, anchor: number): void {
  momentsBehind(m.sums, m.squares, anchor);
  m.anchor = anchor;
  m.sum = 0;
  m.square = 0;
}

/** Takes the next row and gives the sum of squared deviations of its window. */
function squaredDeviations(m: Moments, at: number, v: number): number {
  const { sums, squares } = m;
  const d = v - m.anchor;
  m.sum += d;
  m.square += d * d;
  const total = m.sum + sums[at];
  const deviations = m.square + squares[at] - total * (total / sums.length);
  sums[at] = v;
  return deviations <= 0 ? 0 : deviations;
}
