import { z } from "zod";
import { fraction, usd } from "../settings.ts";

export const sizingSettings = z.strictObject({
  unit: fraction(0.05, "Weight of a full desire at multiplier and allocation 1"),
  cap: fraction(0.05, "Greatest target weight of a pair"),
  multipliers: z
    .record(z.string(), z.number().min(0).max(100))
    .default({})
    .meta({ unit: "ratio by strategy", description: "Overrides of the strategies' own multipliers" }),
});

export const bandSettings = z.strictObject({
  min_usd: usd(50, "A pair changes only if the target is off by at least this"),
  share: fraction(0.2, "and by at least this share of the larger of target and position"),
});

/** Whether a position (with its open remainder) is far enough from its target value to be changed. */
export function outsideBand(target: number, held: number, minUsd: number, share: number): boolean {
  const larger = target > held ? target : held;
  const byShare = share * larger;
  return Math.abs(target - held) >= (byShare > minUsd ? byShare : minUsd);
}
