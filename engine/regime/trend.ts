import { z } from "zod";
import type { Column, Kernel } from "../kernel.ts";
import { fraction, hours } from "../settings.ts";

export const trendSettings = z.strictObject({
  fast: hours(480, "Fast EMA of the trend"),
  slow: hours(1200, "Slow EMA of the trend"),
  beyond: fraction(0.02, "A trend begins when the gap is beyond this", 1e-6),
  inside: fraction(0.01, "and is lost when the gap is inside this"),
});

/** Trend gap = fast average / slow average - 1, a fraction. No lookback of its own. */
export function trendGap(): Kernel<{ fast: Column; slow: Column }, { gap: Column }, null> {
  return {
    name: "trend-gap",
    params: {},
    lookback: 0,
    writes: { gap: "gap" },
    init: () => null,
    advance(_, { fast, slow }, { gap }, rows) {
      for (let i = 0; i < rows; i++) gap[i] = fast[i] / slow[i] - 1;
    },
  };
}
