import { HOUR } from "../../engine/market/bars.ts";
import type { Replay } from "../../engine/replay.ts";
import { type Figure, figure } from "../metrics/figure.ts";
import { addCosts, type Costs, noCosts } from "./costs.ts";
import { closesOf, rowOfFill } from "./rows.ts";

/** A pair's way from flat to flat; it belongs to its first fill's strategy. Quote currency, base quantity. */
export interface RoundTrip {
  readonly pair: number;
  readonly strategy: number;
  /** Rows of the first and the last fill; of an open one the last row. */
  readonly entryRow: number;
  readonly exitRow: number;
  /** Times of the first and the last fill (the bars' opens), ms UTC; of an open one the last close. */
  readonly entryTime: number;
  readonly exitTime: number;
  /** Sum of all buys. */
  readonly quantity: number;
  /** Mean prices by quantity; of an open one what is still held counts at the last close. */
  readonly entryPrice: number;
  readonly exitPrice: number;
  /** After all costs, and over the value bought. */
  readonly pnl: number;
  readonly return: number;
  readonly fills: number;
  readonly costs: Costs;
  /** Lowest and highest close while held over the mean entry price, minus 1. */
  readonly worst: number;
  readonly best: number;
  /** Still held at the end: marked to market, without exit costs. */
  readonly open: boolean;
}

interface Running {
  strategy: number;
  entryRow: number;
  entryTime: number;
  bought: number;
  boughtValue: number;
  sold: number;
  soldValue: number;
  most: number;
  fills: number;
  costs: Costs;
}

/** Sums of lots leave dust: less than this share of the most that was held is flat. */
const DUST = 1e-9;

/** All round trips in order of their ends; open ones come last, in order of pairs. */
export function roundTrips(replay: Replay): RoundTrip[] {
  const { fills, panel } = replay;
  const { at } = fills;
  const running: (Running | undefined)[] = replay.symbols.map(() => undefined);
  const trips: RoundTrip[] = [];
  for (let k = 0; k < fills.n; k++) {
    const pair = at.pair[k];
    let trip = running[pair];
    if (trip === undefined) {
      trip = running[pair] = {
        strategy: at.strategy[k],
        entryRow: rowOfFill(replay, k),
        entryTime: at.time[k],
        bought: 0,
        boughtValue: 0,
        sold: 0,
        soldValue: 0,
        most: 0,
        fills: 0,
        costs: noCosts(),
      };
    }
    const quantity = at.quantity[k];
    if (at.side[k] > 0) {
      trip.bought += quantity;
      trip.boughtValue += quantity * at.price[k];
    } else {
      trip.sold += quantity;
      trip.soldValue += quantity * at.price[k];
    }
    trip.fills++;
    addCosts(trip.costs, fills, k);
    const held = trip.bought - trip.sold;
    if (held > trip.most) trip.most = held;
    if (held > DUST * trip.most) continue;
    trips.push(ended(replay, pair, trip, rowOfFill(replay, k), at.time[k], false));
    running[pair] = undefined;
  }
  const last = panel.time.length - 1;
  running.forEach((trip, pair) => {
    if (trip !== undefined) trips.push(ended(replay, pair, trip, last, panel.time[last], true));
  });
  return trips;
}

function ended(
  replay: Replay,
  pair: number,
  trip: Running,
  exitRow: number,
  exitTime: number,
  open: boolean,
): RoundTrip {
  const close = closesOf(replay, pair);
  const { strategy, entryRow, entryTime, bought, boughtValue, fills, costs } = trip;
  const left = open ? bought - trip.sold : 0;
  const value = trip.soldValue + left * close[exitRow];
  const entryPrice = boughtValue / bought;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  // what is sold at a bar's open did not see that bar's close, unless it was also bought there
  const lastHeld = open || exitRow === entryRow ? exitRow : exitRow - 1;
  for (let i = entryRow; i <= lastHeld; i++) {
    if (close[i] < low) low = close[i];
    if (close[i] > high) high = close[i];
  }
  const pnl = value - boughtValue - costs.fee;
  return {
    pair,
    strategy,
    entryRow,
    exitRow,
    entryTime,
    exitTime,
    quantity: bought,
    entryPrice,
    exitPrice: value / (trip.sold + left),
    pnl,
    return: pnl / boughtValue,
    fills,
    costs,
    worst: low / entryPrice - 1,
    best: high / entryPrice - 1,
    open,
  };
}

/** Figures of round trips. Open ones are counted and take no part in the rest. */
export interface RoundTripFigures {
  readonly closed: number;
  readonly open: number;
  /** Share with a P&L above 0. */
  readonly winRate: Figure;
  /** Gains over losses. */
  readonly profitFactor: Figure;
  /** Mean P&L, quote currency, and mean return on the value bought. */
  readonly expectancy: Figure;
  readonly meanReturn: Figure;
  readonly meanHoldHours: Figure;
}

export function roundTripFigures(trips: readonly RoundTrip[]): RoundTripFigures {
  let closed = 0;
  let won = 0;
  let gains = 0;
  let losses = 0;
  let returns = 0;
  let hold = 0;
  for (const trip of trips) {
    if (trip.open) continue;
    closed++;
    if (trip.pnl > 0) {
      won++;
      gains += trip.pnl;
    } else losses -= trip.pnl;
    returns += trip.return;
    hold += trip.exitTime - trip.entryTime;
  }
  const why = "no closed round trip";
  return {
    closed,
    open: trips.length - closed,
    winRate: figure(won / closed, why),
    profitFactor: figure(gains / losses, closed === 0 ? why : "no round trip lost"),
    expectancy: figure((gains - losses) / closed, why),
    meanReturn: figure(returns / closed, why),
    meanHoldHours: figure(hold / closed / HOUR, why),
  };
}
