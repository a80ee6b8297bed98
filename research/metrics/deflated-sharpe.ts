import { type Figure, unsupported } from "./figure.ts";
import { probit } from "./normal.ts";
import { momentsOf } from "./performance.ts";
import { probabilisticSharpe, type SharpeSample, sharpeSample } from "./sharpe-inference.ts";

/** How much was tried before one was chosen. */
export interface Trials {
  /** How many independent trials they are worth; need not be whole. */
  readonly effective: number;
  /** Variance (ddof 1) of the trials' Sharpe ratios per period. */
  readonly variance: number;
}

/** Trials as counted from their returns. */
export interface CountedTrials extends Trials {
  /** Trials whose returns vary; one that never traded cannot be the best and is not counted. */
  readonly count: number;
  /** Mean correlation over all pairs of them; 0 where there is no pair. */
  readonly correlation: number;
}

/** N (1 - rho) + rho: 1 where all move together, N where none do. A negative rho counts as 0: N trials are at most N. */
export function effectiveTrials(n: number, correlation: number): number {
  const rho = Math.min(1, Math.max(0, correlation));
  return n * (1 - rho) + rho;
}

/**
 * Counts every configuration that was tried, the chosen one among them.
 *
 * @param trials Returns of each, per period, all over the same periods.
 */
export function countTrials(trials: readonly ArrayLike<number>[]): CountedTrials {
  const live = trials.filter((returns) => !momentsOf(returns).constant);
  const count = live.length;
  if (count < 2) return { count, effective: count, correlation: 0, variance: 0 };
  const ratios = live.map((returns) => sharpeSample(returns).sharpe);
  const correlation = meanCorrelation(live);
  return {
    count,
    effective: effectiveTrials(count, correlation),
    correlation,
    variance: (momentsOf(ratios).m2 * count) / (count - 1),
  };
}

/** In one pass: the variance of the sum of standardised series is the sum of all N^2 correlations. */
function meanCorrelation(series: readonly ArrayLike<number>[]): number {
  const n = series[0].length;
  const count = series.length;
  const sum = new Float64Array(n);
  for (const returns of series) {
    const { mean, m2 } = momentsOf(returns);
    const scale = 1 / Math.sqrt(m2);
    for (let t = 0; t < n; t++) sum[t] += (returns[t] - mean) * scale;
  }
  let squares = 0;
  for (let t = 0; t < n; t++) squares += sum[t] * sum[t];
  return (squares / n - count) / (count * (count - 1));
}

const EULER = 0.5772156649015329;

/**
 * Sharpe ratio, per period, that the best of so many skill-less trials is expected to show:
 * sqrt(variance) ((1 - g) Z(1 - 1/N) + g Z(1 - 1/(N e))), g Euler's constant, Z the normal quantile (Bailey and Lopez de Prado
 * 2014). 0 for one trial, and where the approximation falls below 0 (N < 1.6).
 */
export function expectedBestSharpe({ effective, variance }: Trials): number {
  if (!(effective > 1 && variance > 0)) return 0;
  const z = -(1 - EULER) * probit(1 / effective) - EULER * probit(1 / (effective * Math.E));
  return Math.max(0, Math.sqrt(variance) * z);
}

/** The deflated Sharpe ratio and the benchmark it was held against. */
export interface DeflatedSharpe {
  /** expectedBestSharpe of the trials, per period. */
  readonly benchmark: Figure;
  /** PSR(benchmark): the probability that the chosen one is better than the best of as many skill-less trials. */
  readonly probability: Figure;
}

/** DSR (Bailey and Lopez de Prado 2014). @param sample Of the trial that was chosen. */
export function deflatedSharpe(sample: SharpeSample, trials: Trials): DeflatedSharpe {
  if (
    !(trials.effective >= 1 && trials.variance >= 0 && Number.isFinite(trials.effective + trials.variance))
  ) {
    const none = unsupported("no trial is counted: at least the chosen one was tried");
    return { benchmark: none, probability: none };
  }
  const benchmark = expectedBestSharpe(trials);
  return { benchmark: { value: benchmark }, probability: probabilisticSharpe(sample, benchmark) };
}
