import { toWholeLots } from "../account/account.ts";
import { HOUR } from "../market/bars.ts";
import { isQuiet, timeOfDay } from "../market/downtime.ts";
import { roundDown } from "../market/pair-rules.ts";
import { createReturnHistory, noteRows } from "../risk/correlation.ts";
import { type Breach, breaches, breachesCorrelation, EXIT_LIMITS, type OrderView } from "../risk/limits.ts";
import { outsideBand } from "../risk/sizing.ts";
import type { Book, PortfolioInput, PortfolioOutput, Terms } from "./book.ts";
import { cancelOrder, sendOrder } from "./send-order.ts";

/** The settings and the scratch of one portfolio; nothing in the scratch outlives an advance. */
export interface Desk {
  readonly terms: Terms;
  /** Pairs that want to buy at this close. */
  readonly entries: Int32Array;
  readonly breach: Breach;
  /** The limits' view of the order at hand. */
  readonly view: OrderView;
  /** Rows of the running block that the return history holds. */
  noted: number;
  /**
   * Pairs as bits, 32 a word: those with a position, an open order or a remembered refusal, and, row by row
   * of the block, those with a target. Most pairs are neither in most rows, and are not looked at.
   */
  readonly live: Int32Array;
  wants: Int32Array;
  /** Strategies as bits whose P&L changed in the row at hand. */
  touched: number;
}

export function createDesk(terms: Terms): Desk {
  const n = terms.pairs.length;
  return {
    terms,
    entries: new Int32Array(n),
    breach: { rule: 0, measure: 0.1, bound: 0.1, other: -1 },
    view: {
      pair: 0,
      quantity: 0.1,
      value: 0.1,
      equity: 0.1,
      isEntry: 0,
      quiet: 0,
      dailyVolume: 0.1,
      dailyDeviation: 0.1,
      deviation: 0.1,
      indexAge: 0.1,
      ordermin: 0.1,
      costmin: 0.1,
      values: new Float64Array(n),
      counted: new Uint8Array(n),
      history: createReturnHistory(0, 1), // each order brings its book's
    },
    noted: 0,
    live: new Int32Array(Math.ceil(n / 32)),
    wants: new Int32Array(0),
    touched: 0,
  };
}

/** At the start of a block: which pairs are live, and which are wanted in each of its rows. */
export function openBlock(desk: Desk, book: Book, input: PortfolioInput, rows: number): void {
  const { live } = desk;
  const words = live.length;
  const n = book.side.length;
  if (desk.wants.length < words * rows) desk.wants = new Int32Array(words * rows);
  const { wants } = desk;
  wants.fill(0, 0, words * rows);
  live.fill(0);
  for (let p = 0; p < n; p++) {
    const { target } = input.pairs[p];
    const bit = 1 << (p & 31);
    if (isLive(book, p)) live[p >> 5] |= bit;
    for (let i = 0, at = p >> 5; i < rows; i++, at += words) if (target[i] > 0) wants[at] |= bit;
  }
}

const isLive = (book: Book, p: number): boolean =>
  book.account.quantity[p] !== 0 || book.side[p] !== 0 || book.refusedOwner[p] >= 0;

/** The lowest set bit of a word, as a number from 0. */
export const lowestBit = (word: number): number => 31 - Math.clz32(word & -word);

/*
 * Functions of the module, not closures of a kernel: they are compiled once for all systems of a process.
 */

/** The limits' view of an order in pair p at row i. */
function look(
  desk: Desk,
  book: Book,
  input: PortfolioInput,
  i: number,
  p: number,
  quantity: number,
): OrderView {
  const { view, terms } = desk;
  const pair = input.pairs[p];
  view.pair = p;
  view.quantity = quantity;
  view.value = quantity * pair.close[i];
  view.ordermin = terms.venues[p].ordermin;
  view.costmin = terms.venues[p].costmin;
  view.dailyVolume = pair.dailyVolume[i] * terms.config.execution.volume_scale;
  view.dailyDeviation = pair.dailyDeviation[i];
  view.deviation = pair.deviation[i];
  view.history = book.history;
  return view;
}

function refuse(
  breach: Breach,
  input: PortfolioInput,
  out: PortfolioOutput,
  i: number,
  p: number,
  strategy: number,
  side: number,
  value: number,
): void {
  const { refusals } = out;
  const k = refusals.next();
  const at = refusals.at;
  at.time[k] = input.time[i];
  at.pair[k] = p;
  at.strategy[k] = strategy;
  at.side[k] = side;
  at.rule[k] = breach.rule;
  at.measure[k] = breach.measure;
  at.bound[k] = breach.bound;
  at.value[k] = value;
  at.desire[k] = input.pairs[p].desire[i];
  at.other[k] = breach.other;
}

