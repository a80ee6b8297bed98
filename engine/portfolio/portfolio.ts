import type { Kernel } from "../kernel.ts";
import { DAY } from "../market/bars.ts";
import { timeOfDay, transitionBegan } from "../market/downtime.ts";
import { guardDrawdown } from "../risk/drawdown.ts";
import { type Book, createBook, type PortfolioInput, type PortfolioOutput, type Terms } from "./book.ts";
import { createDesk, type Desk, decide, flatten, noteBlock, release } from "./decide.ts";
import { CANCEL_FIELDS, type CANCEL_REASONS, FILL_FIELDS, ORDER_FIELDS, REFUSAL_FIELDS } from "./events.ts";
import { fillOrder } from "./fill-orders.ts";
import { cancelOrder } from "./send-order.ts";

/**
 * The one loop in which money moves, row by row: fill what was ordered before, mark at the close, check
 * the drawdown, take expired orders back, decide. Columns are per row of the bar clock, quote currency
 * (`drawdown`: fraction of the peak; `halted`: 1 while the drawdown limit holds); `pnl` is cumulative
 * mark to market after costs by strategy, and sums to equity - initial cash. Without lookback: equity is
 * the initial cash until something is bought.
 * @param identity what sets this wiring apart beside the config: goes into the plan's hash.
 */
export function portfolio(
  terms: Terms,
  correlationBars: number,
  identity: Readonly<Record<string, number | string>>,
): Kernel<PortfolioInput, PortfolioOutput, Book> {
  const { interval, decision, start } = terms;
  const desk = createDesk(terms);
  return {
    name: "portfolio",
    params: { ...identity, interval, decision, start, correlationBars },
    lookback: 0,
    writes: {
      equity: "equity",
      cash: "cash",
      held: "held",
      drawdown: "drawdown",
      halted: "halted",
      pnl: Array.from({ length: terms.strategies }, (_, k) => `pnl${k}`),
      pairs: terms.pairs.map(({ symbol }) => ({ quantity: `${symbol}.quantity` })),
      orders: { name: "orders", fields: ORDER_FIELDS },
      fills: { name: "fills", fields: FILL_FIELDS },
      cancels: { name: "cancels", fields: CANCEL_FIELDS },
      refusals: { name: "refusals", fields: REFUSAL_FIELDS },
    },
    init: () => createBook(terms, correlationBars),
    advance: (book, input, out, rows) => advanceRows(desk, book, input, out, rows),
  };
}

function advanceRows(
  desk: Desk,
  book: Book,
  input: PortfolioInput,
  out: PortfolioOutput,
  rows: number,
): void {
  const { terms } = desk;
  const { window, interval, decision, start, strategies } = terms;
  const { drawdown: limit, reset_after_days } = terms.config.risk;
  const n = terms.pairs.length;
  const { account, guard, side } = book;
  const { quantity } = account;
  const { equity, cash, held, drawdown, halted, pnl, pairs } = out;
  for (let p = 0; p < n; p++) pairs[p].quantity.fill(0, 0, rows); // written below where something is held
  for (let i = 0; i < rows; i++) {
    const time = input.time[i];
    if (time !== time) {
      blank(out, i);
      continue;
    }
    let value = 0;
    for (let p = 0; p < n; p++) {
      if (side[p] !== 0) value += fillAndMark(terms, book, input, out, i, p);
      else if (quantity[p] !== 0) value += markPair(book, input, i, p, 0);
      else continue;
      pairs[p].quantity[i] = quantity[p];
    }
    const total = account.cash + value;

    const wasHalted = guard.halted;
    drawdown[i] = guardDrawdown(guard, total, time, limit, reset_after_days * DAY);

    if (transitionBegan(window, time - interval, time)) cancelAll(book, out, time, "downtime");
    if (guard.halted === 1) {
      if (wasHalted === 0) halt(book, out, time);
      flatten(desk, book, input, out, i);
    } else if (time >= start) {
      if (time - Math.floor(time / decision) * decision === 0) decide(desk, book, input, out, i, total);
      else if (book.waits > 0 && timeOfDay(time) >= window.end) release(desk, book, input, out, i, total);
    }

    equity[i] = total;
    cash[i] = account.cash;
    held[i] = value;
    halted[i] = guard.halted;
    for (let k = 0; k < strategies; k++) pnl[k][i] = book.pnl[k];
  }
  noteBlock(desk, book, input, rows);
}

/** Value of pair p at the close of row i; the bar's change goes to its holder. */
function markPair(book: Book, input: PortfolioInput, i: number, p: number, bought: number): number {
  const q = book.account.quantity[p];
  if (q === 0) return 0;
  const { open, close } = input.pairs[p];
  const c = close[i];
  const change = (q - bought) * (c - book.lastClose[p]) + bought * (c - open[i]);
  book.pnl[book.holder[p]] += change;
  book.lastClose[p] = c;
  return q * c;
}

function fillAndMark(
  terms: Terms,
  book: Book,
  input: PortfolioInput,
  out: PortfolioOutput,
  i: number,
  p: number,
): number {
  const isBuy = book.side[p] > 0;
  const filled = fillOrder(terms, book, input, out, i, p);
  if (book.side[p] !== 0) {
    book.barsLeft[p]--;
    if (book.barsLeft[p] <= 0) cancelOrder(book, out, input.time[i], p, "expired");
  }
  return markPair(book, input, i, p, isBuy ? filled : 0);
}

function cancelAll(
  book: Book,
  out: PortfolioOutput,
  time: number,
  reason: (typeof CANCEL_REASONS)[number],
): void {
  for (let p = 0; p < book.side.length; p++) cancelOrder(book, out, time, p, reason);
}

/** A halt takes every open order back and forgets what was refused or waits. */
function halt(book: Book, out: PortfolioOutput, time: number): void {
  cancelAll(book, out, time, "halted");
  book.refusedOwner.fill(-1);
  book.sellRefused.fill(0);
  book.waiting.fill(0);
  book.waits = 0;
}

function blank(out: PortfolioOutput, i: number): void {
  out.equity[i] = out.cash[i] = out.held[i] = out.drawdown[i] = out.halted[i] = Number.NaN;
  for (const column of out.pnl) column[i] = Number.NaN;
  for (const pair of out.pairs) pair.quantity[i] = Number.NaN;
}
