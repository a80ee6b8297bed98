import type { EngineConfig } from "./config.ts";
import { didYouMean, FathomError } from "./errors.ts";
import { every } from "./every.ts";
import type { Slot, Slots } from "./kernel.ts";
import { BAR_FIELDS, type BarColumns, DAY, HOUR } from "./market/bars.ts";
import { krakenRules, type PairRules, pairRules } from "./market/pair-rules.ts";
import { universeIndex } from "./market/universe.ts";
import { createMarket, type PairBars, relationBars } from "./market-view.ts";
import { createPlan, type Plan } from "./plan.ts";
import { type PortfolioOutput, type TradedPair, termsOf } from "./portfolio/book.ts";
import { portfolio } from "./portfolio/portfolio.ts";
import type { ScheduledModel } from "./scoring/schedule.ts";
import { addSignals, type Signals, wanted } from "./signals.ts";
import { allStrategies, multipliersOf } from "./strategies/registry.ts";
import type { Strategy } from "./strategies/strategy.ts";

export interface SystemOptions {
  readonly config: EngineConfig;
  /** Pairs of the panel, in its order. The reference must be among them. */
  readonly symbols: readonly string[];
  /** Those of them that may be traded; all unless given. */
  readonly traded?: readonly string[];
  /** Length of a bar, ms; divides a day. */
  readonly interval: number;
  /** First close at which orders may be sent, ms UTC. */
  readonly start?: number;
  /** Strategies beside the six built-in ones; the selector's table names who is in charge. */
  readonly strategies?: readonly Strategy[];
  /** Models that judge every pair, each from its own moment on: see scoring/gate.ts. */
  readonly models?: readonly ScheduledModel[];
}

/** The one wiring: bars -> features -> regime -> selector -> strategies -> portfolio. */
export interface System {
  readonly plan: Plan;
  readonly symbols: readonly string[];
  readonly traded: readonly string[];
  readonly strategies: readonly string[];
  /** Of the sizing, by strategy: config's where it names one. */
  readonly multipliers: Readonly<Record<string, number>>;
  readonly interval: number;
  readonly start: number;
  /** Rows that the slowest signal needs before its first value. */
  readonly lookback: number;
  readonly inputs: {
    readonly time: Slot;
    /** What an operator said at the row (OPERATOR); unfed, nobody says anything. */
    readonly operator: Slot;
    readonly pairs: readonly Slots<BarColumns>[];
    readonly outside?: { readonly value: Slot; readonly age: Slot };
  };
  readonly signals: Signals;
  readonly portfolio: Slots<PortfolioOutput>;
  /** What a reader must know: a strategy that is off on these bars. */
  readonly notes: readonly string[];
}

/**
 * Wires the whole system for some pairs and a bar interval. Shorter bars than the decision interval
 * carry fills, marks and the drawdown; signals live on decision bars.
 * @throws FathomError E_SYSTEM_INTERVAL, E_SYSTEM_PAIR, E_SYSTEM_STRATEGIES, E_STRATEGY_DESIRES, E_CFG_SPAN,
 * E_CFG_STRATEGY, E_CFG_PAIR, E_MODEL_SCHEDULE, E_MODEL_FEATURE
 */