/** Base quantity after the open order, as it stands. */
function net(desk: Desk, book: Book, p: number): number {
  const held = book.account.quantity[p];
  if (book.side[p] === 0) return held;
  return toWholeLots(held + book.side[p] * book.remaining[p], desk.terms.venues[p].lots);
}

/** Replaces the pair's order by a sale, or says once why it cannot. */
function sell(
  desk: Desk,
  book: Book,
  input: PortfolioInput,
  out: PortfolioOutput,
  i: number,
  p: number,
  quantity: number,
  kind: "reduction" | "exit" | "flatten",
): void {
  const { owner } = input.pairs[p];
  cancelOrder(book, out, input.time[i], p, "replaced");
  if (!(quantity > 0)) return;
  const strategy = owner[i] >= 0 && kind !== "flatten" ? owner[i] : book.holder[p];
  const order = look(desk, book, input, i, p, quantity);
  if (breaches(EXIT_LIMITS, order, desk.breach)) {
    if (book.sellRefused[p] === 0) refuse(desk.breach, input, out, i, p, strategy, -1, order.value);
    book.sellRefused[p] = 1;
    return;
  }
  book.sellRefused[p] = 0;
  sendOrder(desk.terms, book, input, out, i, p, kind, quantity, strategy);
}

/** Whether a refusal of an entry or increase still stands; forgets it when not. */
function stillRefused(
  desk: Desk,
  book: Book,
  input: PortfolioInput,
  i: number,
  p: number,
  isNoEntry: boolean,
): boolean {
  const before = book.refusedOwner[p];
  if (before < 0) return false;
  const { retry } = desk.terms.config;
  const { owner, desire } = input.pairs[p];
  const d = book.refusedDesire[p];
  const stands =
    owner[i] === before &&
    Math.abs(desire[i] - d) < retry.desire * d &&
    input.time[i] - book.refusedAt[p] < retry.after * HOUR &&
    !(book.refusedByDowntime[p] === 1 && !isNoEntry);
  if (!stands) book.refusedOwner[p] = -1;
  return stands;
}

/** What of pair p is to be sold at this close: base quantity, 0 for nothing; -1 when it is to be bought. */
function wanted(desk: Desk, book: Book, input: PortfolioInput, i: number, p: number, equity: number): number {
  const { config, venues } = desk.terms;
  const pair = input.pairs[p];
  const target = pair.target[i];
  const held = book.account.quantity[p];
  if (!(target > 0)) return net(desk, book, p) > 0 ? held : 0;
  const close = pair.close[i];
  const value = target * equity;
  if (!outsideBand(value, net(desk, book, p) * close, config.band.min_usd, config.band.share)) return 0;
  const change = value - held * close;
  return change > 0 ? -1 : roundDown(-change / close, venues[p].lots);
}

/** Reductions and exits in universe order; in the downtime they wait. */
function sellAll(
  desk: Desk,
  book: Book,
  input: PortfolioInput,
  out: PortfolioOutput,
  i: number,
  equity: number,
  isDown: boolean,
  isNoEntry: boolean,
  onlyWaiting: boolean,
): number {
  const { entries, live, wants } = desk;
  let buys = 0;
  let waits = 0;
  for (let word = 0; word < live.length; word++) {
    let left = live[word] | wants[i * live.length + word];
    for (; left !== 0; left &= left - 1) {
      const p = 32 * word + lowestBit(left);
      const { target, owner } = input.pairs[p];
      const held = book.account.quantity[p];
      const w = target[i];
      const refused = book.refusedOwner[p] >= 0 && stillRefused(desk, book, input, i, p, isNoEntry);
      if (held === 0 && book.side[p] === 0) {
        book.waiting[p] = 0;
        book.sellRefused[p] = 0;
        if (book.refusedOwner[p] < 0) live[word] &= ~(1 << (p & 31));
        if (!(w > 0) || onlyWaiting) continue;
      } else if (held > 0 && owner[i] >= 0) book.holder[p] = owner[i];
      if (onlyWaiting && book.waiting[p] === 0) continue;

      const quantity = wanted(desk, book, input, i, p, equity);
      const isExit = !(w > 0);
      if (quantity < 0) {
        if (!refused && !onlyWaiting) entries[buys++] = p;
        book.sellRefused[p] = 0;
        book.waiting[p] = 0;
        continue;
      }
      const isWanted = quantity > 0 || (isExit && book.side[p] > 0);
      if (!isWanted) {
        if (!isExit) book.sellRefused[p] = 0;
        book.waiting[p] = 0;
        continue;
      }
      book.waiting[p] = isDown ? 1 : 0;
      if (isDown) waits++;
      else sell(desk, book, input, out, i, p, quantity, isExit ? "exit" : "reduction");
    }
  }
  book.waits = waits;
  return buys;
}

