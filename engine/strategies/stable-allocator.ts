import { z } from "zod";
import { returnStd } from "../indicators/return-std.ts";
import type { Column, Kernel } from "../kernel.ts";
import { fraction, hours } from "../settings.ts";
import type { Strategy } from "./strategy.ts";

export const stableAllocatorSettings = z.strictObject({
  window: hours(720, "Window of the volatility that ranks the pairs"),
  calm: fraction(0.9, "Holds while the index is at most this share of its peak in the PANIC episode"),
  desire: fraction(0.5, "Desire for the calmest pair"),
});

export type StableAllocatorSettings = z.infer<typeof stableAllocatorSettings>;

type In = { index: Column; peak: Column; pairs: readonly { volatility: Column; eligible: Column }[] };
type Out = { pairs: readonly { desire: Column }[] };

/**
 * Cash, and the one eligible pair of lowest volatility (ties: universe order) once the index has come
 * down from its peak in the running PANIC episode. NaN until the index and the pair's volatility are known.
 */
export function stableAllocator(n: number, calm: number, desire: number): Kernel<In, Out, null> {
  return {
    name: "stable-allocator",
    params: { n, calm, desire },
    lookback: 0,
    writes: { pairs: Array.from({ length: n }, (_, p) => ({ desire: `stableAllocator${p}` })) },
    init: () => null,
    advance: (_, input, output, rows) => allocateStable(n, calm, desire, input, output, rows),
  };
}

function allocateStable(
  n: number,
  calm: number,
  desire: number,
  { index, peak, pairs }: In,
  out: Out,
  rows: number,
): void {
  for (let i = 0; i < rows; i++) {
    const isCalm = index[i] <= calm * peak[i];
    const isKnown = peak[i] === peak[i];
    let best = -1;
    let least = 0.1;
    for (let p = 0; p < n; p++) {
      const v = pairs[p].volatility[i];
      out.pairs[p].desire[i] = isKnown && v === v ? 0 : Number.NaN;
      if (isCalm && v === v && pairs[p].eligible[i] === 1 && (best < 0 || v < least)) {
        best = p;
        least = v;
      }
    }
    if (best >= 0) out.pairs[best].desire[i] = desire;
  }
}

export function stableAllocatorStrategy(settings: StableAllocatorSettings): Strategy {
  return {
    name: "StableAllocator",
    multiplier: 0.5,
    desires(m) {
      const n = m.bars(settings.window, "strategies.stable_allocator.window");
      const pairs = m.pairs.map(({ symbol, bars, eligible }) => ({
        volatility: m.plan.add(returnStd(n), { x: bars.close }, symbol).y,
        eligible,
      }));
      const kernel = stableAllocator(pairs.length, settings.calm, settings.desire);
      return m.plan.add(kernel, { index: m.index, peak: m.indexPeak, pairs }).pairs.map((p) => p.desire);
    },
  };
}
