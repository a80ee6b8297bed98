import type { Column, Kernel } from "../kernel.ts";
import { DAY } from "../market/bars.ts";
import { timeOfDay, transitionBegan } from "../market/downtime.ts";
import { guardDrawdown, haltByOperator, resetGuard } from "../risk/drawdown.ts";
import { type Book, createBook, type PortfolioInput, type PortfolioOutput, type Terms } from "./book.ts";
import { decide, flatten, release } from "./decide.ts";
import { createDesk, type Desk, lowestBit, noteUpTo, openBlock } from "./desk.ts";
import { CANCEL_FIELDS, FILL_FIELDS, ORDER_FIELDS, REFUSAL_FIELDS } from "./events.ts";
import { fillOrder } from "./fill-orders.ts";
import { OPERATOR } from "./operator.ts";
import { cancelOrder } from "./send-order.ts";

/**
 * The one loop in which money moves, row by row: fill what was ordered before, mark at the close, check
 * the drawdown, take expired orders back, decide. Columns are per row of the bar clock, quote currency
 * (`drawdown`: fraction of the peak; `halted`: 1 while the drawdown limit or an operator holds trading); `pnl` is cumulative
 * mark to market after costs by strategy, and sums to equity - initial cash. Without lookback: equity is
 * the initial cash until something is bought.
 * @param correlationBars decision bars of the correlation limit's window.
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
  openBlock(desk, book, input, rows);
  const { live } = desk;
  const shown = showPnl(book.pnl);
  for (let i = 0; i < rows; i++) {
    const time = input.time[i];
    if (time !== time) {
      blank(out, i);
      shown.from.fill(i + 1);
      continue;
    }
    let value = 0;
    for (let word = 0; word < live.length; word++) {
      for (let left = live[word]; left !== 0; left &= left - 1) {
        const p = 32 * word + lowestBit(left);
        if (side[p] !== 0) value += fillAndMark(desk, book, input, out, i, p);
        else if (quantity[p] !== 0) value += markPair(desk, book, input, i, p, 0);
        else continue;
        pairs[p].quantity[i] = quantity[p];
      }
    }
    const total = account.cash + value;

    const wasHalted = guard.halted;
    if (desk.commands !== undefined) {
      if (desk.commands[i] === OPERATOR.halt) haltByOperator(guard, time);
      else if (desk.commands[i] === OPERATOR.reset) resetGuard(guard, total);
    }
    drawdown[i] = guardDrawdown(guard, total, time, limit, reset_after_days * DAY);

    if (transitionBegan(window, time - interval, time)) cancelForDowntime(book, out, time);
    if (guard.halted === 1) {
      if (wasHalted === 0) halt(book);
      flatten(desk, book, input, out, i);
    } else if (time >= start) {
      if (time - Math.floor(time / decision) * decision === 0) decide(desk, book, input, out, i, total);
      else if (book.waits > 0 && timeOfDay(time) >= window.end) release(desk, book, input, out, i, total);
    }

    equity[i] = total;
    cash[i] = account.cash;
    held[i] = value;
    halted[i] = guard.halted;
    for (; desk.touched !== 0; desk.touched &= desk.touched - 1) {
      const k = lowestBit(desk.touched);
      writePnl(shown, pnl[k], k, i, book.pnl[k]);
    }

    const end = guard.halted === 0 ? endOfIdleness(desk, input, i + 1, rows) : i + 1;
    if (end === i + 1) continue;
    equity.fill(total, i + 1, end);
    cash.fill(total, i + 1, end);
    held.fill(0, i + 1, end);
    drawdown.fill(drawdown[i], i + 1, end);
    halted.fill(0, i + 1, end);
    i = end - 1;
  }
  for (let k = 0; k < strategies; k++) writePnl(shown, pnl[k], k, rows, 0);
  noteUpTo(desk, book, input, rows);
}

/** The first row from `from` on in which something may happen: nothing is live until a target is wanted. */
function endOfIdleness(desk: Desk, input: PortfolioInput, from: number, rows: number): number {
  const { live, wants, commands } = desk;
  for (let word = 0; word < live.length; word++) if (live[word] !== 0) return from;
  if (commands !== undefined) return from;
  let end = from;
  for (; end < rows && input.time[end] === input.time[end]; end++) {
    for (let word = 0; word < live.length; word++) if (wants[end * live.length + word] !== 0) return end;
  }
  return end;
}

/** P&L columns are written when they change: most rows leave most of them as they were. */
interface ShownPnl {
  /** What rows from `from` on hold until it changes. */
  readonly value: Float64Array;
  readonly from: Int32Array;
}

const showPnl = (pnl: Float64Array): ShownPnl => ({ value: pnl.slice(), from: new Int32Array(pnl.length) });

/** Writes what was shown up to `row`, from which on `next` holds. */
function writePnl(shown: ShownPnl, column: Column, k: number, row: number, next: number): void {
  const from = shown.from[k];
  if (row - from === 1) column[from] = shown.value[k];
  else if (row > from) column.fill(shown.value[k], from, row);
  shown.value[k] = next;
  shown.from[k] = row;
}

/** Value of pair p at the close of row i; the bar's change goes to its holder. */
function markPair(
  desk: Desk,
  book: Book,
  input: PortfolioInput,
  i: number,
  p: number,
  bought: number,
): number {
  const q = book.account.quantity[p];
  if (q === 0) return 0;
  const { open, close } = input.pairs[p];
  const c = close[i];
  const change = (q - bought) * (c - book.lastClose[p]) + bought * (c - open[i]);
  const holder = book.holder[p];
  book.pnl[holder] += change;
  desk.touched |= 1 << holder;
  book.lastClose[p] = c;
  return q * c;
}

function fillAndMark(
  desk: Desk,
  book: Book,
  input: PortfolioInput,
  out: PortfolioOutput,
  i: number,
  p: number,
): number {
  const isBuy = book.side[p] > 0;
  desk.touched |= (1 << book.orderStrategy[p]) | (book.holder[p] >= 0 ? 1 << book.holder[p] : 0);
  const filled = fillOrder(desk.terms, book, input, out, i, p);
  if (book.side[p] !== 0) {
    book.barsLeft[p]--;
    if (book.barsLeft[p] <= 0) cancelOrder(book, out, input.time[i], p, "expired");
  }
  return markPair(desk, book, input, i, p, isBuy ? filled : 0);
}

function cancelForDowntime(book: Book, out: PortfolioOutput, time: number): void {
  for (let p = 0; p < book.side.length; p++) cancelOrder(book, out, time, p, "downtime");
}

/** A halt forgets refused entries and what waits; `flatten` takes open orders back, but for those that sell all. */
function halt(book: Book): void {
  book.refusedOwner.fill(-1);
  book.waiting.fill(0);
  book.waits = 0;
}

function blank(out: PortfolioOutput, i: number): void {
  out.equity[i] = out.cash[i] = out.held[i] = out.drawdown[i] = out.halted[i] = Number.NaN;
  for (const column of out.pnl) column[i] = Number.NaN;
  for (const pair of out.pairs) pair.quantity[i] = Number.NaN;
}
