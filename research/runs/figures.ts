import { DAY } from "../../engine/market/bars.ts";
import type { FeeSettings } from "../../engine/market/fee-schedule.ts";
import type { Replay } from "../../engine/replay.ts";
import { type Figure, figure } from "../metrics/figure.ts";
import { type BenchmarkPair, buyAndHold, scaledEquity, scaledFigures } from "./benchmark.ts";
import { byRegime, type RefusalFigures, type RegimeFigures, refusalsByRule } from "./breakdown.ts";
import { byMonth, byYear, type MonthFigures, type YearFigures } from "./calendar.ts";
import { addCosts, type Costs, noCosts } from "./costs.ts";
import { type Daily, dailyOf } from "./daily.ts";
import { type EquityFigures, equityFigures, YEAR } from "./equity-figures.ts";
import { byPair, byStrategy, type PairFigures, type StrategyFigures } from "./parts.ts";
import { type RoundTrip, type RoundTripFigures, roundTripFigures, roundTrips } from "./round-trips.ts";

/** The headline of a run. */
export interface RunMetrics extends EquityFigures {
  /** Final less initial equity, quote currency. */
  readonly pnl: number;
  /** Years of 365 days between the first and the last row of the figures. */
  readonly years: number;
  /** Held value over equity at bar closes. */
  readonly exposureMean: Figure;
  readonly exposureMax: Figure;
  /** (Buys + sells) / mean equity / years. */
  readonly turnover: Figure;
  /** Buys + sells, quote currency. */
  readonly traded: number;
  readonly costs: Costs;
  /** All-in cost (fee included) of a unit of value traded. */
  readonly costsOfTraded: Figure;
  /** Costs over what the run would have earned without them. */
  readonly costsOfGross: Figure;
  readonly orders: number;
  readonly fills: number;
  readonly cancels: number;
  /** Share of fills whose price lies outside their bar's range. */
  readonly flaggedShare: Figure;
  readonly roundTrips: RoundTripFigures;
}

/** Everything that is computed from a replay. */
export interface RunFigures {
  readonly metrics: RunMetrics;
  readonly benchmark: { readonly buyAndHold: EquityFigures; readonly scaled: EquityFigures };
  readonly byRegime: readonly RegimeFigures[];
  readonly byStrategy: readonly StrategyFigures[];
  readonly byPair: readonly PairFigures[];
  readonly byYear: readonly YearFigures[];
  readonly byMonth: readonly MonthFigures[];
  readonly refusals: readonly RefusalFigures[];
  /** Rows at which the drawdown limit halted the run. */
  readonly halts: readonly number[];
  readonly trips: readonly RoundTrip[];
  readonly daily: Daily;
}

export interface FigureOptions {
  /** The pairs that may trade, for the benchmark. */
  readonly pairs: readonly BenchmarkPair[];
  readonly fees: FeeSettings;
}

export function runFigures(replay: Replay, { pairs, fees }: FigureOptions): RunFigures {
  const { panel, firstRow, columns } = replay;
  const trips = roundTrips(replay);
  const metrics = metricsOf(replay, trips);
  const cash = metrics.initialEquity.value ?? 0;
  const held = buyAndHold(panel, firstRow, cash, pairs, fees);
  const scaled = scaledEquity(panel, held, firstRow, metrics.exposureMean.value ?? 0);
  const daily = dailyOf(replay, { buyAndHold: held, scaled: scaled.equity });
  const periods = YEAR / Math.max(DAY, panel.interval);
  return {
    metrics,
    benchmark: {
      buyAndHold: equityFigures(panel.time, held, firstRow, panel.interval),
      scaled: scaledFigures(scaled, panel.interval),
    },
    byRegime: byRegime(replay, trips),
    byStrategy: byStrategy(replay, trips, daily, periods),
    byPair: byPair(replay, trips, daily, periods),
    byYear: byYear(daily, periods),
    byMonth: byMonth(daily),
    refusals: refusalsByRule(replay),
    halts: haltsOf(columns.halted),
    trips,
    daily,
  };
}

function metricsOf(replay: Replay, trips: readonly RoundTrip[]): RunMetrics {
  const { panel, firstRow, columns, orders, fills, cancels } = replay;
  const equity = equityFigures(panel.time, columns.equity, firstRow, panel.interval);
  const last = panel.time.length - 1;
  const rows = last - firstRow + 1;
  const years = rows > 0 ? (panel.time[last] - panel.time[firstRow]) / YEAR : 0;
  const pnl = (equity.finalEquity.value ?? 0) - (equity.initialEquity.value ?? 0);

  let sumEquity = 0;
  let sumExposure = 0;
  let maxExposure = 0;
  for (let i = firstRow; i <= last; i++) {
    sumEquity += columns.equity[i];
    const exposure = columns.equity[i] > 0 ? columns.held[i] / columns.equity[i] : 0;
    sumExposure += exposure;
    if (exposure > maxExposure) maxExposure = exposure;
  }

  const costs = noCosts();
  let traded = 0;
  let flagged = 0;
  for (let k = 0; k < fills.n; k++) {
    addCosts(costs, fills, k);
    traded += fills.at.price[k] * fills.at.quantity[k];
    flagged += fills.at.flagged[k];
  }
  const gross = pnl + costs.total;
  const noRow = "no row may trade";
  return {
    ...equity,
    pnl,
    years,
    exposureMean: figure(sumExposure / rows, noRow),
    exposureMax: figure(rows > 0 ? maxExposure : Number.NaN, noRow),
    turnover: figure(traded / (sumEquity / rows) / years, "no time has passed"),
    traded,
    costs,
    costsOfTraded: figure(costs.total / traded, "nothing was traded"),
    costsOfGross: figure(gross > 0 ? costs.total / gross : Number.NaN, "no gain before costs"),
    orders: orders.n,
    fills: fills.n,
    cancels: cancels.n,
    flaggedShare: figure(flagged / fills.n, "no fills"),
    roundTrips: roundTripFigures(trips),
  };
}

function haltsOf(halted: Float64Array): number[] {
  const rows: number[] = [];
  for (let i = 0; i < halted.length; i++) if (halted[i] === 1 && halted[i - 1] !== 1) rows.push(i);
  return rows;
}
