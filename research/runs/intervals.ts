import { DAY } from "../../engine/market/bars.ts";
import type { Replay } from "../../engine/replay.ts";
import { blockLength, createResampler, daysOfBlock, type Interval } from "../metrics/bootstrap.ts";
import { returnsOf } from "../metrics/drawdown.ts";
import { momentsOf } from "../metrics/performance.ts";
import { RESAMPLED, type Resampled, type Scale } from "../metrics/resampled.ts";
import { type Drawing, drawAll, intervalAbove, type Statistic } from "../metrics/statistic.ts";
import { YEAR } from "./equity-figures.ts";
import type { RunFigures } from "./figures.ts";
import { ofParts, ofRegimes, ofReturns, ofTrips } from "./resampled-parts.ts";

export { type Interval, RESAMPLED, type Resampled };

export type ResampledIntervals = Readonly<Record<Resampled, Interval>>;

/**
 * How sure a run's figures are, by the stationary bootstrap (Politis and Romano 1994): the days are put together anew
 * `draws` times, in blocks that keep what neighbouring days have in common, and an interval holds the middle `level` of
 * what a figure then comes to. It says how far luck with these days reaches; not what other markets would have
 * brought, nor what choosing among configs adds. In metrics.json under `intervals`.
 *
 * - All days of the run, its benchmarks, regimes, strategies and pairs come from the same draws: the parts' P&L add up
 *   to the drawn days' changes of equity in every draw. Bars after the last 00:00 UTC close take no part.
 * - Final equity, total return, CAGR and drawdown are those of the drawn days one after another, from the initial equity.
 * - P&L of a part is the sum of its daily P&L in quote currency; a regime's also varies in how often its days are drawn.
 * - A year's days are drawn within it, closed round trips in order of entry, with block lengths of their own.
 * - No interval where the figure has no value, on fewer than 20 days with anything to measure (10 round trips), where
 *   more than 5 % of the draws have no value, or where all are the same.
 */
export interface Intervals {
  readonly method: "stationary bootstrap of days, percentiles";
  readonly level: number;
  readonly draws: number;
  readonly seed: number;
  /**
   * Mean length of a block, days (Politis and White 2004, corrected 2009): what the run's returns need, or their squares
   * where those need more, as volatility outlasts direction. Buy-and-hold's where the run's returns do not vary.
   */
  readonly blockDays: number;
  /** Daily returns that are drawn from. */
  readonly days: number;
  readonly metrics: ResampledIntervals;
  readonly benchmark: { readonly buyAndHold: ResampledIntervals; readonly scaled: ResampledIntervals };
  /** Sharpe of the run less that of the benchmark, of the same days. */
  readonly sharpeAbove: { readonly buyAndHold: Interval; readonly scaled: Interval };
  /** Of round trips, resampled in blocks by entry. */
  readonly roundTrips: {
    readonly winRate: Interval;
    readonly profitFactor: Interval;
    readonly expectancy: Interval;
  };
  /** In the order of the document's lists. */
  readonly byRegime: readonly {
    readonly pnl: Interval;
    readonly totalReturn: Interval;
    readonly sharpe: Interval;
  }[];
  readonly byStrategy: readonly { readonly pnl: Interval; readonly sharpe: Interval }[];
  readonly byPair: readonly { readonly pnl: Interval; readonly sharpe: Interval }[];
  /** Resampled within the year. */
  readonly byYear: readonly {
    readonly totalReturn: Interval;
    readonly volatility: Interval;
    readonly sharpe: Interval;
    readonly maxDrawdown: Interval;
  }[];
}

export interface IntervalOptions {
  readonly seed: number;
  /** Resamples: 2,000. */
  readonly draws?: number;
  /** 0.95. */
  readonly level?: number;
}

/** Streams of the seed; a year has its own number. */
const [DAYS, TRIPS] = [0, 1];

