import { toWholeLots } from "../account/account.ts";
import type { Column } from "../kernel.ts";
import { createReturnHistory, noteRows } from "../risk/correlation.ts";
import type { Breach, OrderView } from "../risk/limits.ts";
import type { Book, PortfolioInput, Terms } from "./book.ts";

/**
 * The settings and the scratch of one portfolio kernel, shared by all sessions of its plan: `openBlock` sets
 * anew what an advance reads, so that nothing outlives one, not even one that threw.
 */
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
  /** The operator's column where it says something in this block, which is rare. */
  commands: Column | undefined;
  /** Strategies as bits whose P&L changed in the row at hand. */
  touched: number;
}

/** A desk for all sessions of one plan. */
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
    commands: undefined,
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
  desk.noted = 0;
  desk.touched = 0;
  desk.commands = saysSomething(input.operator, rows) ? input.operator : undefined;
  wants.fill(0, 0, words * rows);
  live.fill(0);
  for (let p = 0; p < n; p++) {
    const { target } = input.pairs[p];
    const bit = 1 << (p & 31);
    if (isLive(book, p)) live[p >> 5] |= bit;
    for (let i = 0, at = p >> 5; i < rows; i++, at += words) if (target[i] > 0) wants[at] |= bit;
  }
}

function saysSomething(operator: Column | undefined, rows: number): boolean {
  if (operator === undefined) return false;
  for (let i = 0; i < rows; i++) if (operator[i] > 0) return true;
  return false;
}

const isLive = (book: Book, p: number): boolean =>
  book.account.quantity[p] !== 0 || book.side[p] !== 0 || book.refusedOwner[p] >= 0;

/** The lowest set bit of a word, as a number from 0. */
export const lowestBit = (word: number): number => 31 - Math.clz32(word & -word);

/*
 * Functions of the module, not closures of a kernel: they are compiled once for all systems of a process.
 */

/** The limits' view of an order in pair p at row i. */
export function look(
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

/** Base quantity after the open order, as it stands. */
export function net(desk: Desk, book: Book, p: number): number {
  const held = book.account.quantity[p];
  if (book.side[p] === 0) return held;
  return toWholeLots(held + book.side[p] * book.remaining[p], desk.terms.venues[p].lots);
}

/** Notes the running block's rows before `rows` for the correlation limit: when an entry asks, and at its end. */
export function noteUpTo(desk: Desk, book: Book, input: PortfolioInput, rows: number): void {
  noteRows(book.history, input.time, input.pairs, desk.terms.decision, desk.noted, rows);
  desk.noted = rows;
}
