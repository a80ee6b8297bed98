import { exp, ln } from "../../engine/math.ts";
import { equityOf, longestUnderwater, maxDrawdown, type Underwater, ulcerIndex } from "./drawdown.ts";
import { type Figure, figure, unsupported } from "./figure.ts";

/**
 * Figures of a return series r_1..r_n on a fixed grid, idle periods included, P periods a year, risk-free 0.
 * Everything is a fraction. Formulas and their sources: docs of each function below.
 */
export interface Performance {
  /** Number of returns. */
  readonly n: number;
  readonly totalReturn: Figure;
  readonly cagr: Figure;
  readonly mean: Figure;
  readonly volatility: Figure;
  readonly sharpe: Figure;
  readonly sortino: Figure;
  /** 0 or negative. */
  readonly maxDrawdown: Figure;
  readonly calmar: Figure;
  readonly omega: Figure;
  readonly skew: Figure;
  readonly kurtosis: Figure;
  readonly valueAtRisk: Figure;
  readonly conditionalValueAtRisk: Figure;
  readonly tailRatio: Figure;
  readonly ulcerIndex: Figure;
  readonly longestUnderwater: Underwater | null;
}

export interface PerformanceOptions {
  /** Return a period that Sortino asks for. */
  readonly mar?: number;
  /** Return a period that omega divides gains from losses at. */
  readonly tau?: number;
}

/** All figures of a return series. @param periods Periods a year: 365 for days, 8,760 for hours. */
export function performance(
  returns: ArrayLike<number>,
  periods: number,
  { mar = 0, tau = 0 }: PerformanceOptions = {},
): Performance {
  const n = returns.length;
  const equity = equityOf(returns);
  const growth = equity[n];
  const annual = cagr(growth, n / periods);
  const worst = maxDrawdown(equity);
  const sorted = Float64Array.from(returns).sort();
  const moments = momentsOf(returns);
  return {
    n,
    totalReturn: n === 0 ? none : figure(growth - 1, "equity is not finite"),
    cagr: annual,
    mean: n === 0 ? none : figure(moments.mean, "a return is not finite"),
    volatility: volatility(moments, periods),
    sharpe: sharpe(moments, periods),
    sortino: sortino(returns, periods, mar),
    maxDrawdown: n === 0 ? none : figure(worst, "equity is not finite"),
    calmar: calmar(annual, worst),
    omega: omega(returns, tau),
    skew: moments.constant
      ? constant(n)
      : figure(moments.m3 / (moments.m2 * Math.sqrt(moments.m2)), TOO_SMALL),
    kurtosis: moments.constant ? constant(n) : figure(moments.m4 / (moments.m2 * moments.m2), TOO_SMALL),
    valueAtRisk: n === 0 ? none : figure(quantile(sorted, 0.05), "a return is not finite"),
    conditionalValueAtRisk: conditionalValueAtRisk(sorted),
    tailRatio: tailRatio(sorted),
    ulcerIndex: n === 0 ? none : figure(ulcerIndex(equity), "equity is not finite"),
    longestUnderwater: longestUnderwater(equity),
  };
}

const none = unsupported("no returns");
const TOO_SMALL = "returns vary too little to measure";
const constant = (n: number): Figure =>
  unsupported(n === 0 ? "no returns" : n === 1 ? "fewer than 2 returns" : "all returns are the same");

/** Central moments of a series: m_k = mean of (r - mean)^k. */
export interface Moments {
  readonly n: number;
  readonly mean: number;
  readonly m2: number;
  readonly m3: number;
  readonly m4: number;
  /** Fewer than two values, or none that differ by more than the rounding of an equity ratio. */
  readonly constant: boolean;
}

/** An equity ratio near 1 is rounded to half of 2.2e-16: differences of this size are no variation. */
const ROUNDING = 4 * Number.EPSILON;

