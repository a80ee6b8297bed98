import { type Figure, figure, unsupported } from "./figure.ts";
import { normalCdf, probit } from "./normal.ts";
import { momentsOf, sharpe } from "./performance.ts";

/**
 * What the sampling error of a Sharpe ratio depends on. Everything is per period (a day), never annualised, and never per trade:
 * the number of trades is no number of independent periods.
 */
export interface SharpeSample {
  /** Number of returns, idle periods included. */
  readonly n: number;
  /** mean / standard deviation (ddof 1). */
  readonly sharpe: number;
  /** m3 / m2^(3/2), moments with n in the denominator. */
  readonly skew: number;
  /** m4 / m2^2: 3 for the normal distribution, not the excess over it. */
  readonly kurtosis: number;
  /** Why the other numbers say nothing, or null. */
  readonly lack: string | null;
}

/** @param returns On a fixed grid, as fractions: the daily UTC grid of a run. */
export function sharpeSample(returns: ArrayLike<number>): SharpeSample {
  const moments = momentsOf(returns);
  const { n, m2, m3, m4 } = moments;
  const ratio = sharpe(moments, 1);
  const skew = m3 / (m2 * Math.sqrt(m2));
  const kurtosis = m4 / (m2 * m2);
  if (ratio.value !== null && Number.isFinite(skew) && Number.isFinite(kurtosis)) {
    return { n, sharpe: ratio.value, skew, kurtosis, lack: null };
  }
  const lack = ratio.value === null ? ratio.why : "returns vary too little to measure";
  return { n, sharpe: 0, skew: 0, kurtosis: 0, lack };
}

/** (n - 1) times the variance of the Sharpe ratio: 1 - skew SR + (kurtosis - 1) / 4 SR^2. Never below 0 (Pearson). */
const spread = ({ sharpe, skew, kurtosis }: SharpeSample): number =>
  1 - skew * sharpe + ((kurtosis - 1) / 4) * sharpe * sharpe;

const NO_SPREAD = "returns with two values only: their moments leave the Sharpe ratio no error";

/** Too little for any of the figures below, or null. */
function lackOf(sample: SharpeSample): string | null {
  if (sample.lack !== null) return sample.lack;
  if (sample.n < 2) return "fewer than 2 returns";
  return spread(sample) > 0 ? null : NO_SPREAD;
}

/** Standard error of the Sharpe ratio per period, sqrt(spread / (n - 1)) (Mertens 2002; Bailey and Lopez de Prado 2012). */
export function sharpeStandardError(sample: SharpeSample): Figure {
  const lack = lackOf(sample);
  if (lack !== null) return unsupported(lack);
  return figure(Math.sqrt(spread(sample) / (sample.n - 1)), "the moments are not finite");
}

/**
 * PSR: the probability that the true Sharpe ratio lies above `benchmark`,
 * Phi((SR - benchmark) sqrt(n - 1) / sqrt(spread)) (Bailey and Lopez de Prado 2012). A probability: nothing to annualise.
 *
 * @param benchmark A Sharpe ratio per period: an annual one divided by sqrt(365).
 */
export function probabilisticSharpe(sample: SharpeSample, benchmark: number): Figure {
  const error = sharpeStandardError(sample);
  if (error.value === null) return error;
  return figure(normalCdf((sample.sharpe - benchmark) / error.value), "the benchmark is not finite");
}

/**
 * Minimum track record: so many periods, not rounded, until PSR(benchmark) reaches `confidence` if the moments stay what they are,
 * 1 + spread (z / (SR - benchmark))^2 (Bailey and Lopez de Prado 2012).
 *
 * @param confidence 0.95; z is its normal quantile.
 */
export function minimumTrackRecord(sample: SharpeSample, benchmark: number, confidence: number): Figure {
  const lack = lackOf(sample);
  if (lack !== null) return unsupported(lack);
  const above = sample.sharpe - benchmark;
  if (!(above > 0)) return unsupported("the Sharpe ratio is not above the one it is held against");
  const ratio = probit(confidence) / above;
  return figure(
    1 + spread(sample) * ratio * ratio,
    "the Sharpe ratio is too close to the one it is held against",
  );
}

/** Lags that Lo's factor looks at unless told otherwise: floor(4 (n / 100)^(2/9)), by whole powers (Newey and West 1994). */
export function defaultLags(n: number): number {
  const size = (n / 100) * (n / 100);
  let lags = 0;
  for (;;) {
    const x = (lags + 1) / 4;
    const cube = x * x * x;
    if (!(cube * cube * cube <= size)) return lags;
    lags++;
  }
}

/**
 * Lo's factor (2002): what a Sharpe ratio per period is multiplied with for q periods,
 * eta(q) = sqrt(q) / sqrt(1 + 2 sum over k of (1 - k / q) rho_k): sqrt(q) where returns do not follow each other, less where gains
 * follow gains. rho_k has the mean and the sum of squares of the whole series.
 *
 * @param q Periods to scale to: 365 for a year of days.
 * @param lags How many rho_k; at most q - 1 and n - 1 of them. All 364 of a year are mostly noise.
 */
export function loFactor(returns: ArrayLike<number>, q: number, lags = defaultLags(returns.length)): Figure {
  const moments = momentsOf(returns);
  const { n, mean, m2 } = moments;
  const ratio = sharpe(moments, 1);
  if (ratio.value === null) return ratio;
  let bracket = 1;
  for (let k = 1; k <= Math.min(lags, q - 1, n - 1); k++) {
    let sum = 0;
    for (let t = k; t < n; t++) sum += (returns[t] - mean) * (returns[t - k] - mean);
    bracket += (2 * (1 - k / q) * sum) / (n * m2);
  }
  if (bracket <= 0)
    return unsupported("autocorrelations leave no variance to a sum of returns: take fewer lags");
  return figure(Math.sqrt(q) / Math.sqrt(bracket), "a return is not finite");
}
