import { toWholeLots } from "../account/account.ts";
import { HOUR } from "../market/bars.ts";
import { timeOfDay } from "../market/downtime.ts";
import { roundDown } from "../market/pair-rules.ts";
import { noteRows } from "../risk/correlation.ts";
import { type Breach, breaches, breachesCorrelation, EXIT_LIMITS, type OrderView } from "../risk/limits.ts";
import { outsideBand } from "../risk/sizing.ts";
import type { Book, PortfolioInput, PortfolioOutput, Terms } from "./book.ts";
import { cancelOrder, sendOrder } from "./send-order.ts";

/** Orders at the close of a row. Scratch is reused; nothing of it outlives a call. */
export interface Decider {
  /** At a decision bar: reductions and exits, then entries and increases. */
  decide(book: Book, input: PortfolioInput, out: PortfolioOutput, i: number, equity: number): void;
  /** After the downtime, between decision bars: what was held back. */
  release(book: Book, input: PortfolioInput, out: PortfolioOutput, i: number, equity: number): void;
  /** Notes rows up to `rows` for the correlation limit; once a block, after its rows. */
  note(book: Book, input: PortfolioInput, rows: number): void;
  /** While halted: sells whatever is held, at any time of day. */
  flatten(book: Book, input: PortfolioInput, out: PortfolioOutput, i: number): void;
}

