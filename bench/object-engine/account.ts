import { FEE_WINDOW } from "../../engine/market/fee-schedule.ts";

interface Lot {
  quantity: number;
  price: number;
  fee: number;
}

export interface Position {
  quantity: number;
  /** Open lots, oldest first. */
  lots: Lot[];
  /** The strategy that holds the pair, "" when flat. */
  holder: string;
  lastClose: number;
}

/** Cash, positions in FIFO lots, and the account's own traded volume. */
export class Account {
  cash: number;
  readonly positions = new Map<string, Position>();
  realisedByPrice = 0;
  realisedAfterFees = 0;
  private readonly traded: { time: number; value: number }[] = [];

  constructor(cash: number) {
    this.cash = cash;
  }

  position(pair: string): Position {
    let position = this.positions.get(pair);
    if (position === undefined) {
      position = { quantity: 0, lots: [], holder: "", lastClose: 0 };
      this.positions.set(pair, position);
    }
    return position;
  }

  equity(): number {
    let sum = this.cash;
    for (const { quantity, lastClose } of this.positions.values()) sum += quantity * lastClose;
    return sum;
  }

  /** USD traded in the 30 days before `time`; fills of that very moment do not count. */
  recentVolume(time: number): number {
    while (this.traded.length > 0 && this.traded[0].time < time - FEE_WINDOW) this.traded.shift();
    return this.traded.reduce((sum, fill) => (fill.time < time ? sum + fill.value : sum), 0);
  }

  /** @param lots per unit: quantities are whole multiples of 1 / lots. */
  buy(
    time: number,
    pair: string,
    strategy: string,
    quantity: number,
    price: number,
    fee: number,
    lots: number,
  ): void {
    const position = this.position(pair);
    if (position.quantity === 0) position.holder = strategy;
    position.lots.push({ quantity, price, fee });
    position.quantity = nearestLot(position.quantity + quantity, lots);
    this.cash -= quantity * price + fee;
    this.traded.push({ time, value: quantity * price });
  }

  /** Sells the oldest lots first; a lot's own fee is shared by quantity. */
  sell(time: number, pair: string, quantity: number, price: number, fee: number, lots: number): void {
    const position = this.position(pair);
    let left = quantity;
    this.realisedAfterFees -= fee;
    while (left > 0 && position.lots.length > 0) {
      const lot = position.lots[0];
      const taken = Math.min(left, lot.quantity);
      const feeShare = (lot.fee * taken) / lot.quantity;
      this.realisedByPrice += taken * (price - lot.price);
      this.realisedAfterFees += taken * (price - lot.price) - feeShare;
      lot.fee -= feeShare;
      lot.quantity = nearestLot(lot.quantity - taken, lots);
      left = nearestLot(left - taken, lots);
      if (lot.quantity === 0) position.lots.shift();
    }
    position.quantity = nearestLot(position.quantity - quantity, lots);
    if (position.quantity === 0) position.holder = "";
    this.cash += quantity * price - fee;
    this.traded.push({ time, value: quantity * price });
  }
}

/** Sums of decimal quantities leave dust of rounding, which this removes. */
export function nearestLot(quantity: number, lots: number): number {
  return Math.round(quantity * lots) / lots;
}
