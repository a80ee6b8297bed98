import { z } from "zod";
import { didYouMean, FathomError } from "../errors.ts";
import { CASH } from "../selector/choose.ts";
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

/** The portfolio notes whose P&L a row changed as bits of one word. */
const MOST_STRATEGIES = 32;

/**
 * The six strategies and `more`, which get the next places.
 * @param symbols Pairs of the system: a strategy cannot be called like one, because P&L goes by either name.
 * @throws FathomError E_SYSTEM_STRATEGIES for more than 32, and for a name that is taken or means cash.
 */
export function allStrategies(
  settings: z.infer<typeof strategySettings>,
  more: readonly Strategy[],
  symbols: readonly string[],
): readonly Strategy[] {
  const all = [...builtInStrategies(settings), ...more];
  if (all.length > MOST_STRATEGIES) {
    throw new FathomError(
      "E_SYSTEM_STRATEGIES",
      `system: found ${all.length} strategies, expected at most ${MOST_STRATEGIES} with the six built-in ones; leave some out`,
    );
  }
  const taken = new Set([CASH, ...symbols]);
  for (const { name } of all) {
    if (taken.has(name)) {
      const why = name === CASH ? "(it means no strategy)" : symbols.includes(name) ? "(a pair's)" : "twice";
      throw new FathomError(
        "E_SYSTEM_STRATEGIES",
        `system: found the strategy name ${name} ${why}, expected another than ${[...taken].join(", ")}; rename it`,
        { strategy: name },
      );
    }
    taken.add(name);
  }
  return all;
}

/** Weight of each strategy's full desire: its own multiplier, or config's. @throws FathomError E_CFG_STRATEGY */
export function multipliersOf(
  strategies: readonly Strategy[],
  overrides: Readonly<Record<string, number>>,
): readonly number[] {
  const names = strategies.map((s) => s.name);
  for (const name of Object.keys(overrides)) {
    if (names.includes(name)) continue;
    throw new FathomError(
      "E_CFG_STRATEGY",
      `sizing.multipliers: found ${name}, expected one of ${names.join(", ")}.${didYouMean(name, names)}`,
      { setting: "multipliers", found: name },
    );
  }
  return strategies.map((s) => overrides[s.name] ?? s.multiplier);
}
