import type { EngineConfig } from "../../engine/config.ts";
import { DAY, MINUTE } from "../../engine/market/bars.ts";
import { roundDown, scaleOf } from "../../engine/market/pair-rules.ts";
import type { Account } from "./account.ts";
import type { Row } from "./bar.ts";
import type { Broker, Side } from "./broker.ts";
import type { PairStatistics } from "./pair-statistics.ts";
import { RefusalMemory } from "./refusal-memory.ts";
import { type Breach, checkMinima, type Proposal, type RiskManager } from "./risk.ts";
import type { Wish } from "./selector.ts";

export interface Refusal extends Breach {
  time: number;
  pair: string;
  strategy: string;
  side: Side;
}

/** The situation at the close at which orders are decided. */
export interface Close {
  time: number;
  row: Row;
  wishes: Map<string, Wish>;
  halted: boolean;
  indexAge: number;
}

/** A pair that is to change, and to what value. */
interface Change {
  pair: string;
  strategy: string;
  desire: number;
  targetValue: number;
  /** Target less held value; the side of the new order. */
  difference: number;
}

/** Turns wishes into orders. */
export class Trader {
  readonly refusals: Refusal[] = [];
  private readonly config: EngineConfig;
  private readonly account: Account;
  private readonly broker: Broker;
  private readonly risk: RiskManager;
  private readonly statistics: Map<string, PairStatistics>;
  private readonly memory: RefusalMemory;
  private readonly refusedExits = new Set<string>();

  constructor(
    config: EngineConfig,
    account: Account,
    broker: Broker,
    risk: RiskManager,
    statistics: Map<string, PairStatistics>,
  ) {
    this.config = config;
    this.account = account;
    this.broker = broker;
    this.risk = risk;
    this.statistics = statistics;
    this.memory = new RefusalMemory(config.retry);
  }

  /** Reductions and exits in the pairs' order, then entries and increases by desire. */
  onClose(close: Close): void {
    const quiet = this.isQuiet(close.time);
    const equity = this.account.equity();
    const changes: Change[] = [];
    for (const pair of close.row.keys()) {
      const wish = close.halted ? undefined : close.wishes.get(pair);
      const position = this.account.position(pair);
      if (wish !== undefined && position.quantity > 0) position.holder = wish.strategy;
      this.memory.review(close.time, pair, wish, quiet);
      const change = this.changeOf(pair, wish, equity);
      if (change !== undefined) changes.push(change);
    }
    const canReduce = !quiet || close.halted;
    for (const change of changes) if (change.difference <= 0 && canReduce) this.reduce(change, close);
    const increases = changes.filter((change) => change.difference > 0);
    increases.sort((a, b) => b.desire - a.desire);
    for (const change of increases) this.increase(change, close, equity, quiet);
  }

  private changeOf(pair: string, wish: Wish | undefined, equity: number): Change | undefined {
    const { quantity, lastClose, holder } = this.account.position(pair);
    const order = this.broker.openOrder(pair);
    const pending = order === undefined ? 0 : order.side === "buy" ? order.remaining : -order.remaining;
    const targetValue = wish === undefined ? 0 : wish.weight * equity;
    const lots = scaleOf(this.broker.rulesOf(pair).lot_decimals);
    if (targetValue === 0) {
      if (quantity + pending < 0.5 / lots) return undefined; // flat, or all of it is being sold
    } else {
      this.refusedExits.delete(pair);
      const projected = (quantity + pending) * lastClose;
      const { min_usd, share } = this.config.band;
      const band = Math.max(min_usd, share * Math.max(targetValue, projected));
      if (Math.abs(targetValue - projected) < band) return undefined;
    }
    return {
      pair,
      strategy: wish?.strategy ?? (holder || (order?.strategy ?? "")),
      desire: wish?.desire ?? 0,
      targetValue,
      difference: targetValue - quantity * lastClose,
    };
  }

  private reduce({ pair, strategy, targetValue, difference }: Change, { time, halted }: Close): void {
    this.cancelOpen(pair);
    const { quantity: held, lastClose: price } = this.account.position(pair);
    if (held === 0) return;
    const lots = scaleOf(this.broker.rulesOf(pair).lot_decimals);
    const isExit = targetValue === 0;
    const quantity = isExit ? held : Math.min(held, roundDown(-difference / price, lots));
    const breach = checkMinima(this.broker, { pair, quantity, close: price } as Proposal);
    if (breach !== undefined) {
      if (isExit && this.refusedExits.has(pair)) return;
      if (isExit) this.refusedExits.add(pair);
      this.refusals.push({ time, pair, strategy, side: "sell", ...breach });
      return;
    }
    const kind = halted ? "flatten" : isExit ? "exit" : "reduction";
    this.submit({ time, pair, strategy, side: "sell", kind, quantity, price, target: targetValue });
  }

  private increase(change: Change, { time, indexAge }: Close, equity: number, quiet: boolean): void {
    const { pair, strategy, desire, targetValue, difference } = change;
    if (this.memory.has(pair)) return;
    this.cancelOpen(pair);
    const { quantity: held, lastClose: price } = this.account.position(pair);
    const quantity = roundDown(difference / price, scaleOf(this.broker.rulesOf(pair).lot_decimals));
    const breach = this.risk.check({ pair, quantity, close: price, equity, quiet, indexAge });
    if (breach !== undefined) {
      this.refusals.push({ time, pair, strategy, side: "buy", ...breach });
      this.memory.remember(pair, { time, strategy, desire, rule: breach.rule });
      return;
    }
    const kind = held === 0 ? "entry" : "increase";
    this.submit({ time, pair, strategy, side: "buy", kind, quantity, price, target: targetValue });
  }

  private submit(request: Parameters<Broker["submit"]>[0]): void {
    this.broker.submit(request, this.statistics.get(request.pair) as PairStatistics);
  }

  private cancelOpen(pair: string): void {
    const order = this.broker.openOrder(pair);
    if (order !== undefined) this.broker.cancel(order, "replaced");
  }

  private isQuiet(time: number): boolean {
    const { start, end, transition } = this.config.downtime;
    const minute = (time % DAY) / MINUTE;
    return minute >= start - transition && minute < end;
  }
}
