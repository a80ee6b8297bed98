import type { Column, Kernel } from "../kernel.ts";
import { greater, lesser } from "./branch-free.ts";
import { checkLength } from "./window-sums.ts";

export type AdxState = {
  count: number;
  high: number;
  low: number;
  close: number;
  plus: number;
  minus: number;
  range: number;
  adx: number;
};
type In = { high: Column; low: Column; close: Column };
type Out = { adx: Column; plus: Column; minus: Column };

/**
 * Average directional index and the two directional indicators, each from 0 to 100:
 * plus = 100 * (moves up) / (true ranges), minus likewise, dx = 100 |plus - minus| / (plus + minus), adx =
 * Wilder's average of dx. The sums start with n - 1 rows and go on as S = S - S/n + v; adx is seeded with the
 * mean of the first n dx (TA-Lib's convention). Lookback 2n - 1 of all three. Without any range plus and
 * minus are 0, and without any direction adx stays as it was (dx 0 while seeding).
 */
export function adx(n: number): Kernel<In, Out, AdxState> {
  checkLength("adx", n, 2);
  const share = 1 / n;
  return {
    name: "adx",
    params: { n },
    lookback: 2 * n - 1,
    writes: { adx: `adx${n}`, plus: `plusDi${n}`, minus: `minusDi${n}` },
    // count is the number of moves so far, -1 before the first row
    init: () => ({
      count: -1,
      high: 0.1,
      low: 0.1,
      close: 0.1,
      plus: 0.1,
      minus: 0.1,
      range: 0.1,
      adx: 0.1,
    }),
    advance(s, { high, low, close }, out, rows) {
      for (let i = 0; i < rows; i++) {
        const h = high[i];
        const l = low[i];
        const c = close[i];
        out.adx[i] = Number.NaN;
        out.plus[i] = Number.NaN;
        out.minus[i] = Number.NaN;
        if (h !== h || l !== l || c !== c) continue;
        if (s.count === -1) {
          s.plus = 0;
          s.minus = 0;
          s.range = 0;
          s.adx = 0;
        } else move(s, s.count >= n - 1 ? 1 - share : 1, h, l);
        s.high = h;
        s.low = l;
        s.close = c;
        s.count++;
        if (s.count < n) continue;
        const plus = s.range > 0 ? (100 * s.plus) / s.range : 0;
        const minus = s.range > 0 ? (100 * s.minus) / s.range : 0;
        const both = plus + minus;
        const dx = both > 0 ? (100 * Math.abs(plus - minus)) / both : -1;
        if (s.count < 2 * n) s.adx += dx < 0 ? 0 : dx * share;
        else if (dx >= 0) s.adx += (dx - s.adx) * share;
        if (s.count < 2 * n - 1) continue;
        out.adx[i] = s.adx;
        out.plus[i] = plus;
        out.minus[i] = minus;
      }
    },
  };
}

/** Takes a move into the sums, of which `keep` stays. */
function move(s: AdxState, keep: number, high: number, low: number): void {
  const up = high - s.high;
  const down = s.low - low;
  s.plus = keep * s.plus + (up > 0 && up > down ? up : 0);
  s.minus = keep * s.minus + (down > 0 && down > up ? down : 0);
  s.range = keep * s.range + (greater(high, s.close) - lesser(low, s.close));
}
