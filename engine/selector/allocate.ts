import type { Column, Kernel } from "../kernel.ts";

type In = {
  first: Column;
  second: Column;
  share: Column;
  eligible: Column;
  /** One column a strategy, in the order that `first` and `second` count in. */
  desires: readonly Column[];
};
type Out = { target: Column; owner: Column; desire: Column };

/**
 * One pair's target weight (fraction of equity), the strategy that owns it (-1: none) and that
 * strategy's desire. The higher-ranked strategy that wants the pair (desire > 0) has it:
 * target = min(cap, desire * unit * multiplier * allocation). A desire that is not known yet, and every
 * desire for a pair that is not eligible, counts as 0. Finite from the first row with a choice.
 */
export function allocate(multipliers: readonly number[], unit: number, cap: number): Kernel<In, Out, null> {
  return {
    name: "allocate",
    params: { multipliers: multipliers.join(), unit, cap },
    lookback: 0,
    writes: { target: "target", owner: "owner", desire: "desire" },
    init: () => null,
    advance: (_, input, out, rows) => allocateRows(multipliers, unit, cap, input, out, rows),
  };
}

/** Stretch by stretch of rows in which the same two strategies are in charge: that seldom changes. */
function allocateRows(
  multipliers: readonly number[],
  unit: number,
  cap: number,
  { first, second, share, eligible, desires }: In,
  out: Out,
  rows: number,
): void {
  let i = 0;
  while (i < rows) {
    const a = first[i];
    const b = second[i];
    let end = i + 1;
    if (a !== a) {
      while (end < rows && first[end] !== first[end]) end++;
      for (; i < end; i++) out.target[i] = out.owner[i] = out.desire[i] = Number.NaN;
      continue;
    }
    while (end < rows && first[end] === a && second[end] === b) end++;
    const wantsA = a >= 0 ? desires[a] : undefined;
    const wantsB = b >= 0 ? desires[b] : undefined;
    const perA = a >= 0 ? multipliers[a] : 0;
    const perB = b >= 0 ? multipliers[b] : 0;
    allocateStretch(a, b, wantsA, wantsB, unit, perA, perB, cap, share, eligible, out, i, end);
    i = end;
  }
}

function allocateStretch(
  a: number,
  b: number,
  wantsA: Column | undefined,
  wantsB: Column | undefined,
  unit: number,
  perA: number,
  perB: number,
  cap: number,
  share: Column,
  eligible: Column,
  { target, owner, desire }: Out,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) {
    let own = -1;
    let d = 0;
    let w = 0;
    if (eligible[i] === 1) {
      const x = wantsA === undefined ? 0 : wantsA[i];
      if (x > 0) {
        own = a;
        d = x;
        w = d * unit * perA * share[i];
      } else {
        const y = wantsB === undefined ? 0 : wantsB[i];
        if (y > 0) {
          own = b;
          d = y;
          w = d * unit * perB * (1 - share[i]);
        }
      }
    }
    target[i] = w < cap ? w : cap;
    owner[i] = own;
    desire[i] = d;
  }
}
