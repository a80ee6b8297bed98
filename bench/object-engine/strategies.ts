import type { EngineConfig } from "../../engine/config.ts";
import { barsIn, type Row } from "./bar.ts";
import { Beta, Deviation, Ema, Returns, SchmittTrigger } from "./indicators.ts";
import { BreakoutRule, type PairRule, ReboundRule, ReversionRule, TrendRule } from "./pair-rules.ts";
import { correlationBars } from "./pair-statistics.ts";

/** What a strategy sees at a close. */
export interface Market {
  time: number;
  row: Row;
  reference: string;
  eligible: Set<string>;
  index: number;
  /** Highest index of the present PANIC, NaN outside. */
  panicPeak: number;
}

/** Called once a bar; then asked for its desire in [0, 1] for each pair. */
export interface Strategy {
  readonly name: string;
  readonly multiplier: number;
  onBar(market: Market): void;
  desire(pair: string): number;
}

type Settings = EngineConfig["strategies"];

/** The same rule for every pair, each on its own. */
class PerPairStrategy implements Strategy {
  readonly name: string;
  readonly multiplier: number;
  private readonly makeRule: () => PairRule;
  private readonly rules = new Map<string, PairRule>();

  constructor(name: string, multiplier: number, makeRule: () => PairRule) {
    this.name = name;
    this.multiplier = multiplier;
    this.makeRule = makeRule;
  }

  onBar({ row }: Market): void {
    for (const [pair, bar] of row) {
      let rule = this.rules.get(pair);
      if (rule === undefined) {
        rule = this.makeRule();
        this.rules.set(pair, rule);
      }
      rule.update(bar);
    }
  }

  desire(pair: string): number {
    return this.rules.get(pair)?.desire ?? 0;
  }
}

class DefensiveHedge implements Strategy {
  readonly name = "DefensiveHedge";
  readonly multiplier = 0.5;
  private readonly settings: Settings["defensive_hedge"];
  private readonly window: number;
  private readonly interval: number;
  private readonly pairs = new Map<
    string,
    { returns: Returns; beta: Beta; ema: Ema; trigger: SchmittTrigger }
  >();
  private chosen: string[] = [];

  constructor(config: EngineConfig, interval: number) {
    this.settings = config.strategies.defensive_hedge;
    this.window = correlationBars(config, interval);
    this.interval = interval;
  }

  onBar({ row, reference, eligible }: Market): void {
    const returns = new Map<string, number>();
    for (const [pair, { close }] of row) {
      const state = this.stateOf(pair);
      returns.set(pair, state.returns.update(close));
      const ema = state.ema.update(close);
      state.trigger.update(close > ema, close < (1 - this.settings.exit) * ema);
    }
    const market = returns.get(reference) ?? Number.NaN;
    const betas: { pair: string; beta: number }[] = [];
    for (const [pair, r] of returns) {
      const measured = this.stateOf(pair).beta.update(market, r);
      const beta = pair === reference && !Number.isNaN(measured) ? 1 : measured;
      if (eligible.has(pair) && !Number.isNaN(beta)) betas.push({ pair, beta });
    }
    betas.sort((a, b) => a.beta - b.beta);
    this.chosen = betas.slice(0, this.settings.pairs).map(({ pair }) => pair);
  }

  desire(pair: string): number {
    return this.chosen.includes(pair) && this.stateOf(pair).trigger.on ? this.settings.desire : 0;
  }

  private stateOf(pair: string) {
    let state = this.pairs.get(pair);
    if (state === undefined) {
      state = {
        returns: new Returns(),
        beta: new Beta(this.window),
        ema: new Ema(barsIn(this.settings.ema, this.interval)),
        trigger: new SchmittTrigger(),
      };
      this.pairs.set(pair, state);
    }
    return state;
  }
}

class StableAllocator implements Strategy {
  readonly name = "StableAllocator";
  readonly multiplier = 0.5;
  private readonly settings: Settings["stable_allocator"];
  private readonly window: number;
  private readonly pairs = new Map<string, { returns: Returns; deviation: Deviation }>();
  private chosen = "";

  constructor(settings: Settings["stable_allocator"], interval: number) {
    this.settings = settings;
    this.window = barsIn(settings.window, interval);
  }

  onBar({ row, eligible, index, panicPeak }: Market): void {
    let calmest = "";
    let least = Number.POSITIVE_INFINITY;
    for (const [pair, { close }] of row) {
      let state = this.pairs.get(pair);
      if (state === undefined) {
        state = { returns: new Returns(), deviation: new Deviation(this.window) };
        this.pairs.set(pair, state);
      }
      const deviation = state.deviation.update(state.returns.update(close));
      if (eligible.has(pair) && deviation < least) {
        least = deviation;
        calmest = pair;
      }
    }
    this.chosen = index <= this.settings.calm * panicPeak ? calmest : "";
  }

  desire(pair: string): number {
    return pair === this.chosen ? this.settings.desire : 0;
  }
}

/** The six strategies by name, with the multipliers that config overrides. */
export function makeStrategies(config: EngineConfig, interval: number): Map<string, Strategy> {
  const s = config.strategies;
  const reversionBars = barsIn(s.mean_reversion.window, interval);
  const strategies: Strategy[] = [
    new PerPairStrategy("TrendFollower", 2, () => new TrendRule(s.trend_follower, interval)),
    new PerPairStrategy("VolatilitySwing", 1.5, () => new BreakoutRule(s.volatility_swing, interval)),
    new DefensiveHedge(config, interval),
    new StableAllocator(s.stable_allocator, interval),
    new PerPairStrategy("Recovery", 1, () => new ReboundRule(s.recovery, interval)),
  ];
  if (reversionBars >= s.mean_reversion.least_bars) {
    strategies.push(
      new PerPairStrategy("MeanReversion", 1, () => new ReversionRule(s.mean_reversion, interval)),
    );
  }
  return new Map(strategies.map((strategy) => [strategy.name, strategy]));
}