export function momentsOf(returns: ArrayLike<number>): Moments {
  const n = returns.length;
  let sum = 0;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < n; i++) {
    const r = returns[i];
    sum += r;
    if (r < low) low = r;
    if (r > high) high = r;
  }
  const mean = n === 0 ? 0 : sum / n;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  for (let i = 0; i < n; i++) {
    const d = returns[i] - mean;
    const d2 = d * d;
    s2 += d2;
    s3 += d2 * d;
    s4 += d2 * d2;
  }
  return {
    n,
    mean,
    m2: s2 / n,
    m3: s3 / n,
    m4: s4 / n,
    constant: n < 2 || high - low <= ROUNDING,
  };
}

/** Compound annual growth: growth^(1 / years) - 1, years of 365 days. @param growth Final over first equity. */
export function cagr(growth: number, years: number): Figure {
  if (!(years > 0)) return unsupported("no time has passed");
  if (!(growth > 0)) return figure(growth === 0 ? -1 : Number.NaN, "equity fell below zero");
  return figure(exp(ln(growth) / years) - 1, "too short a time to annualise");
}

/** Standard deviation (ddof 1) * sqrt(P). */
function volatility({ n, m2, constant: same }: Moments, periods: number): Figure {
  if (n < 2) return constant(n);
  return figure(same ? 0 : deviation(n, m2) * Math.sqrt(periods), "a return is not finite");
}

/** mean / standard deviation (ddof 1) * sqrt(P), risk-free 0 (Sharpe 1994). */
export function sharpe(moments: Moments, periods: number): Figure {
  if (moments.constant) return constant(moments.n);
  return figure((moments.mean / deviation(moments.n, moments.m2)) * Math.sqrt(periods), TOO_SMALL);
}

const deviation = (n: number, m2: number): number => Math.sqrt((m2 * n) / (n - 1));

/** (mean - MAR) / sqrt(sum of min(r - MAR, 0)^2 / n) * sqrt(P), n counts all periods (Sortino & Price 1994). */
function sortino(returns: ArrayLike<number>, periods: number, mar = 0): Figure {
  const n = returns.length;
  if (n === 0) return none;
  let sum = 0;
  let below = 0;
  for (let i = 0; i < n; i++) {
    const d = returns[i] - mar;
    sum += d;
    if (d < 0) below += d * d;
  }
  if (below === 0) return unsupported("no return below the minimum asked for");
  return figure((sum / n / Math.sqrt(below / n)) * Math.sqrt(periods), TOO_SMALL);
}

/** CAGR over the size of the largest drawdown (Young 1991). */
export function calmar(annual: Figure, worst: number): Figure {
  if (annual.value === null) return annual;
  if (worst === 0) return unsupported("no drawdown");
  return figure(annual.value / -worst, "the drawdown is too small to divide by");
}

/** Gains over losses about tau: sum max(r - tau, 0) / sum max(tau - r, 0) (Keating & Shadwick 2002). */
function omega(returns: ArrayLike<number>, tau = 0): Figure {
  if (returns.length === 0) return none;
  let gains = 0;
  let losses = 0;
  for (let i = 0; i < returns.length; i++) {
    const d = returns[i] - tau;
    if (d > 0) gains += d;
    else losses -= d;
  }
  if (losses === 0) return unsupported("no return below the threshold");
  return figure(gains / losses, "the losses are too small to divide by");
}

/** Type-7 quantile (linear between order statistics, position q (n - 1)) of a sorted series. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const position = q * (sorted.length - 1);
  const k = Math.floor(position);
  const below = sorted[k];
  const above = sorted[Math.min(k + 1, sorted.length - 1)];
  return below + (position - k) * (above - below);
}

/** Mean of the floor(0.05 (n - 1)) + 1 lowest returns, signed. */
function conditionalValueAtRisk(sorted: ArrayLike<number>): Figure {
  if (sorted.length === 0) return none;
  const count = Math.floor(0.05 * (sorted.length - 1)) + 1;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += sorted[i];
  return figure(sum / count, "a return is not finite");
}

/** |95 % quantile| / |5 % quantile|. */
function tailRatio(sorted: ArrayLike<number>): Figure {
  if (sorted.length === 0) return none;
  const low = Math.abs(quantile(sorted, 0.05));
  if (low === 0) return unsupported("the 5 % quantile is 0");
  return figure(Math.abs(quantile(sorted, 0.95)) / low, "the 5 % quantile is too small to divide by");
}
