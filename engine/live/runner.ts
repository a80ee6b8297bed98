import type { Column, Slot } from "../kernel.ts";
import { BAR_FIELDS } from "../market/bars.ts";
import type { CancelEvents, FillEvents, OrderEvents, RefusalEvents } from "../portfolio/events.ts";
import { OPERATOR } from "../portfolio/operator.ts";
import { type Checkpoint, createSession } from "../session.ts";
import type { System } from "../system.ts";
import { checkRow, closedDoor, type DoorState, passed } from "./door.ts";
import type { LiveRow } from "./row.ts";

/** What a row brought. The tables are the session's own and hold until the next row is taken. */
export interface RowOutput {
  /** Number of the row, from 0. */
  readonly row: number;
  /** Close, ms UTC. */
  readonly time: number;
  readonly orders: OrderEvents;
  readonly fills: FillEvents;
  readonly cancels: CancelEvents;
  readonly refusals: RefusalEvents;
  /** What any column of the system's plan says in this row. */
  value(slot: Slot): number;
}

/** Where rows are written down: what went in before the session advances, what came out after. */
export interface Journal {
  /** Returns when the row is there to stay. */
  input(row: LiveRow, at: number, said: Said): void;
  output(out: RowOutput): void;
}

/** What an operator said at a row (a value of OPERATOR), and how many of his commands were taken by then. */
export interface Said {
  readonly operator: number;
  readonly taken: number;
}

export const nothingSaid = (taken: number): Said => ({ operator: OPERATOR.none, taken });

/** The account at a row's close, quote currency; `halted` is 1 while nothing may be bought. */
export interface Money {
  equity: number;
  cash: number;
  held: number;
  halted: number;
}

/** All that a runner needs to go on elsewhere: plain data. */
export interface RunnerState {
  readonly session: Checkpoint;
  readonly door: DoorState;
  readonly totals: Totals;
  readonly money: Money;
  /** How many of the operator's commands were taken. */
  readonly taken: number;
}

/** How many there were since the first row. */
export interface Totals {
  orders: number;
  fills: number;
  cancels: number;
  refusals: number;
}

/** One system, fed a row at a time. */
export interface Runner {
  /** Rows taken so far. */
  readonly row: number;
  /** Close of the last one, ms UTC; NaN before the first. */
  readonly time: number;
  readonly taken: number;
  readonly totals: Readonly<Totals>;
  /** After the last row; NaN before the first. */
  readonly money: Readonly<Money>;
  /**
   * Takes the next row: door, journal, session, journal. A row that the door refuses changes nothing.
   * @param now time of day for the door, ms UTC.
   * @throws what the door, the journal and the session throw; after the latter two the runner is void.
   */
  take(row: LiveRow, said: Said, now: number, journal?: Journal): RowOutput;
  state(): RunnerState;
}

/**
 * Opens a system for rows one at a time: the same session as in a replay, of one row.
 * @throws FathomError E_CHECKPOINT_PLAN when `from` was taken under another plan.
 */
export function createRunner(system: System, from?: RunnerState): Runner {
  const { plan, inputs, portfolio } = system;
  const session = createSession(plan, { capacity: 1, from: from?.session });
  const door = from === undefined ? closedDoor(system.symbols.length) : structuredClone(from.door);
  const totals = { ...(from?.totals ?? { orders: 0, fills: 0, cancels: 0, refusals: 0 }) };
  const money: Money = {
    ...(from?.money ?? { equity: Number.NaN, cash: Number.NaN, held: Number.NaN, halted: Number.NaN }),
  };
  let taken = from?.taken ?? 0;
  const time = session.get(inputs.time);
  const operator = session.get(inputs.operator);
  const bars = inputs.pairs.map((pair) => BAR_FIELDS.map((field): Column => session.get(pair[field])));
  const outside = inputs.outside && [session.get(inputs.outside.value), session.get(inputs.outside.age)];
  const shown = [portfolio.equity, portfolio.cash, portfolio.held, portfolio.halted].map(session.get);
  const out = {
    row: 0,
    time: 0,
    orders: session.get(portfolio.orders as Slot<OrderEvents>),
    fills: session.get(portfolio.fills as Slot<FillEvents>),
    cancels: session.get(portfolio.cancels as Slot<CancelEvents>),
    refusals: session.get(portfolio.refusals as Slot<RefusalEvents>),
    value: (slot: Slot) => session.get(slot)[0],
  };

  function feed(row: LiveRow, command: number): void {
    time[0] = row.time;
    operator[0] = command;
    for (let p = 0; p < bars.length; p++) {
      const bar = row.pairs[p];
      for (let f = 0; f < 5; f++) bars[p][f][0] = bar === null ? Number.NaN : bar[f];
    }
    if (outside === undefined) return;
    outside[0][0] = row.outside?.value ?? Number.NaN;
    outside[1][0] = row.outside?.age ?? Number.NaN;
  }

  return {
    get row() {
      return session.row;
    },
    get time() {
      return door.time;
    },
    get taken() {
      return taken;
    },
    totals,
    money,
    take(row, said, now, journal) {
      checkRow(system, door, row, session.row, now);
      journal?.input(row, session.row, said);
      feed(row, said.operator);
      out.row = session.row;
      out.time = row.time;
      session.advance(1);
      passed(system, door, row);
      taken = said.taken;
      [money.equity, money.cash, money.held, money.halted] = [
        shown[0][0],
        shown[1][0],
        shown[2][0],
        shown[3][0],
      ];
      totals.orders += out.orders.n;
      totals.fills += out.fills.n;
      totals.cancels += out.cancels.n;
      totals.refusals += out.refusals.n;
      journal?.output(out);
      return out;
    },
    state: () => ({
      session: session.checkpoint(),
      door: structuredClone(door),
      totals: { ...totals },
      money: { ...money },
      taken,
    }),
  };
}
