import { DAY } from "../../engine/market/bars.ts";
import type { Replay } from "../../engine/replay.ts";
import { createResampler, daysOfBlock, type Interval } from "../metrics/bootstrap.ts";
import { returnsOf } from "../metrics/drawdown.ts";
import { type Figure, figure, unsupported } from "../metrics/figure.ts";
import { sharpe as annualSharpe, momentsOf, quantile } from "../metrics/performance.ts";
import type { Resampled } from "../metrics/resampled.ts";
import { drawAll, type Statistic } from "../metrics/statistic.ts";
import { type DailyEquity, dailyEquity, equityFigures, YEAR } from "../runs/equity-figures.ts";
import { ofReturns } from "../runs/resampled-parts.ts";

/** What gates 3 and 4 read off the equity of one replay. */
export interface EquityEvidence {
  /** Daily returns on the 00:00 UTC grid from the first row on, idle days in. */
  readonly returns: Float64Array;
  /** Their number. */
  readonly days: number;
  /** Annual, risk-free 0, with its 95 % interval. */
  readonly sharpe: Figure;
  readonly sharpeInterval: Interval;
  /** Greatest fall below an earlier peak at bar closes, 0 or positive. */
  readonly drawdown: Figure;
  /** Not passed in 95 % of the resamples of days: 0 or positive. */
  readonly resampledDrawdown: Figure;
}

export const LEVEL = 0.95;
const DRAWS = 2000;

/** @param seed Chooses the resamples; the same gives the same bits. */
export function equityEvidence(replay: Replay, seed: number): EquityEvidence {
  const { panel, columns, firstRow } = replay;
  const { returns, sharpe, drawn } = dailyReturns(replay);
  resample(returns, seed, [drawn]);
  const { maxDrawdownAtBars } = equityFigures(panel.time, columns.equity, firstRow, panel.interval);
  return {
    returns,
    days: returns.length,
    sharpe,
    sharpeInterval: drawn.intervals({ sharpe }).sharpe,
    drawdown: positive(maxDrawdownAtBars),
    resampledDrawdown: resampled(drawn.draws.maxDrawdown, returns),
  };
}

export interface DailyReturns extends DailyEquity {
  readonly returns: Float64Array;
  /** Annual, risk-free 0. */
  readonly sharpe: Figure;
  /** Figures of the returns, to be measured on resamples. */
  readonly drawn: Statistic<Resampled>;
}

/** The days of a replay. */
export function dailyReturns({ panel, columns, firstRow }: Replay): DailyReturns {
  const { time, equity } = dailyEquity(panel.time, columns.equity, firstRow);
  const returns = returnsOf(equity);
  const days = returns.length;
  const periods = YEAR / Math.max(DAY, panel.interval);
  const years = days === 0 ? 0 : (time[days] - time[0]) / YEAR;
  const scale = { initial: equity[0] ?? 0, periods, years };
  return {
    time,
    equity,
    returns,
    sharpe: annualSharpe(momentsOf(returns), periods),
    drawn: ofReturns(returns, scale, { draws: DRAWS, level: LEVEL }),
  };
}

/** Measures all of them on the same draws of days, in blocks as long as these returns remember. */
export function resample(
  returns: Float64Array,
  seed: number,
  statistics: readonly Statistic<Resampled>[],
): void {
  drawAll(createResampler(returns.length, daysOfBlock(returns), seed), DRAWS, statistics);
}

/** Drawdowns are 0 or negative elsewhere; a limit is easier read the other way. */
const positive = (drawdown: Figure): Figure =>
  drawdown.value === null ? drawdown : figure(-drawdown.value, "");

function resampled(draws: Float64Array, returns: Float64Array): Figure {
  if (draws.length > 0)
    return figure(-quantile(draws.slice().sort(), 1 - LEVEL), "a resample has no drawdown");
  return unsupported(
    `${returns.filter((r) => r !== 0).length} of ${returns.length} days moved: too few to resample`,
  );
}