/** Held value and open buys a pair, and which pairs count for the pair limit. */
function lookAtBook(desk: Desk, book: Book, input: PortfolioInput, i: number): void {
  const { values, counted } = desk.view;
  for (let p = 0; p < values.length; p++) {
    const held = book.account.quantity[p];
    const buying = book.side[p] > 0 ? book.remaining[p] : 0;
    const leaving = book.side[p] < 0 && book.remaining[p] === held;
    values[p] = held + buying > 0 ? (held + buying) * input.pairs[p].close[i] : 0;
    counted[p] = (held > 0 && !leaving) || buying > 0 ? 1 : 0;
  }
}

/** Insertion sort of entries[0, m) by falling desire; equal desires keep universe order. */
function sortByDesire(desk: Desk, input: PortfolioInput, i: number, m: number): void {
  const { entries } = desk;
  for (let k = 1; k < m; k++) {
    const p = entries[k];
    const d = input.pairs[p].desire[i];
    let j = k;
    for (; j > 0 && input.pairs[entries[j - 1]].desire[i] < d; j--) entries[j] = entries[j - 1];
    entries[j] = p;
  }
}

function buy(
  desk: Desk,
  book: Book,
  input: PortfolioInput,
  out: PortfolioOutput,
  i: number,
  p: number,
  equity: number,
  isNoEntry: boolean,
): void {
  const { terms, breach } = desk;
  desk.live[p >> 5] |= 1 << (p & 31); // from here on it has an order or a refusal
  const pair = input.pairs[p];
  const time = input.time[i];
  const close = pair.close[i];
  const held = book.account.quantity[p];
  cancelOrder(book, out, time, p, "replaced");
  lookAtBook(desk, book, input, i);
  const quantity = roundDown((pair.target[i] * equity - held * close) / close, terms.venues[p].lots);
  const order = look(desk, book, input, i, p, quantity);
  order.equity = equity;
  order.isEntry = held === 0 ? 1 : 0;
  order.quiet = isNoEntry ? 1 : 0;
  order.indexAge = input.indexAge === undefined ? 0 : input.indexAge[i];
  const strategy = pair.owner[i];
  if (breaches(terms.limits, order, breach) || isTooCorrelated(desk, book, input, i, order)) {
    refuse(breach, input, out, i, p, strategy, 1, order.value);
    book.refusedOwner[p] = strategy;
    book.refusedDesire[p] = pair.desire[i];
    book.refusedAt[p] = time;
    book.refusedByDowntime[p] = breach.rule === 0 ? 1 : 0; // RULES[0] is downtime
    return;
  }
  sendOrder(terms, book, input, out, i, p, held === 0 ? "entry" : "increase", quantity, strategy);
}

function isTooCorrelated(
  desk: Desk,
  book: Book,
  input: PortfolioInput,
  i: number,
  order: OrderView,
): boolean {
  if (order.isEntry === 0) return false;
  noteUpTo(desk, book, input, i + 1);
  return breachesCorrelation(desk.terms.config.risk, order, desk.breach);
}

function noteUpTo(desk: Desk, book: Book, input: PortfolioInput, rows: number): void {
  noteRows(book.history, input.time, input.pairs, desk.terms.decision, desk.noted, rows);
  desk.noted = rows;
}

/** At a decision bar: reductions and exits, then entries and increases. */
export function decide(
  desk: Desk,
  book: Book,
  input: PortfolioInput,
  out: PortfolioOutput,
  i: number,
  equity: number,
): void {
  const { window } = desk.terms;
  const time = input.time[i];
  const isNoEntry = isQuiet(window, time);
  const isDown = isNoEntry && timeOfDay(time) >= window.start;
  const m = sellAll(desk, book, input, out, i, equity, isDown, isNoEntry, false);
  if (m > 1) sortByDesire(desk, input, i, m);
  for (let k = 0; k < m; k++) buy(desk, book, input, out, i, desk.entries[k], equity, isNoEntry);
}

/** After the downtime, between decision bars: what was held back. */
export function release(
  desk: Desk,
  book: Book,
  input: PortfolioInput,
  out: PortfolioOutput,
  i: number,
  equity: number,
): void {
  sellAll(desk, book, input, out, i, equity, false, false, true);
}

/** While halted: sells whatever is held, at any time of day. */
export function flatten(
  desk: Desk,
  book: Book,
  input: PortfolioInput,
  out: PortfolioOutput,
  i: number,
): void {
  for (let p = 0; p < desk.terms.pairs.length; p++) {
    const held = book.account.quantity[p];
    if (held === 0) {
      cancelOrder(book, out, input.time[i], p, "halted");
      book.sellRefused[p] = 0;
    } else if (net(desk, book, p) > 0) sell(desk, book, input, out, i, p, held, "flatten");
  }
}

/** Notes the block's last rows for the correlation limit; once a block, after its rows. */
export function noteBlock(desk: Desk, book: Book, input: PortfolioInput, rows: number): void {
  noteUpTo(desk, book, input, rows);
  desk.noted = 0;
}
