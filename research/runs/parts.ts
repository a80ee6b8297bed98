import type { Events } from "../../engine/events.ts";
import type { Replay } from "../../engine/replay.ts";
import type { Figure } from "../metrics/figure.ts";
import { momentsOf, sharpe } from "../metrics/performance.ts";
import { addCosts, type Costs, noCosts } from "./costs.ts";
import type { Daily } from "./daily.ts";
import { pnlByPair } from "./pair-pnl.ts";
import { type RoundTrip, type RoundTripFigures, roundTripFigures } from "./round-trips.ts";

/** What one part of the run did, a strategy or a pair. The parts' P&L adds up to the run's. */
export interface PartFigures {
  /** Mark to market, after costs, quote currency. A strategy's costs are those of its orders' fills. */
  readonly pnl: number;
  /** Daily P&L over the equity that the day began with: mean / standard deviation (ddof 1) * sqrt(365). */
  readonly sharpe: Figure;
  readonly orders: number;
  readonly fills: number;
  readonly refusals: number;
  readonly costs: Costs;
  /** A round trip is its first fill's strategy's. */
  readonly roundTrips: RoundTripFigures;
}

export interface StrategyFigures extends PartFigures {
  readonly strategy: string;
}

export interface PairFigures extends PartFigures {
  readonly pair: string;
}

/** One entry a strategy, in the replay's order. @param periods Daily points a year. */
export function byStrategy(
  replay: Replay,
  trips: readonly RoundTrip[],
  daily: Daily,
  periods: number,
): StrategyFigures[] {
  const { columns, firstRow, panel, strategies } = replay;
  const last = panel.time.length - 1;
  const pnl = columns.pnl.map((p) => (firstRow > last ? 0 : p[last] - p[firstRow]));
  const parts = partsOf("strategy", replay, trips, pnl, daily.equity, daily.pnlByStrategy, periods);
  return strategies.map((strategy, s) => ({ strategy, ...parts[s] }));
}

/** One entry a pair that may trade, in the replay's order. @param periods Daily points a year. */
export function byPair(
  replay: Replay,
  trips: readonly RoundTrip[],
  daily: Daily,
  periods: number,
): PairFigures[] {
  const { firstRow, panel, symbols } = replay;
  const last = panel.time.length - 1;
  const pnl = pnlByPair(replay, firstRow > last ? [] : [firstRow, last]).map((p) => p[1] ?? 0);
  const parts = partsOf("pair", replay, trips, pnl, daily.equity, daily.pnlByPair, periods);
  return symbols.map((pair, p) => ({ pair, ...parts[p] }));
}

function partsOf(
  field: "strategy" | "pair",
  { fills, orders, refusals }: Replay,
  trips: readonly RoundTrip[],
  pnl: readonly number[],
  equity: Float64Array,
  dailyPnl: readonly Float64Array[],
  periods: number,
): PartFigures[] {
  const costs = pnl.map(noCosts);
  for (let k = 0; k < fills.n; k++) addCosts(costs[fills.at[field][k]], fills, k);
  return pnl.map((total, k) => ({
    pnl: total,
    sharpe: sharpe(momentsOf(contributions(equity, dailyPnl[k])), periods),
    orders: countOf(orders, field, k),
    fills: countOf(fills, field, k),
    refusals: countOf(refusals, field, k),
    costs: costs[k],
    roundTrips: roundTripFigures(trips.filter((t) => t[field] === k)),
  }));
}

/** A part's share of the daily returns: its P&L over the equity before, as many as there are returns. */
function contributions(equity: Float64Array, pnl: Float64Array): Float64Array {
  const returns = new Float64Array(Math.max(0, equity.length - 1));
  for (let k = 0; k < returns.length; k++) returns[k] = equity[k] > 0 ? pnl[k + 1] / equity[k] : 0;
  return returns;
}

function countOf<F extends string>({ n, at }: Events<F>, field: F, value: number): number {
  let count = 0;
  for (let k = 0; k < n; k++) if (at[field][k] === value) count++;
  return count;
}
