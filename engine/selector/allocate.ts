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

function allocateRows(
  multipliers: readonly number[],
  unit: number,
  cap: number,
  { first, second, share, eligible, desires }: In,
  { target, owner, desire }: Out,
  rows: number,
): void {
  for (let i = 0; i < rows; i++) {
    const a = first[i];
    if (a !== a) {
      target[i] = owner[i] = desire[i] = Number.NaN;
      continue;
    }
    let own = -1;
    let d = 0;
    let w = 0;
    if (eligible[i] === 1) {
      const wantA = a >= 0 ? desires[a][i] : 0;
      if (wantA > 0) {
        own = a;
        d = wantA;
        w = d * unit * multipliers[a] * share[i];
      } else {
        const b = second[i];
        const wantB = b >= 0 ? desires[b][i] : 0;
        if (wantB > 0) {
          own = b;
          d = wantB;
          w = d * unit * multipliers[b] * (1 - share[i]);
        }
      }
    }
    target[i] = w < cap ? w : cap;
    owner[i] = own;
    desire[i] = d;
  }
}
