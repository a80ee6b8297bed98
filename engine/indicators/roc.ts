import type { Column, Kernel } from "../kernel.ts";
import { checkLength, places, skipUnknown } from "./window-sums.ts";

export type RocState = { at: number; ring: Float64Array };

/**
 * Rate of change, x / (x of n rows before) - 1: a fraction, where TA-Lib and worksheets have percent. 0 where
 * the earlier x is 0. Lookback n.
 */
export function roc(n: number): Kernel<{ x: Column }, { y: Column }, RocState> {
  checkLength("roc", n);
  return {
    name: "roc",
    params: { n },
    lookback: n,
    writes: { y: `roc${n}` },
    // places start as NaN: so do the first n outputs
    init: () => ({ at: 0, ring: places(n) }),
    advance(s, { x }, { y }, rows) {
      const { ring } = s;
      let { at } = s;
      for (let i = skipUnknown(x, y, rows); i < rows; i++) {
        const v = x[i];
        const before = ring[at];
        y[i] = before === 0 ? 0 : (v - before) / before;
        ring[at] = v;
        at = at === n - 1 ? 0 : at + 1;
      }
      s.at = at;
    },
  };
}
