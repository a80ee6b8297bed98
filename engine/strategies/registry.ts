import { z } from "zod";
import { defensiveHedgeSettings, defensiveHedgeStrategy } from "./defensive-hedge.ts";
import { meanReversionSettings, meanReversionStrategy } from "./mean-reversion.ts";
import { recoverySettings, recoveryStrategy } from "./recovery.ts";
import { stableAllocatorSettings, stableAllocatorStrategy } from "./stable-allocator.ts";
import type { Strategy } from "./strategy.ts";
import { trendFollowerSettings, trendFollowerStrategy } from "./trend-follower.ts";
import { volatilitySwingSettings, volatilitySwingStrategy } from "./volatility-swing.ts";

export const strategySettings = z.strictObject({
  trend_follower: trendFollowerSettings.prefault({}),
  volatility_swing: volatilitySwingSettings.prefault({}),
  mean_reversion: meanReversionSettings.prefault({}),
  defensive_hedge: defensiveHedgeSettings.prefault({}),
  stable_allocator: stableAllocatorSettings.prefault({}),
  recovery: recoverySettings.prefault({}),
});

/** The six strategies, in the order that strategy columns and events count in. */
export function builtInStrategies(settings: z.infer<typeof strategySettings>): readonly Strategy[] {
  return [
    trendFollowerStrategy(settings.trend_follower),
    volatilitySwingStrategy(settings.volatility_swing),
    meanReversionStrategy(settings.mean_reversion),
    defensiveHedgeStrategy(settings.defensive_hedge),
    stableAllocatorStrategy(settings.stable_allocator),
    recoveryStrategy(settings.recovery),
  ];
}
