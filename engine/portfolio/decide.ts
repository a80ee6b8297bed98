import { HOUR } from "../market/bars.ts";
import { isQuiet, phaseAt } from "../market/downtime.ts";
import { roundDown } from "../market/pair-rules.ts";
import {
  type Breach,
  breaches,
  breachesCorrelation,
  EXIT_LIMITS,
  leverageAfter,
  type OrderView,
  pairsAfter,
  positionAfter,
  topThreeAfter,
} from "../risk/limits.ts";
import { outsideBand } from "../risk/sizing.ts";
import type { Book, PortfolioInput, PortfolioOutput } from "./book.ts";
import { type Desk, look, lowestBit, net, noteUpTo } from "./desk.ts";
import { cancelOrder, sendOrder } from "./send-order.ts";

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

/** Replaces the pair's order by a sale (of 0: by none), or says once why it cannot. */
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
  if (kind === "reduction") book.sellRefused[p] = 0; // an exit's refusal is told once until its target leaves 0
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

const BUY = -1;
const NOTHING = -2;

/**
 * What pair p's order is to be: the base quantity of a sale (0 where the open order is only taken back),
 * BUY, or NOTHING where all stays as it is.
 */
function wanted(desk: Desk, book: Book, input: PortfolioInput, i: number, p: number, equity: number): number {
  const { config, venues } = desk.terms;
  const pair = input.pairs[p];
  const target = pair.target[i];
  const held = book.account.quantity[p];
  if (!(target > 0)) return net(desk, book, p) > 0 ? held : NOTHING;
  const close = pair.close[i];
  const value = target * equity;
  if (!outsideBand(value, net(desk, book, p) * close, config.band.min_usd, config.band.share)) return NOTHING;
  const change = value - held * close;
  return change > 0 ? BUY : roundDown(-change / close, venues[p].lots);
}

/**
 * Sends reductions and exits in universe order; in the downtime they wait. Puts the pairs that are to be
 * bought into `desk.entries` and returns how many. With `onlyWaiting` it sends what was held back, no more.
 */
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
      if (quantity === BUY) {
        if (!refused && !onlyWaiting) entries[buys++] = p;
        book.sellRefused[p] = 0;
        book.waiting[p] = 0;
        continue;
      }
      const isWanted = quantity > 0 || (quantity === 0 && book.side[p] !== 0);
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
  if (!(quantity > 0)) return;
  sendOrder(terms, book, input, out, i, p, held === 0 ? "entry" : "increase", quantity, strategy);
  const at = out.orders.at;
  const k = out.orders.n - 1;
  at.position[k] = positionAfter(order);
  at.leverage[k] = leverageAfter(order);
  at.pairs[k] = pairsAfter(order);
  at.top3[k] = topThreeAfter(order);
  at.correlation[k] = order.isEntry === 1 ? breach.measure : Number.NaN;
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
  const isDown = phaseAt(window, time) === "DOWNTIME";
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
