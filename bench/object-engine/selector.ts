import type { EngineConfig } from "../../engine/config.ts";
import { REGIMES, type RegimeClassifier } from "./regime.ts";
import type { Strategy } from "./strategies.ts";

/** What the selector wants of one pair: never with a desire of 0. */
export interface Wish {
  strategy: string;
  desire: number;
  /** Target weight, a fraction of equity. */
  weight: number;
}

/** The two strategies in charge and their allocations, higher rank first; none while the regime is unknown. */
function choose(
  config: EngineConfig["selector"],
  { regime, confidence, inRecovery }: RegimeClassifier,
): { name: string; allocation: number }[] {
  if (Number.isNaN(regime)) return [];
  const [first, second] = config[REGIMES[regime]];
  const names = inRecovery ? [config.recovery, first] : [first, second];
  const share = config.first_share + config.confidence_share * confidence;
  return [
    { name: names[0], allocation: share },
    { name: names[1], allocation: 1 - share },
  ];
}

/** Each eligible pair goes to the higher-ranked strategy that wants it. */
export function wishesOf(
  config: EngineConfig,
  classifier: RegimeClassifier,
  strategies: Map<string, Strategy>,
  eligible: Set<string>,
): Map<string, Wish> {
  const wishes = new Map<string, Wish>();
  const { unit, cap, multipliers } = config.sizing;
  for (const { name, allocation } of choose(config.selector, classifier)) {
    const strategy = strategies.get(name);
    if (strategy === undefined) continue; // cash, or a strategy that is off
    const multiplier = multipliers[name] ?? strategy.multiplier;
    for (const pair of eligible) {
      const desire = strategy.desire(pair);
      if (!(desire > 0) || wishes.has(pair)) continue;
      const weight = Math.min(cap, desire * unit * multiplier * allocation);
      wishes.set(pair, { strategy: name, desire, weight });
    }
  }
  return wishes;
}
