import type { Panel } from "../engine/market/bars.ts";

/** For tests: what is characteristic of a pair's bars, whatever its price. */
export interface StylisedFacts {
  /** Standard deviation of simple returns, per bar. */
  readonly sd: number;
  /** Population kurtosis of returns (3 for normal ones). */
  readonly kurtosis: number;
  /** Autocorrelation of absolute returns at lags 1, 24 and 168. */
  readonly clustering1: number;
  readonly clustering24: number;
  readonly clustering168: number;
  readonly maxDrawdown: number;
  /** Mean of ln(high / low) against the mean of absolute returns. */
  readonly range: number;
  /** Correlation of absolute returns with log-volume, over bars with volume. */
  readonly volumeOnReturn: number;
  /** Autocorrelation of log-volume at lag 1, over bars with volume. */
  readonly volumeClustering: number;
}

/** Facts of one pair of a panel, from its listing on. */
export function stylisedFacts(panel: Panel, k: number): StylisedFacts {
  const all = panel.pairs[k];
  const first = all.close.findIndex((c) => !Number.isNaN(c));
  const close = all.close.subarray(first);
  const returns = returnsOf(close);
  const size = returns.map(Math.abs);
  const { mean, sd, kurtosis } = moments(returns);
  let peak = 0;
  let maxDrawdown = 0;
  for (const c of close) {
    peak = Math.max(peak, c);
    maxDrawdown = Math.max(maxDrawdown, 1 - c / peak);
  }
  const [high, low, volume] = [all.high, all.low, all.volume].map((x) => x.subarray(first));
  const traded = Array.from(volume.keys()).filter((i) => i > 0 && volume[i] > 0);
  const range = traded.reduce((sum, i) => sum + Math.log(high[i] / low[i]), 0) / traded.length;
  const logVolume = Float64Array.from(traded, (i) => Math.log(volume[i]));
  return {
    sd: Math.sqrt(sd * sd + mean * mean),
    kurtosis,
    clustering1: autocorrelation(size, 1),
    clustering24: autocorrelation(size, 24),
    clustering168: autocorrelation(size, 168),
    maxDrawdown,
    range: range / moments(size).mean,
    volumeOnReturn: correlation(
      logVolume,
      Float64Array.from(traded, (i) => size[i - 1]),
    ),
    volumeClustering: autocorrelation(logVolume, 1),
  };
}

/** Correlations of returns between all pairs of a panel, over the rows where both are listed. */
export function crossCorrelations(panel: Panel): number[] {
  const returns = panel.pairs.map((pair) => returnsOf(pair.close));
  const listed = returns.map((x) => x.findIndex((r) => !Number.isNaN(r)));
  return returns.flatMap((x, i) =>
    returns.slice(i + 1).map((y, j) => {
      const first = Math.max(listed[i], listed[i + 1 + j]);
      return correlation(x.subarray(first), y.subarray(first));
    }),
  );
}

function returnsOf(close: Float64Array): Float64Array {
  const returns = new Float64Array(close.length - 1);
  for (let i = 0; i < returns.length; i++) returns[i] = close[i + 1] / close[i] - 1;
  return returns;
}

function moments(x: Float64Array): { mean: number; sd: number; kurtosis: number } {
  let mean = 0;
  for (const v of x) mean += v / x.length;
  let square = 0;
  let fourth = 0;
  for (const v of x) {
    const d = (v - mean) * (v - mean);
    square += d / x.length;
    fourth += (d * d) / x.length;
  }
  return { mean, sd: Math.sqrt(square), kurtosis: fourth / (square * square) };
}

function autocorrelation(x: Float64Array, lag: number): number {
  const { mean, sd } = moments(x);
  let sum = 0;
  for (let i = lag; i < x.length; i++) sum += (x[i] - mean) * (x[i - lag] - mean);
  return sum / (x.length * sd * sd);
}

function correlation(x: Float64Array, y: Float64Array): number {
  const [a, b] = [moments(x), moments(y)];
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] - a.mean) * (y[i] - b.mean);
  return sum / (x.length * a.sd * b.sd);
}