export function createDecider(terms: Terms): Decider {
  const { config, venues, window } = terms;
  const n = terms.pairs.length;
  const retryAfter = config.retry.after * HOUR;
  const entries = new Int32Array(n);
  const breach: Breach = { rule: 0, measure: 0.1, bound: 0.1, other: -1 };
  const values = new Float64Array(n);
  const counted = new Uint8Array(n);
  let view: OrderView | undefined;
  let noted = 0; // rows of the running block that the return history holds

  /** The limits' view of an order in pair p at row i. */
  function look(book: Book, input: PortfolioInput, i: number, p: number, quantity: number): OrderView {
    view ??= {
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
      values,
      counted,
      history: book.history,
    };
    const pair = input.pairs[p];
    view.pair = p;
    view.quantity = quantity;
    view.value = quantity * pair.close[i];
    view.ordermin = venues[p].ordermin;
    view.costmin = venues[p].costmin;
    view.dailyVolume = pair.dailyVolume[i] * config.execution.volume_scale;
    view.dailyDeviation = pair.dailyDeviation[i];
    view.deviation = pair.deviation[i];
    view.history = book.history;
    return view;
  }

  function refuse(
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
  function net(book: Book, p: number): number {
    const held = book.account.quantity[p];
    if (book.side[p] === 0) return held;
    return toWholeLots(held + book.side[p] * book.remaining[p], venues[p].lots);
  }

  /** Replaces the pair's order by a sale, or says once why it cannot. */
  function sell(
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
    const order = look(book, input, i, p, quantity);
    if (breaches(EXIT_LIMITS, order, breach)) {
      if (book.sellRefused[p] === 0) refuse(input, out, i, p, strategy, -1, order.value);
      book.sellRefused[p] = 1;
      return;
    }
    book.sellRefused[p] = 0;
    sendOrder(terms, book, input, out, i, p, kind, quantity, strategy);
  }

  /** Whether a refusal of an entry or increase still stands; forgets it when not. */
  function stillRefused(book: Book, input: PortfolioInput, i: number, p: number, isQuiet: boolean): boolean {
    const before = book.refusedOwner[p];
    if (before < 0) return false;
    const { owner, desire } = input.pairs[p];
    const d = book.refusedDesire[p];
    const stands =
      owner[i] === before &&
      Math.abs(desire[i] - d) < config.retry.desire * d &&
      input.time[i] - book.refusedAt[p] < retryAfter &&
      !(book.refusedByDowntime[p] === 1 && !isQuiet);
    if (!stands) book.refusedOwner[p] = -1;
    return stands;
  }

  /** What of pair p is to be sold at this close: base quantity, 0 for nothing; -1 when it is to be bought. */
  function wanted(book: Book, input: PortfolioInput, i: number, p: number, equity: number): number {
    const pair = input.pairs[p];
    const target = pair.target[i];
    const held = book.account.quantity[p];
    if (!(target > 0)) return net(book, p) > 0 ? held : 0;
    const close = pair.close[i];
    const value = target * equity;
    if (!outsideBand(value, net(book, p) * close, config.band.min_usd, config.band.share)) return 0;
    const change = value - held * close;
    return change > 0 ? -1 : roundDown(-change / close, venues[p].lots);
  }

  /** Reductions and exits in universe order; in the downtime they wait. */
  function sellAll(
    book: Book,
    input: PortfolioInput,
    out: PortfolioOutput,
    i: number,
    equity: number,
    isDown: boolean,
    isQuiet: boolean,
    onlyWaiting: boolean,
  ): number {
    let buys = 0;
    let waits = 0;
    for (let p = 0; p < n; p++) {
      const { target, owner } = input.pairs[p];
      const held = book.account.quantity[p];
      const w = target[i];
      const refused = book.refusedOwner[p] >= 0 && stillRefused(book, input, i, p, isQuiet);
      if (held === 0 && book.side[p] === 0) {
        book.waiting[p] = 0;
        book.sellRefused[p] = 0;
        if (!(w > 0) || onlyWaiting) continue;
      } else if (held > 0 && owner[i] >= 0) book.holder[p] = owner[i];
      if (onlyWaiting && book.waiting[p] === 0) continue;

      const quantity = wanted(book, input, i, p, equity);
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
      else sell(book, input, out, i, p, quantity, isExit ? "exit" : "reduction");
    }
    book.waits = waits;
    return buys;
  }

  /** Held value and open buys a pair, and which pairs count for the pair limit. */
  function lookAtBook(book: Book, input: PortfolioInput, i: number): void {
    for (let p = 0; p < n; p++) {
      const held = book.account.quantity[p];
      const buying = book.side[p] > 0 ? book.remaining[p] : 0;
      const leaving = book.side[p] < 0 && book.remaining[p] === held;
      values[p] = held + buying > 0 ? (held + buying) * input.pairs[p].close[i] : 0;
      counted[p] = (held > 0 && !leaving) || buying > 0 ? 1 : 0;
    }
  }

  /** Insertion sort of entries[0, m) by falling desire; equal desires keep universe order. */
  function sortByDesire(input: PortfolioInput, i: number, m: number): void {
    for (let k = 1; k < m; k++) {
      const p = entries[k];
      const d = input.pairs[p].desire[i];
      let j = k;
      for (; j > 0 && input.pairs[entries[j - 1]].desire[i] < d; j--) entries[j] = entries[j - 1];
      entries[j] = p;
    }
  }

  function buy(
    book: Book,
    input: PortfolioInput,
    out: PortfolioOutput,
    i: number,
    p: number,
    equity: number,
    isQuiet: boolean,
  ): void {
    const pair = input.pairs[p];
    const time = input.time[i];
    const close = pair.close[i];
    const held = book.account.quantity[p];
    cancelOrder(book, out, time, p, "replaced");
    lookAtBook(book, input, i);
    const quantity = roundDown((pair.target[i] * equity - held * close) / close, venues[p].lots);
    const order = look(book, input, i, p, quantity);
    order.equity = equity;
    order.isEntry = held === 0 ? 1 : 0;
    order.quiet = isQuiet ? 1 : 0;
    order.indexAge = input.indexAge === undefined ? 0 : input.indexAge[i];
    const strategy = pair.owner[i];
    if (breaches(terms.limits, order, breach) || isTooCorrelated(book, input, i, order)) {
      refuse(input, out, i, p, strategy, 1, order.value);
      book.refusedOwner[p] = strategy;
      book.refusedDesire[p] = pair.desire[i];
      book.refusedAt[p] = time;
      book.refusedByDowntime[p] = breach.rule === 0 ? 1 : 0; // RULES[0] is downtime
      return;
    }
    sendOrder(terms, book, input, out, i, p, held === 0 ? "entry" : "increase", quantity, strategy);
  }

  function isTooCorrelated(book: Book, input: PortfolioInput, i: number, order: OrderView): boolean {
    if (order.isEntry === 0) return false;
    noteUpTo(book, input, i + 1);
    return breachesCorrelation(config.risk, order, breach);
  }

  function noteUpTo(book: Book, input: PortfolioInput, rows: number): void {
    noteRows(book.history, input.time, input.pairs, terms.decision, noted, rows);
    noted = rows;
  }

  return {
    note(book, input, rows) {
      noteUpTo(book, input, rows);
      noted = 0;
    },
    decide(book, input, out, i, equity) {
      const t = timeOfDay(input.time[i]);
      const isQuiet = t >= window.quietFrom && t < window.end;
      const isDown = t >= window.start && t < window.end;
      const m = sellAll(book, input, out, i, equity, isDown, isQuiet, false);
      if (m > 1) sortByDesire(input, i, m);
      for (let k = 0; k < m; k++) buy(book, input, out, i, entries[k], equity, isQuiet);
    },
    release(book, input, out, i, equity) {
      sellAll(book, input, out, i, equity, false, false, true);
    },
    flatten(book, input, out, i) {
      for (let p = 0; p < n; p++) {
        const held = book.account.quantity[p];
        if (held === 0) {
          cancelOrder(book, out, input.time[i], p, "halted");
          book.sellRefused[p] = 0;
        } else if (net(book, p) > 0) sell(book, input, out, i, p, held, "flatten");
      }
    },
  };
}
