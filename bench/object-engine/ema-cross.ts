import { Ema } from "./indicators.ts";

interface PriceBar {
  open: number;
  close: number;
}

export interface RoundTrip {
  entryBar: number;
  entryPrice: number;
  exitBar: number;
  exitPrice: number;
  quantity: number;
  /** After both fees. */
  profit: number;
}

const INITIAL_CASH = 100_000;

/** Holds everything while the fast average of closes is above the slow one, else nothing. */
class EmaCrossStrategy {
  wantsLong = false;
  private readonly fast: Ema;
  private readonly slow: Ema;

  constructor(fast: number, slow: number) {
    this.fast = new Ema(fast);
    this.slow = new Ema(slow);
  }

  onBar(bar: PriceBar): void {
    this.wantsLong = this.fast.update(bar.close) > this.slow.update(bar.close);
  }
}

class AllInBroker {
  cash = INITIAL_CASH;
  quantity = 0;
  readonly trades: RoundTrip[] = [];
  private readonly fee: number;
  private order: "buy" | "sell" | undefined;
  private entryBar = 0;
  private entryPrice = 0;
  private spent = 0;

  constructor(fee: number) {
    this.fee = fee;
  }

  submit(order: "buy" | "sell"): void {
    this.order = order;
  }

  onOpen(bar: PriceBar, i: number): void {
    if (this.order === "buy") {
      this.quantity = this.cash / (bar.open * (1 + this.fee));
      this.spent = this.cash;
      this.cash = 0;
      this.entryBar = i;
      this.entryPrice = bar.open;
    } else if (this.order === "sell") {
      const { quantity, entryBar, entryPrice } = this;
      this.cash = quantity * bar.open * (1 - this.fee);
      this.quantity = 0;
      const profit = this.cash - this.spent;
      this.trades.push({ entryBar, entryPrice, exitBar: i, exitPrice: bar.open, quantity, profit });
    }
    this.order = undefined;
  }
}

/**
 * EMA cross on one pair with an object a bar: long or flat with the whole account of $100,000, filled at the
 * next open for a fixed fee (fraction). Returns equity at each close and the closed round trips.
 */
export function runObjectEmaCross(
  columns: { readonly open: ArrayLike<number>; readonly close: ArrayLike<number> },
  fast: number,
  slow: number,
  fee: number,
): { equity: number[]; trades: RoundTrip[] } {
  const bars: PriceBar[] = [];
  for (let i = 0; i < columns.close.length; i++) {
    bars.push({ open: columns.open[i], close: columns.close[i] });
  }
  const strategy = new EmaCrossStrategy(fast, slow);
  const broker = new AllInBroker(fee);
  const equity: number[] = [];
  bars.forEach((bar, i) => {
    broker.onOpen(bar, i);
    strategy.onBar(bar);
    if (strategy.wantsLong && broker.quantity === 0) broker.submit("buy");
    else if (!strategy.wantsLong && broker.quantity > 0) broker.submit("sell");
    equity.push(broker.cash + broker.quantity * bar.close);
  });
  return { equity, trades: broker.trades };
}
