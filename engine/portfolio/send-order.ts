import { latency } from "../execution/latency.ts";
import type { Book, PortfolioInput, PortfolioOutput, Terms } from "./book.ts";
import { CANCEL_REASONS, ORDER_KINDS } from "./events.ts";

/** Sends an order at the close of row i. The pair has no open order. */
export function sendOrder(
  terms: Terms,
  book: Book,
  input: PortfolioInput,
  out: PortfolioOutput,
  i: number,
  p: number,
  kind: (typeof ORDER_KINDS)[number],
  quantity: number,
  strategy: number,
): void {
  const { config } = terms;
  const pair = input.pairs[p];
  const time = input.time[i];
  const side = kind === "entry" || kind === "increase" ? 1 : -1;
  book.side[p] = side;
  book.order[p] = book.sent;
  book.remaining[p] = quantity;
  book.orderStrategy[p] = strategy;
  book.barsLeft[p] = config.execution.life;
  book.latency[p] = latency(config.execution.latency, config.seed, terms.pairs[p].universeIndex, time);
  book.deviation[p] = pair.deviation[i];
  book.dailyDeviation[p] = pair.dailyDeviation[i];
  book.dailyVolume[p] = pair.dailyVolume[i] * config.execution.volume_scale;

  const { orders } = out;
  const k = orders.next();
  const at = orders.at;
  at.order[k] = book.sent++;
  at.time[k] = time;
  at.pair[k] = p;
  at.strategy[k] = strategy;
  at.side[k] = side;
  at.kind[k] = ORDER_KINDS.indexOf(kind);
  at.quantity[k] = quantity;
  at.price[k] = pair.close[i];
  at.target[k] = pair.target[i];
  at.latency[k] = book.latency[p];
  at.desire[k] = pair.desire[i];
  at.position[k] = at.leverage[k] = at.pairs[k] = at.top3[k] = at.correlation[k] = Number.NaN;
}

/** Takes pair p's open order back, if there is one. */
export function cancelOrder(
  book: Book,
  out: PortfolioOutput,
  time: number,
  p: number,
  reason: (typeof CANCEL_REASONS)[number],
): void {
  if (book.side[p] === 0) return;
  book.side[p] = 0;
  const { cancels } = out;
  const k = cancels.next();
  const at = cancels.at;
  at.order[k] = book.order[p];
  at.time[k] = time;
  at.pair[k] = p;
  at.remaining[k] = book.remaining[p];
  at.reason[k] = CANCEL_REASONS.indexOf(reason);
  book.remaining[p] = 0;
}
