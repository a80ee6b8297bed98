import type { EngineConfig } from "./config.ts";
import { didYouMean, FathomError } from "./errors.ts";
import { every } from "./every.ts";
import { returnStd } from "./indicators/return-std.ts";
import type { Column, Kernel, Slot, Slots } from "./kernel.ts";
import { type BarColumns, DAY } from "./market/bars.ts";
import { addDailyHistory } from "./market/daily-history.ts";
import type { MarketView } from "./market-view.ts";
import type { Plan } from "./plan.ts";
import { addFeatures } from "./scoring/features.ts";
import { type GateSettings, modelGate } from "./scoring/gate.ts";
import { type ScheduledModel, scheduledScore } from "./scoring/schedule.ts";
import { allocate } from "./selector/allocate.ts";
import { choose } from "./selector/choose.ts";
import { desiresOf, type Strategy } from "./strategies/strategy.ts";

/** What the signals say at each decision bar; held until the next on shorter bars. */
export type Signals = {
  readonly regime: Slot;
  readonly confidence: Slot;
  readonly recovery: Slot;
  readonly index: Slot;
  readonly gap: Slot;
  readonly first: Slot;
  readonly second: Slot;
  readonly share: Slot;
  readonly outsideAge: readonly Slot[];
  readonly pairs: readonly PairSignals[];
};

type PairSignals = {
  readonly target: Slot;
  readonly owner: Slot;
  readonly desire: Slot;
  /** 1 where the pair may be traded. */
  readonly eligible: Slot;
  /** The model's score, where one judges the pair. */
  readonly score: readonly Slot[];
  readonly decisionVolume: Slot;
  readonly deviation: Slot;
  readonly dailyDeviation: Slot;
  readonly dailyVolume: Slot;
};

/**
 * Wires index, trend, regime, selector, strategies and models on decision bars, and what the portfolio must know of each
 * pair to size and price its orders. Puts a sentence into `notes` for each strategy that is off on these bars.
 * @throws FathomError E_STRATEGY_DESIRES, E_CFG_SPAN, E_MODEL_SCHEDULE, E_MODEL_FEATURE
 */
export function addSignals(
  market: MarketView,
  config: EngineConfig,
  strategies: readonly Strategy[],
  multipliers: readonly number[],
  models: readonly ScheduledModel[],
  interval: number,
  notes: string[],
): Signals {
  const { plan, regimeSlots: regime } = market;
  const names = strategies.map((s) => s.name);
  const chosen = plan.add(choose(config.selector, names), {
    regime: regime.regime,
    confidence: regime.confidence,
    recovery: regime.recovery,
  });
  const desires = strategies.map((strategy) => {
    const why = strategy.off?.(market);
    if (why === undefined) return desiresOf(strategy, market);
    notes.push(`${strategy.name} is off: ${why}`);
    return market.pairs.map((p) => plan.add(never(), { x: p.bars.close }, p.symbol).y);
  });
  const { sizing } = config;
  const { slippage } = config.execution;
  const kernel = allocate(multipliers, sizing.unit, sizing.cap);
  const deviation = returnStd(market.bars(slippage.drift_window, "execution.slippage.drift_window"));
  const days = slippage.impact_days;
  const bars = market.pairs.map((pair) => pair.bars);
  const daily = (inner: Plan, of: readonly Slots<BarColumns>[]) =>
    market.pairs.map(({ symbol }, p) => addDailyHistory(inner, symbol, of[p], days));
  const history =
    interval === DAY
      ? daily(plan, bars)
      : plan.add(
          every(DAY, { interval, pairs: bars.length }, (inner, slots) => daily(inner, slots.pairs)),
          { time: market.time, pairs: bars, extra: {} },
          "daily",
        );
  const judge = models.length === 0 ? undefined : addJudge(market, config.model, models);
  const pairs = market.pairs.map(({ symbol, bars, eligible }, p) => {
    const allocated = plan.add(
      kernel,
      {
        first: chosen.first,
        second: chosen.second,
        share: chosen.share,
        eligible,
        desires: desires.map((d) => d[p]),
      },
      symbol,
    );
    return {
      ...allocated,
      score: [],
      ...judge?.(p, allocated.target),
      eligible,
      decisionVolume: bars.volume,
      deviation: plan.add(deviation, { x: bars.close }, symbol).y,
      dailyDeviation: history[p].deviation,
      dailyVolume: history[p].volume,
    };
  });
  const { indexAge, confidence, recovery, index, gap } = regime;
  return {
    regime: regime.regime,
    confidence,
    recovery,
    index,
    gap,
    ...chosen,
    outsideAge: indexAge === undefined ? [] : [indexAge],
    pairs,
  };
}

/** Wires the models' features and scores; what it returns puts a pair's target to its score. */
function addJudge(market: MarketView, settings: GateSettings, models: readonly ScheduledModel[]) {
  const { plan, time } = market;
  const features = addFeatures(market);
  const scores = scheduledScore(models);
  const gate = modelGate(settings);
  return (p: number, target: Slot): { target: Slot; score: readonly Slot[] } => {
    const { symbol } = market.pairs[p];
    const { names, slots } = features[p];
    const ofModel = models[0].model.features.map((name) => {
      const k = (names as readonly string[]).indexOf(name);
      if (k >= 0) return slots[k];
      throw new FathomError(
        "E_MODEL_FEATURE",
        `model: it was trained on the feature ${name}, which this version does not have.${didYouMean(name, names)} Train it anew`,
        { name },
      );
    });
    const { score, threshold } = plan.add(scores, { time, features: ofModel }, symbol);
    return { target: plan.add(gate, { target, score, threshold }, symbol).target, score: [score] };
  };
}

/** What the portfolio takes of a pair's signals. */
export function wanted({ eligible: _, score: __, ...signals }: PairSignals) {
  return signals;
}

/** A strategy that is off wants nothing. */
function never(): Kernel<{ x: Column }, { y: Column }, null> {
  return {
    name: "never",
    params: {},
    lookback: 0,
    writes: { y: "never" },
    init: () => null,
    advance(_, { x }, { y }, rows) {
      for (let i = 0; i < rows; i++) y[i] = x[i] === x[i] ? 0 : Number.NaN;
    },
  };
}
