import { type Account, toWholeLots } from "./account.ts";

/** What a sale realised, quote currency: by price alone, and after the lots' fee shares and its own fee. */
export interface Realised {
  byPrice: number;
  afterFees: number;
}

/**
 * The one function in which money moves. A buy (side 1) opens a lot; a sell (side -1) closes the oldest
 * lots first (FIFO), a lot's fee shared out by quantity. Cost is not rounded, only the fee was.
 * `quantity` is a whole number of lots and, for a sell, not above what is held. `out` receives what was
 * realised: zero for a buy.
 */
export function applyFill(
  account: Account,
  pair: number,
  side: number,
  quantity: number,
  price: number,
  fee: number,
  time: number,
  out: Realised,
): void {
  const cost = quantity * price;
  const scale = account.scale[pair];
  account.fees += fee;
  account.traded.time.push(time);
  account.traded.value.push(cost);
  out.byPrice = 0;
  out.afterFees = 0;
  const lots = account.lots[pair];
  if (side > 0) {
    account.cash -= cost + fee;
    account.quantity[pair] = toWholeLots(account.quantity[pair] + quantity, scale);
    lots.quantity.push(quantity);
    lots.price.push(price);
    lots.fee.push(fee);
    return;
  }
  account.cash += cost - fee;
  account.quantity[pair] = toWholeLots(account.quantity[pair] - quantity, scale);
  out.afterFees = -fee;
  let left = quantity;
  while (left > 0 && lots.quantity.length > 0) {
    const lot = lots.quantity[0];
    const closed = lot <= left ? lot : left;
    const share = closed === lot ? lots.fee[0] : (lots.fee[0] * closed) / lot;
    const pnl = closed * (price - lots.price[0]);
    out.byPrice += pnl;
    out.afterFees += pnl - share;
    left = toWholeLots(left - closed, scale);
    if (closed === lot) {
      lots.quantity.shift();
      lots.price.shift();
      lots.fee.shift();
    } else {
      lots.quantity[0] = toWholeLots(lot - closed, scale);
      lots.fee[0] -= share;
    }
  }
}
