import type { EngineConfig } from "../../engine/config.ts";
import { HOUR, type Panel } from "../../engine/market/bars.ts";
import { Account } from "./account.ts";
import { rowsOf } from "./bar.ts";
import { Broker, type Fill, type Order } from "./broker.ts";
import { PairStatistics } from "./pair-statistics.ts";
import { QuantileMap, RegimeClassifier, VolatilityIndex } from "./regime.ts";
import { DrawdownGuard, RiskManager } from "./risk.ts";
import { wishesOf } from "./selector.ts";
import { makeStrategies } from "./strategies.ts";
import { type Refusal, Trader } from "./trader.ts";

export interface ObjectRun {
  /** USD at each close. */
  equity: number[];
  /** 0 RISK_ON, 1 NEUTRAL, 2 RISK_OFF, 3 PANIC; NaN while unknown. */
  regime: number[];
  orders: Order[];
  fills: Fill[];
  refusals: Refusal[];
}

/**
 * The whole system as most backtesters are written: one object a bar, callbacks, indicators that are
 * updated bar by bar. It is the baseline of the speed comparison and an independent reading of the rules,
 * with which the vectorized engine must agree.
 * @param options.start first close that may trade, ms UTC; all of them unless given.
 */
export function runObjectEngine(
  panel: Panel,
  config: EngineConfig,
  options: { start?: number } = {},
): ObjectRun {
  const { interval } = panel;
  if (interval < HOUR || config.decision.interval * HOUR > interval) {
    throw new Error(`object engine: needs decisions at every bar of at least 1 h, found ${interval} ms bars`);
  }
  const { reference, source } = config.regime;
  const strategies = makeStrategies(config, interval);
  const statistics = new Map(panel.symbols.map((pair) => [pair, new PairStatistics(config, interval)]));
  const computedIndex = new VolatilityIndex(config.regime.index, interval);
  const quantiles = config.regime.mapping === "quantile3y" ? new QuantileMap(interval) : undefined;
  const classifier = new RegimeClassifier(config.regime, interval);
  const account = new Account(config.account.initial_cash);
  for (const pair of panel.symbols) account.position(pair); // so that positions stand in the panel's order
  const broker = new Broker(config, account, interval);
  const risk = new RiskManager(config, account, broker, statistics);
  const trader = new Trader(config, account, broker, risk, statistics);
  const guard = new DrawdownGuard(config.risk, config.account.initial_cash);
  const start = options.start ?? Number.NEGATIVE_INFINITY;
  const run: ObjectRun = {
    equity: [],
    regime: [],
    orders: broker.orders,
    fills: broker.fills,
    refusals: trader.refusals,
  };

  rowsOf(panel).forEach((row, i) => {
    const time = panel.time[i];
    broker.onOpen(row);

    const eligible = new Set<string>();
    for (const [pair, bar] of row) {
      account.position(pair).lastClose = bar.close;
      const pairStatistics = statistics.get(pair) as PairStatistics;
      pairStatistics.update(bar);
      if (pairStatistics.eligible) eligible.add(pair);
    }
    const equity = account.equity();
    guard.update(time, equity);
    broker.onClose(time);

    const referenceBar = row.get(reference);
    let index = referenceBar === undefined ? Number.NaN : computedIndex.update(referenceBar.close);
    let indexAge = 0;
    if (source !== "computed" && panel.outside !== undefined) {
      index = panel.outside.value[i] * config.regime.source_scale[source];
      indexAge = panel.outside.age[i];
    }
    if (quantiles !== undefined) index = quantiles.update(index);
    if (referenceBar !== undefined) classifier.update(time, referenceBar.close, index);

    const { panicPeak, regime } = classifier;
    const market = { time, row, reference, eligible, index, panicPeak };
    for (const strategy of strategies.values()) strategy.onBar(market);
    if (time >= start) {
      const wishes = wishesOf(config, classifier, strategies, eligible);
      trader.onClose({ time, row, wishes, halted: guard.halted, indexAge });
    }
    run.equity.push(equity);
    run.regime.push(regime);
  });
  return run;
}