/** Intervals of the figures of a replay. The same seed gives the same bits. */
export function intervals(replay: Replay, figures: RunFigures, options: IntervalOptions): Intervals {
  const { seed, draws = 2000, level = 0.95 } = options;
  const drawing: Drawing = { draws, level };
  const { daily, metrics, benchmark } = figures;
  const returns = daily.returns.slice(1);
  const days = returns.length;
  const scale: Scale = {
    initial: metrics.initialEquity.value ?? 0,
    periods: YEAR / Math.max(DAY, replay.panel.interval),
    years: days === 0 ? 0 : (daily.time[days] - daily.time[0]) / YEAR,
  };
  const held = returnsOf(daily.buyAndHold);
  const blockDays = daysOfBlock(momentsOf(returns).constant ? held : returns);

  const run = ofReturns(returns, scale, drawing);
  const buyAndHold = ofReturns(held, scale, drawing);
  const scaled = ofReturns(returnsOf(daily.scaled), scale, drawing);
  const regimes = ofRegimes(replay, daily, drawing);
  const strategies = ofParts(daily, daily.pnlByStrategy, scale.periods, drawing);
  const pairs = ofParts(daily, daily.pnlByPair, scale.periods, drawing);
  const all = [run, buyAndHold, scaled, ...regimes, ...strategies, ...pairs];
  drawAll(createResampler(days, blockDays, seed, DAYS), draws, all);

  const own = run.intervals(metrics);
  const sharpeOf = ({ draws }: Statistic<Resampled>, { sharpe }: ResampledIntervals) => ({
    draws: draws.sharpe,
    interval: sharpe,
  });
  const above = (other: Statistic<Resampled>, its: ResampledIntervals): Interval =>
    intervalAbove(sharpeOf(run, own), sharpeOf(other, its), "the benchmark", level);
  const benchmarks = {
    buyAndHold: buyAndHold.intervals(benchmark.buyAndHold),
    scaled: scaled.intervals(benchmark.scaled),
  };
  return {
    method: "stationary bootstrap of days, percentiles",
    level,
    draws,
    seed,
    blockDays,
    days,
    metrics: own,
    benchmark: benchmarks,
    sharpeAbove: {
      buyAndHold: above(buyAndHold, benchmarks.buyAndHold),
      scaled: above(scaled, benchmarks.scaled),
    },
    roundTrips: intervalsOfTrips(figures, drawing, seed),
    byRegime: figures.byRegime.map((f, r) => regimes[r].intervals(f)),
    byStrategy: figures.byStrategy.map(({ pnl, sharpe }, s) => strategies[s].intervals({ pnl, sharpe })),
    byPair: figures.byPair.map(({ pnl, sharpe }, p) => pairs[p].intervals({ pnl, sharpe })),
    byYear: intervalsOfYears(figures, scale, drawing, seed),
  };
}

function intervalsOfTrips(
  { trips, metrics }: RunFigures,
  drawing: Drawing,
  seed: number,
): Intervals["roundTrips"] {
  const closed = trips.filter((t) => !t.open).sort((a, b) => a.entryTime - b.entryTime);
  const block = blockLength(closed.map((t) => t.pnl)).stationary;
  const statistic = ofTrips(closed, drawing);
  drawAll(createResampler(closed.length, block, seed, TRIPS), drawing.draws, [statistic]);
  return statistic.intervals(metrics.roundTrips);
}

function intervalsOfYears(
  { byYear, daily }: RunFigures,
  scale: Scale,
  drawing: Drawing,
  seed: number,
): Intervals["byYear"] {
  let from = 1; // the years' days follow each other
  return byYear.map((year) => {
    const returns = daily.returns.slice(from, from + year.days);
    from += year.days;
    const statistic = ofReturns(returns, { ...scale, years: year.days / scale.periods }, drawing);
    drawAll(createResampler(year.days, daysOfBlock(returns), seed, year.year), drawing.draws, [statistic]);
    const { totalReturn, volatility, sharpe, maxDrawdown } = statistic.intervals(year);
    return { totalReturn, volatility, sharpe, maxDrawdown };
  });
}