export function createSystem(options: SystemOptions): System {
  const { config, symbols, interval, start = Number.NEGATIVE_INFINITY } = options;
  const decision = decisionInterval(config, interval);
  const { reference } = config.regime;
  requirePair(reference, symbols, "regime.reference");
  const traded = options.traded ?? symbols;
  for (const symbol of traded) requirePair(symbol, symbols, "pairs");
  const twice = traded.find((symbol, p) => traded.indexOf(symbol) < p);
  if (twice !== undefined) {
    throw new FathomError(
      "E_SYSTEM_PAIR",
      `system: found ${twice} twice among the traded pairs; name it once`,
    );
  }

  const plan = createPlan();
  const time = plan.input("time");
  const operator = plan.input("operator");
  const pairBars: PairBars[] = symbols.map((symbol) => ({
    symbol,
    bars: Object.fromEntries(BAR_FIELDS.map((f) => [f, plan.input(`${symbol}.${f}`)])) as Slots<BarColumns>,
  }));
  const outside =
    config.regime.source === "computed"
      ? undefined
      : { value: plan.input("outside.value"), age: plan.input("outside.age") };

  const strategies = allStrategies(config.strategies, options.strategies ?? [], symbols);
  const multipliers = multipliersOf(strategies, config.sizing.multipliers);
  const notes: string[] = [];
  const build = (inner: Plan, at: Slot, bars: readonly PairBars[], extra?: Record<string, Slot>): Signals => {
    const of = (symbol: string) => bars[symbols.indexOf(symbol)];
    const outsideSlots = extra && { value: extra.value, age: extra.age };
    const market = createMarket(inner, config, at, traded.map(of), of(reference), decision, outsideSlots);
    return addSignals(market, config, strategies, multipliers, options.models ?? [], decision, notes);
  };
  const signals =
    decision === interval
      ? build(plan, time, pairBars, outside)
      : plan.add(
          every(
            decision,
            { interval, pairs: symbols.length, extra: Object.keys(outside ?? {}) },
            (inner, slots) =>
              build(
                inner,
                slots.time,
                pairBars.map(({ symbol }, p) => ({ symbol, bars: slots.pairs[p] })),
                outside && slots.extra,
              ),
          ),
          { time, pairs: pairBars.map((p) => p.bars), extra: { ...outside } },
          "decision",
        );

  const rules: TradedPair[] = traded.map((symbol) => ({
    symbol,
    rules: rulesOf(config, symbol),
    universeIndex: universeIndex(symbol),
  }));
  const clock = { interval, decision, start };
  const terms = termsOf(config, rules, clock, strategies.length, DAY * config.regime.stale_after);
  const { account, sizing, band, retry, risk, execution, fees, downtime, seed } = config;
  const identity = {
    config: JSON.stringify({ account, sizing, band, retry, risk, execution, fees, downtime, seed }),
    pairs: JSON.stringify(rules),
    strategies: strategies.map((s) => s.name).join(),
    staleAfter: terms.staleAfter,
  };
  const money = plan.add(portfolio(terms, relationBars(config, decision), identity), {
    time,
    operator,
    ...(signals.outsideAge.length > 0 ? { indexAge: signals.outsideAge[0] } : {}),
    pairs: traded.map((symbol, p) => ({
      ...pairBars[symbols.indexOf(symbol)].bars,
      ...wanted(signals.pairs[p]),
    })),
  });
  return {
    plan,
    symbols,
    traded,
    strategies: strategies.map((s) => s.name),
    multipliers: Object.fromEntries(strategies.map(({ name }, s) => [name, multipliers[s]])),
    interval,
    start,
    lookback: Math.max(...plan.slots.map((s) => s.lookback)),
    inputs: { time, operator, pairs: pairBars.map((p) => p.bars), outside },
    signals,
    portfolio: money,
    notes: [...new Set(notes)],
  };
}

/** ms between decisions: the configured hours, or the bar where that is longer. */
function decisionInterval(config: EngineConfig, interval: number): number {
  const wanted = config.decision.interval * HOUR;
  const decision = wanted > interval ? wanted : interval;
  if (!(interval > 0 && DAY % interval === 0 && DAY % decision === 0 && decision % interval === 0)) {
    throw new FathomError(
      "E_SYSTEM_INTERVAL",
      `system: bars of ${interval / 60_000} min with decisions every ${decision / 60_000} min, expected bars that divide a day and decisions that are whole bars and divide a day (decision.interval)`,
      { interval, decision },
    );
  }
  return decision;
}

function requirePair(symbol: string, symbols: readonly string[], setting: string): void {
  if (symbols.includes(symbol)) return;
  throw new FathomError(
    "E_SYSTEM_PAIR",
    `system: ${symbol} is not in the panel, found ${symbols.join(", ")}; load it too (${setting}).${didYouMean(symbol, symbols)}`,
    { symbol },
  );
}

/** Built-in rules with config's overrides. @throws FathomError E_CFG_PAIR for a pair without complete rules. */
export function rulesOf(config: EngineConfig, symbol: string): PairRules {
  const parsed = pairRules.safeParse({ ...krakenRules[symbol], ...config.pairs[symbol] });
  if (parsed.success) return parsed.data;
  const missing = parsed.error.issues.map((i) => i.path.join(".")).join(", ");
  throw new FathomError(
    "E_CFG_PAIR",
    `pairs.${symbol}: ${symbol} is not a pair of the universe and config gives it no ${missing}; add a [pairs.${symbol}] section with tick, lot_decimals, cost_decimals, ordermin, costmin and half_spread`,
    { symbol },
  );
}
