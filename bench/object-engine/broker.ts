import type { EngineConfig } from "../../engine/config.ts";
import { fmix32 } from "../../engine/execution/latency.ts";
import { DAY, MINUTE } from "../../engine/market/bars.ts";
import { feeTier } from "../../engine/market/fee-schedule.ts";
import {
  krakenRules,
  type PairRules,
  roundDown,
  roundUp,
  scaleOf,
  stepsPerUnit,
} from "../../engine/market/pair-rules.ts";
import { type Account, nearestLot } from "./account.ts";
import type { Bar, Row } from "./bar.ts";
import type { PairStatistics } from "./pair-statistics.ts";

export type Side = "buy" | "sell";

export interface Order {
  id: number;
  time: number;
  pair: string;
  strategy: string;
  side: Side;
  kind: "entry" | "increase" | "reduction" | "exit" | "flatten";
  quantity: number;
  remaining: number;
  /** Close of the bar at which it was decided. */
  price: number;
  target: number;
  latency: number;
  deviation: number;
  dailyDeviation: number;
  dailyVolume: number;
  barsLived: number;
  status: "open" | "filled" | "expired" | "downtime" | "replaced" | "no cash";
}

export interface Fill {
  time: number;
  pair: string;
  strategy: string;
  side: Side;
  quantity: number;
  price: number;
  fee: number;
}

export type OrderRequest = Pick<
  Order,
  "time" | "pair" | "strategy" | "side" | "kind" | "quantity" | "price" | "target"
>;

const UNIVERSE = Object.keys(krakenRules);

/** Takes orders, fills them against bars, and books the fills. */
export class Broker {
  readonly orders: Order[] = [];
  readonly fills: Fill[] = [];
  private readonly config: EngineConfig;
  private readonly account: Account;
  private readonly interval: number;
  private readonly names: string[];
  private readonly rules = new Map<string, PairRules>();
  private open: Order[] = [];

  constructor(config: EngineConfig, account: Account, interval: number) {
    this.config = config;
    this.account = account;
    this.interval = interval;
    this.names = [...UNIVERSE, ...Object.keys(config.pairs).filter((pair) => !UNIVERSE.includes(pair))];
  }

  rulesOf(pair: string): PairRules {
    let rules = this.rules.get(pair);
    if (rules === undefined) {
      rules = { ...krakenRules[pair], ...this.config.pairs[pair] } as PairRules;
      if (rules.tick === undefined) throw new Error(`object engine: no pair rules for ${pair}`);
      this.rules.set(pair, rules);
    }
    return rules;
  }

  openOrder(pair: string): Order | undefined {
    return this.open.find((order) => order.pair === pair);
  }

  submit(request: OrderRequest, statistics: PairStatistics): Order {
    const { deviation, dailyDeviation, dailyVolume } = statistics;
    const order: Order = {
      ...request,
      id: this.orders.length,
      remaining: request.quantity,
      latency: this.latencyOf(request.pair, request.time),
      deviation,
      dailyDeviation,
      dailyVolume,
      barsLived: 0,
      status: "open",
    };
    this.orders.push(order);
    this.open.push(order);
    return order;
  }

  cancel(order: Order, status: Order["status"]): void {
    order.status = status;
    this.open = this.open.filter((other) => other !== order);
  }

  /** Fills at the open of a new bar, in the order in which orders were sent. */
  onOpen(row: Row): void {
    for (const order of [...this.open]) {
      const bar = row.get(order.pair);
      if (bar !== undefined) this.fillSlice(order, bar);
    }
  }

  /** Ends what is too old, and at a 02:45 inside the bar everything. */
  onClose(time: number): void {
    const { start, transition } = this.config.downtime;
    const quietFrom = (start - transition) * MINUTE;
    const dayOf = (t: number) => Math.floor((t - quietFrom) / DAY);
    const transitionBegan = dayOf(time) > dayOf(time - this.interval);
    for (const order of [...this.open]) {
      order.barsLived++;
      if (transitionBegan) this.cancel(order, "downtime");
      else if (order.barsLived >= this.config.execution.life) this.cancel(order, "expired");
    }
  }

  private latencyOf(pair: string, time: number): number {
    const { min, max } = this.config.execution.latency;
    const h = fmix32(fmix32(fmix32(this.config.seed) ^ this.names.indexOf(pair)) ^ Math.floor(time / MINUTE));
    return min + ((max - min) * h) / 2 ** 32;
  }

  private fillSlice(order: Order, bar: Bar): void {
    const { participation, volume_scale } = this.config.execution;
    const rules = this.rulesOf(order.pair);
    const lots = scaleOf(rules.lot_decimals);
    const most = roundDown(participation * bar.volume * volume_scale, lots);
    let quantity = Math.min(order.remaining, most);
    if (!(quantity > 0)) return;

    const openTime = bar.time - this.interval;
    const { taker } = feeTier(this.config.fees, openTime, this.account.recentVolume(openTime));
    const feeOf = (cost: number) => roundUp(cost * taker, scaleOf(rules.cost_decimals));
    let price = this.priceOf(order, quantity, bar);
    let poor = false;
    if (order.side === "buy") {
      const { cash } = this.account;
      const spends = (q: number) => q * price + feeOf(q * price);
      if (spends(quantity) > cash) {
        poor = true;
        quantity = roundDown(Math.max(0, cash) / (price * (1 + taker)), lots);
        while (quantity > 0 && spends(quantity) > cash) quantity = nearestLot(quantity - 1 / lots, lots);
        if (quantity > 0) price = this.priceOf(order, quantity, bar);
      }
    }
    if (quantity > 0) this.book(order, openTime, quantity, price, feeOf(quantity * price), lots);
    if (order.remaining === 0) this.cancel(order, "filled");
    else if (poor) this.cancel(order, "no cash");
  }

  private book(order: Order, time: number, quantity: number, price: number, fee: number, lots: number): void {
    const { pair, strategy, side } = order;
    if (side === "buy") this.account.buy(time, pair, strategy, quantity, price, fee, lots);
    else this.account.sell(time, pair, quantity, price, fee, lots);
    order.remaining = nearestLot(order.remaining - quantity, lots);
    this.fills.push({ time, pair, strategy, side, quantity, price, fee });
  }

  /** Pessimistic: the open, moved against us by half-spread, latency drift and impact, to the next tick. */
  private priceOf(order: Order, quantity: number, bar: Bar): number {
    const { slippage, volume_scale } = this.config.execution;
    const { tick, half_spread } = this.rulesOf(order.pair);
    const halfSpread = Math.max(tick / 2 / bar.open, half_spread);
    const drift = slippage.drift * (order.deviation || 0) * Math.sqrt(order.latency / this.interval);
    const dailyVolume = order.dailyVolume > 0 ? order.dailyVolume : bar.volume * volume_scale;
    const impact =
      (2 / 3) * slippage.impact * (order.dailyDeviation || 0) * Math.sqrt(quantity / dailyVolume);
    const adverse = halfSpread + drift + impact;
    if (order.side === "buy") return roundUp(bar.open * (1 + adverse), stepsPerUnit(tick));
    const price = roundDown(Math.max(0, bar.open * (1 - adverse)), stepsPerUnit(tick));
    return Math.max(price, Math.min(tick, bar.open));
  }
}
