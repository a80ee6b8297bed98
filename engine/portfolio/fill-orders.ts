import { toWholeLots, tradedWithin } from "../account/account.ts";
import { applyFill, type Realised } from "../account/apply-fill.ts";
import { type Conditions, feeOf, priceSlice, type SlicePrice } from "../execution/fill.ts";
import { FEE_WINDOW, feeTier } from "../market/fee-schedule.ts";
import { roundDown } from "../market/pair-rules.ts";
import type { Book, PortfolioInput, PortfolioOutput, Terms } from "./book.ts";
import { cancelOrder } from "./send-order.ts";

type Writable<T> = { -readonly [K in keyof T]: T[K] };
const conditions: Writable<Conditions> = {
  deviation: 0.1,
  span: 0.1,
  latency: 0.1,
  dailyDeviation: 0.1,
  dailyVolume: 0.1,
};
const slice: SlicePrice = { price: 0.1, halfSpread: 0.1, drift: 0.1, impact: 0.1 };
const realised: Realised = { byPrice: 0.1, afterFees: 0.1 };

/**
 * Fills what bar i has room for of pair p's open order, at its open, and returns the base quantity
 * filled. A buy never spends more than the cash; what it cannot pay is cancelled.
 */
export function fillOrder(
  terms: Terms,
  book: Book,
  input: PortfolioInput,
  out: PortfolioOutput,
  i: number,
  p: number,
): number {
  const { execution, fees } = terms.config;
  const { account } = book;
  const venue = terms.venues[p];
  const bar = input.pairs[p];
  const side = book.side[p];
  const scaled = bar.volume[i] * execution.volume_scale;
  if (!(scaled > 0)) return 0; // in a hole nothing fills

  const room = execution.participation * scaled;
  const { remaining } = book;
  let quantity = roundDown(remaining[p] < room ? remaining[p] : room, venue.lots);
  if (!(quantity > 0)) return 0;

  const time = input.time[i] - terms.interval;
  const open = bar.open[i];
  const extreme = side > 0 ? bar.high[i] : bar.low[i];
  conditions.deviation = book.deviation[p];
  conditions.span = terms.decision;
  conditions.latency = book.latency[p];
  conditions.dailyDeviation = book.dailyDeviation[p];
  conditions.dailyVolume = book.dailyVolume[p];
  priceSlice(side, quantity, open, extreme, scaled, venue, conditions, execution, slice);
  const rate = feeTier(fees, time, tradedWithin(account, time, FEE_WINDOW)).taker;
  let fee = feeOf(quantity * slice.price, rate, venue.costScale);

  let isShort = false;
  if (side > 0 && quantity * slice.price + fee > account.cash) {
    isShort = true;
    const payable = (account.cash - 1 / venue.costScale) / (slice.price * (1 + rate));
    quantity = payable > 0 ? roundDown(payable * (1 - 1e-12), venue.lots) : 0;
    if (!(quantity > 0)) {
      cancelOrder(book, out, input.time[i], p, "no cash");
      return 0;
    }
    priceSlice(side, quantity, open, extreme, scaled, venue, conditions, execution, slice);
    fee = feeOf(quantity * slice.price, rate, venue.costScale);
  }

  const strategy = book.orderStrategy[p];
  const { price } = slice;
  applyFill(account, p, side, quantity, price, fee, time, realised);
  if (side > 0) {
    if (book.holder[p] < 0) book.holder[p] = strategy;
    book.pnl[strategy] += quantity * (open - price) - fee;
  } else {
    book.pnl[book.holder[p]] += quantity * (open - book.lastClose[p]);
    book.pnl[strategy] += quantity * (price - open) - fee;
    if (account.quantity[p] === 0) book.holder[p] = -1;
  }

  const { fills } = out;
  const k = fills.next();
  const at = fills.at;
  at.order[k] = book.order[p];
  at.time[k] = time;
  at.pair[k] = p;
  at.strategy[k] = strategy;
  at.side[k] = side;
  at.quantity[k] = quantity;
  at.price[k] = price;
  at.open[k] = open;
  at.fee[k] = fee;
  at.halfSpread[k] = slice.halfSpread;
  at.drift[k] = slice.drift;
  at.impact[k] = slice.impact;
  at.flagged[k] = price > bar.high[i] || price < bar.low[i] ? 1 : 0;
  at.realisedByPrice[k] = realised.byPrice;
  at.realisedAfterFees[k] = realised.afterFees;

  remaining[p] = toWholeLots(remaining[p] - quantity, venue.lots);
  if (remaining[p] === 0) book.side[p] = 0;
  else if (isShort) cancelOrder(book, out, input.time[i], p, "no cash");
  return quantity;
}
