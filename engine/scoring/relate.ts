import type { Column, Kernel } from "../kernel.ts";
import { ln } from "../math.ts";

/*
 * Row by row from two or three columns: what is left of an indicator once the pair's own price or volume has
 * been divided out. No state, no lookback; NaN where an input is.
 */

type Pair = { a: Column; b: Column };

/** 0 where x is known. */
const zero = (x: number): number => (x === x ? 0 : Number.NaN);

/** a / b - 1, no unit; 0 where b is 0. */
export function relative(): Kernel<Pair, { y: Column }, null> {
  return {
    name: "relative",
    params: {},
    lookback: 0,
    writes: { y: "relative" },
    init: () => null,
    advance(_, { a, b }, { y }, rows) {
      for (let i = 0; i < rows; i++) y[i] = b[i] === 0 ? zero(a[i]) : a[i] / b[i] - 1;
    },
  };
}

/** a - b, in their unit. */
export function difference(): Kernel<Pair, { y: Column }, null> {
  return {
    name: "difference",
    params: {},
    lookback: 0,
    writes: { y: "difference" },
    init: () => null,
    advance(_, { a, b }, { y }, rows) {
      for (let i = 0; i < rows; i++) y[i] = a[i] - b[i];
    },
  };
}

/** ln(a / b), at least ln(floor), no unit; 0 where b is 0. a, b >= 0. */
export function logRatio(floor: number): Kernel<Pair, { y: Column }, null> {
  return {
    name: "log-ratio",
    params: { floor },
    lookback: 0,
    writes: { y: "logRatio" },
    init: () => null,
    advance(_, { a, b }, { y }, rows) {
      for (let i = 0; i < rows; i++) {
        const ratio = a[i] / b[i];
        y[i] = b[i] === 0 ? zero(a[i]) : ln(ratio < floor ? floor : ratio);
      }
    },
  };
}

/** (x - low) / (high - low): where x lies between two bounds, from 0 to 1; 0.5 where they meet. */
export function position(): Kernel<{ x: Column; low: Column; high: Column }, { y: Column }, null> {
  return {
    name: "position",
    params: {},
    lookback: 0,
    writes: { y: "position" },
    init: () => null,
    advance(_, { x, low, high }, { y }, rows) {
      for (let i = 0; i < rows; i++) {
        const width = high[i] - low[i];
        y[i] = width === 0 ? 0.5 : (x[i] - low[i]) / width;
      }
    },
  };
}

/** 1 where x is `code`, else 0. */
export function isCode(code: number): Kernel<{ x: Column }, { y: Column }, null> {
  return {
    name: "is-code",
    params: { code },
    lookback: 0,
    writes: { y: `is${code}` },
    init: () => null,
    advance(_, { x }, { y }, rows) {
      for (let i = 0; i < rows; i++) y[i] = x[i] === code ? 1 : zero(x[i]);
    },
  };
}
