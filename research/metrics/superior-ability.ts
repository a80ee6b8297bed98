import { FathomError } from "../../engine/errors.ts";
import { ln } from "../../engine/math.ts";
import { blockLength, createResampler } from "./bootstrap.ts";
import { type Figure, unsupported } from "./figure.ts";
import { type Moments, momentsOf } from "./performance.ts";

/** Hansen's three p-values and the steps to them; the arrays have one item a model. */
export interface SuperiorAbility {
  /** max(greatest studentised mean difference, 0): 0 where no model is better than the benchmark. */
  readonly statistic: Figure;
  /** Probability of such a statistic if no model were better; small says that the best one is no luck of choosing. */
  readonly consistent: Figure;
  /** The same where models that did worse count for nothing, and where all count as good as the benchmark. */
  readonly lower: Figure;
  readonly upper: Figure;
  /** The model with the greatest studentised difference, or null where none is better. */
  readonly best: number | null;
  /** Mean block of the resamples, items. */
  readonly block: number;
  /** Means of the differences. */
  readonly mean: Float64Array;
  /** n times the variance of each mean. */
  readonly variance: Float64Array;
  /** A model whose mean lies below is no candidate: it is recentred to 0. */
  readonly threshold: Float64Array;
}

export interface Resampling {
  /** Resamples, 2,000 or more. */
  readonly draws: number;
  readonly seed: number;
  /** Mean block of the stationary bootstrap, items; by default the mean of what the models' differences ask for. */
  readonly block?: number;
}

/**
 * The test for superior predictive ability (Hansen 2005): is the best of all models better than the benchmark, given that it was chosen from
 * so many? Means are studentised by the bootstrap's own variance, statistics are truncated at 0, and p is the share of
 * resamples that reach the statistic, so that p = 1 where no model is better. The Python library arch (8.0) does not studentise its
 * p-values whatever it is told; they differ.
 *
 * @param differences Of each model: its return less the benchmark's (or the benchmark's loss less its own), the same n >= 3 periods.
 * @throws FathomError E_METRIC_INPUT where lengths differ.
 */
export function superiorAbility(
  differences: readonly ArrayLike<number>[],
  { draws, seed, block }: Resampling,
): SuperiorAbility {
  const n = differences.length === 0 ? 0 : differences[0].length;
  const other = differences.findIndex((d) => d.length !== n);
  if (other >= 0) {
    throw new FathomError(
      "E_METRIC_INPUT",
      `superiorAbility: model ${other} has ${differences[other].length} differences, expected ${n} as model 0 has`,
      { model: other, found: differences[other].length, expected: n },
    );
  }
  const moments = differences.map(momentsOf);
  const length = Math.max(1, block ?? meanBlock(differences));
  const mean = Float64Array.from(moments, (m) => m.mean);
  const variance = Float64Array.from(differences, (d, k) => meanVariance(d, moments[k], length));
  const patience = 2 * ln(ln(n));
  const threshold = variance.map((v) => -Math.sqrt((v / n) * patience) || 0);
  const steps = { block: length, mean, variance, threshold };
  const lack = lackOf(n, draws, moments);
  if (lack !== null) {
    const none = unsupported(lack);
    return { statistic: none, consistent: none, lower: none, upper: none, best: null, ...steps };
  }
  const dense = differences.map((d) => Float64Array.from(d));
  return { ...test(dense, steps, n, draws, seed), ...steps };
}

/** Not the longest: among hundreds of estimates that is the most mistaken one. */
function meanBlock(differences: readonly ArrayLike<number>[]): number {
  let sum = 0;
  for (const d of differences) sum += Math.max(1, blockLength(d).stationary);
  return sum / Math.max(1, differences.length);
}

function lackOf(n: number, draws: number, moments: readonly Moments[]): string | null {
  if (moments.length === 0) return "no models";
  if (n < 3) return `${n} periods: a long-run variance needs at least 3`;
  if (!(draws >= 1)) return "no resamples";
  const broken = moments.findIndex((m) => !Number.isFinite(m.m2));
  if (broken >= 0) return `a difference of model ${broken} is not finite`;
  const sure = moments.findIndex((m) => m.constant && m.mean > 0);
  return sure >= 0 ? `model ${sure} is better than the benchmark by the same in every period` : null;
}

/**
 * n times the variance of the mean over all stationary resamples, without drawing any: C_0 + 2 sum of k(i) C_i with
 * k(i) = (1 - i/n) (1 - p)^i + (i/n) (1 - p)^(n - i), p = 1 / block (Hansen 2005, after Politis and Romano 1994). 0 for a model that
 * equals the benchmark.
 */
function meanVariance(d: ArrayLike<number>, { n, mean, m2, constant }: Moments, block: number): number {
  if (constant) return 0;
  const stays = 1 - 1 / block;
  const powers = new Float64Array(n + 1);
  powers[0] = 1;
  for (let i = 1; i <= n; i++) powers[i] = powers[i - 1] * stays;
  const e = Float64Array.from(d, (x) => x - mean);
  let variance = m2;
  for (let i = 1; i < n; i++) {
    const kernel = (1 - i / n) * powers[i] + (i / n) * powers[n - i];
    if (kernel < 1e-18) continue; // most lags of a long series
    let sum = 0;
    for (let t = i; t < n; t++) sum += e[t] * e[t - i];
    variance += (2 * kernel * sum) / n;
  }
  return Math.max(0, variance);
}

type Steps = Pick<SuperiorAbility, "block" | "mean" | "variance" | "threshold">;

function test(
  differences: readonly Float64Array[],
  { block, mean, variance, threshold }: Steps,
  n: number,
  draws: number,
  seed: number,
): Omit<SuperiorAbility, keyof Steps> {
  const root = Math.sqrt(n);
  let statistic = 0;
  let best: number | null = null;
  for (let k = 0; k < mean.length; k++) {
    const t = variance[k] > 0 ? (root * mean[k]) / Math.sqrt(variance[k]) : 0;
    if (t > statistic) {
      statistic = t;
      best = k;
    }
  }
  const resampler = createResampler(n, block, seed);
  let lower = 0;
  let consistent = 0;
  let upper = 0;
  for (let draw = 0; draw < draws; draw++) {
    resampler.next();
    let low = 0;
    let middle = 0;
    let high = 0;
    for (let k = 0; k < mean.length; k++) {
      if (variance[k] === 0) continue;
      const drawn = weightedSum(differences[k], resampler.counts) / n;
      const scale = root / Math.sqrt(variance[k]);
      low = Math.max(low, scale * (drawn - Math.max(mean[k], 0)));
      middle = Math.max(middle, scale * (drawn - (mean[k] >= threshold[k] ? mean[k] : 0)));
      high = Math.max(high, scale * (drawn - mean[k]));
    }
    if (low >= statistic) lower++;
    if (middle >= statistic) consistent++;
    if (high >= statistic) upper++;
  }
  return {
    statistic: { value: statistic },
    best,
    lower: { value: lower / draws },
    consistent: { value: consistent / draws },
    upper: { value: upper / draws },
  };
}

function weightedSum(x: Float64Array, counts: Float64Array): number {
  // four sums at a time, so that one addition does not wait for the other
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let t = 0;
  for (; t + 3 < counts.length; t += 4) {
    a += counts[t] * x[t];
    b += counts[t + 1] * x[t + 1];
    c += counts[t + 2] * x[t + 2];
    d += counts[t + 3] * x[t + 3];
  }
  for (; t < counts.length; t++) a += counts[t] * x[t];
  return a + b + (c + d);
}
