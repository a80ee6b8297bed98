import type { EngineConfig } from "../../engine/config.ts";
import { DAY } from "../../engine/market/bars.ts";
import type { Account } from "./account.ts";
import type { Broker } from "./broker.ts";
import { correlationBetween, type PairStatistics } from "./pair-statistics.ts";

/** Why an order was refused: the first rule that failed. */
export interface Breach {
  rule: string;
  measure: number;
  bound: number;
}

/** An order that is about to be sent. */
export interface Proposal {
  pair: string;
  quantity: number;
  close: number;
  equity: number;
  quiet: boolean;
  indexAge: number;
}

/** All that an exit or reduction faces. */
export function checkMinima(broker: Broker, { pair, quantity, close }: Proposal): Breach | undefined {
  const { ordermin, costmin } = broker.rulesOf(pair);
  if (quantity < ordermin) return { rule: "ordermin", measure: quantity, bound: ordermin };
  if (quantity * close < costmin) return { rule: "costmin", measure: quantity * close, bound: costmin };
  return undefined;
}

/** Shares of equity may exceed their bound by rounding: a target at the cap is not refused for its last bit. */
const exceeds = (share: number, bound: number): boolean => share > bound * (1 + 1e-12);

/** The checks of entries and increases. */
export class RiskManager {
  private readonly config: EngineConfig;
  private readonly account: Account;
  private readonly broker: Broker;
  private readonly statistics: Map<string, PairStatistics>;

  constructor(
    config: EngineConfig,
    account: Account,
    broker: Broker,
    statistics: Map<string, PairStatistics>,
  ) {
    this.config = config;
    this.account = account;
    this.broker = broker;
    this.statistics = statistics;
  }

  /** The order's pair must have no open order: what it replaces is gone. */
  check(order: Proposal): Breach | undefined {
    const { risk, regime } = this.config;
    const value = order.quantity * order.close;
    const own = this.statistics.get(order.pair) as PairStatistics;
    if (order.quiet) return { rule: "downtime", measure: 1, bound: 0 };
    if (!(own.dailyVolume > 0)) return { rule: "history", measure: own.dailyVolume || 0, bound: 0 };
    const stale = regime.stale_after * DAY;
    if (order.indexAge > stale) return { rule: "index-stale", measure: order.indexAge, bound: stale };
    if (value < risk.min_usd) return { rule: "min-usd", measure: value, bound: risk.min_usd };
    return checkMinima(this.broker, order) ?? this.checkBook(order, value) ?? this.checkCorrelation(order);
  }

  private checkBook({ pair, equity }: Proposal, value: number): Breach | undefined {
    const { risk } = this.config;
    const values = new Map([...this.account.positions.keys()].map((p) => [p, this.bookValue(p)]));
    values.set(pair, this.bookValue(pair) + value);

    const position = (values.get(pair) as number) / equity;
    if (exceeds(position, risk.position))
      return { rule: "position", measure: position, bound: risk.position };
    const sorted = [...values.values()].sort((a, b) => b - a);
    const leverage = sorted.reduce((sum, v) => sum + v, 0) / equity;
    if (exceeds(leverage, risk.leverage))
      return { rule: "leverage", measure: leverage, bound: risk.leverage };
    const pairs = 1 + this.otherPairs(pair).length;
    if (pairs > risk.pairs) return { rule: "pairs", measure: pairs, bound: risk.pairs };
    const top3 = sorted.slice(0, 3).reduce((sum, v) => sum + v, 0) / equity;
    if (exceeds(top3, risk.top3)) return { rule: "top-3", measure: top3, bound: risk.top3 };
    return undefined;
  }

  private checkCorrelation({ pair }: Proposal): Breach | undefined {
    if (this.account.position(pair).quantity > 0) return undefined; // only entries
    const { correlation: bound, correlation_present: least } = this.config.risk;
    const own = this.statistics.get(pair) as PairStatistics;
    for (const other of this.otherPairs(pair)) {
      const { correlation, present } = correlationBetween(own, this.statistics.get(other) as PairStatistics);
      if (present < least) return { rule: "correlation", measure: present, bound: least };
      if (correlation > bound) return { rule: "correlation", measure: correlation, bound };
    }
    return undefined;
  }

  /** Held value and open buys at the close. */
  private bookValue(pair: string): number {
    const { quantity, lastClose } = this.account.position(pair);
    const order = this.broker.openOrder(pair);
    return (quantity + (order?.side === "buy" ? order.remaining : 0)) * lastClose;
  }

  /** The other pairs held or with an open buy; one whose open order sells all of it no longer counts. */
  private otherPairs(pair: string): string[] {
    return [...this.account.positions.keys()].filter((other) => {
      if (other === pair) return false;
      const { quantity } = this.account.position(other);
      const order = this.broker.openOrder(other);
      if (order?.side === "buy") return true;
      return quantity > 0 && !(order?.side === "sell" && order.remaining >= quantity);
    });
  }
}

/** Peak, drawdown and halt of the whole account. */
export class DrawdownGuard {
  halted = false;
  private peak: number;
  private haltedAt = 0;
  private readonly config: EngineConfig["risk"];

  constructor(config: EngineConfig["risk"], equity: number) {
    this.config = config;
    this.peak = equity;
  }

  update(time: number, equity: number): void {
    const { drawdown, reset_after_days } = this.config;
    if (this.halted && reset_after_days > 0 && time - this.haltedAt >= reset_after_days * DAY) {
      this.halted = false;
      this.peak = equity;
    }
    this.peak = Math.max(this.peak, equity);
    if (!this.halted && 1 - equity / this.peak > drawdown) {
      this.halted = true;
      this.haltedAt = time;
    }
  }
}
