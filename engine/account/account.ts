/** Open lots of one pair, oldest first: base quantity, price and the part of the buy's fee not yet used up. */
export interface Lots {
  readonly quantity: number[];
  readonly price: number[];
  readonly fee: number[];
}

/** Cash and positions. Quote currency for money, base currency for quantities; plain data. */
export interface Account {
  cash: number;
  /** Sum of all fees paid. */
  fees: number;
  readonly quantity: Float64Array;
  /** Lots in a unit of each pair's base currency: every quantity is a whole multiple of 1 / scale. */
  readonly scale: Float64Array;
  readonly lots: Lots[];
  /** The account's own traded notional, for the fee tier: times (ms UTC) and values, oldest first. */
  readonly traded: { readonly time: number[]; readonly value: number[]; first: number };
}

/** @param scales 10^lot_decimals of each pair. */
export function createAccount(cash: number, scales: readonly number[]): Account {
  return {
    cash,
    fees: 0,
    quantity: new Float64Array(scales.length),
    scale: Float64Array.from(scales),
    lots: scales.map(() => ({ quantity: [], price: [], fee: [] })),
    traded: { time: [], value: [], first: 0 },
  };
}

/** The multiple of 1 / scale nearest to x: what a sum or difference of such multiples is but for rounding. */
export function toWholeLots(x: number, scale: number): number {
  return Math.floor(x * scale + 0.5) / scale;
}

/** Price paid for the open lots without fees, quote currency. */
export function costOfLots(lots: Lots): number {
  let cost = 0;
  for (let k = 0; k < lots.quantity.length; k++) cost += lots.quantity[k] * lots.price[k];
  return cost;
}

/** Average cost of the open lots without fees; 0 when there is none. */
export function averageCost(lots: Lots): number {
  let quantity = 0;
  for (const q of lots.quantity) quantity += q;
  return quantity === 0 ? 0 : costOfLots(lots) / quantity;
}

/**
 * The account's notional in [time - window, time), quote currency: fills of the same moment do not count,
 * so that their order changes no fee. Drops what is older: times must not fall.
 */
export function tradedWithin(account: Account, time: number, window: number): number {
  const { traded } = account;
  while (traded.first < traded.time.length && traded.time[traded.first] < time - window) traded.first++;
  if (traded.first > 1024 && traded.first * 2 > traded.time.length) {
    traded.time.splice(0, traded.first);
    traded.value.splice(0, traded.first);
    traded.first = 0;
  }
  let sum = 0;
  for (let k = traded.first; k < traded.time.length && traded.time[k] < time; k++) sum += traded.value[k];
  return sum;
}
