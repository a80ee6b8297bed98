import type { Column, Kernel } from "../kernel.ts";
import { checkLength } from "./window-sums.ts";

export type RsiState = { count: number; before: number; up: number; down: number };

/**
 * Relative strength index, 100 u / (u + d), from 0 to 100: u and d are the moves up and down of x in
 * Wilder's smoothing, seeded with their means over the first n moves (TA-Lib's convention). Lookback n.
 * 50 where nothing moves; TA-Lib has 0 there.
 */
export function rsi(n: number): Kernel<{ x: Column }, { y: Column }, RsiState> {
  checkLength("rsi", n);
  const a = 1 / n;
  const b = 1 - a;
  return {
    name: "rsi",
    params: { n },
    lookback: n,
    writes: { y: `rsi${n}` },
    // count is the number of moves so far, -1 before the first row
    init: () => ({ count: -1, before: 0.1, up: 0.1, down: 0.1 }),
    advance(s, { x }, { y }, rows) {
      let i = 0;
      for (; i < rows && s.count < n; i++) {
        const v = x[i];
        y[i] = Number.NaN;
        if (v !== v) continue;
        if (s.count === -1) {
          s.up = 0;
          s.down = 0;
        } else if (v > s.before) s.up += (v - s.before) * a;
        else s.down += (s.before - v) * a;
        s.before = v;
        s.count++;
        if (s.count === n) y[i] = strength(s.up, s.down);
      }
      let { before, up, down } = s;
      for (; i < rows; i++) {
        const v = x[i];
        const d = v - before;
        const m = Math.abs(d);
        before = v;
        // max(d, 0) and max(-d, 0) without a branch that nothing could predict
        up = b * up + a * (0.5 * (m + d));
        down = b * down + a * (0.5 * (m - d));
        y[i] = strength(up, down);
      }
      s.before = before;
      s.up = up;
      s.down = down;
    },
  };
}

function strength(up: number, down: number): number {
  const moved = up + down;
  return moved > 0 ? (100 * up) / moved : 50;
}
