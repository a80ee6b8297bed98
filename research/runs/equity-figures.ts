import { DAY } from "../../engine/market/bars.ts";
import { longestUnderwater, maxDrawdown, returnsOf } from "../metrics/drawdown.ts";
import { type Figure, figure, unsupported } from "../metrics/figure.ts";
import { cagr, calmar, performance } from "../metrics/performance.ts";
import { iso } from "./rows.ts";

export const YEAR = 365 * DAY;

/** The longest spell below an earlier peak, from the peak to the recovery, or to the end where it is open. */
export interface Spell {
  readonly days: number;
  /** ISO times. */
  readonly from: string;
  readonly to: string;
  readonly open: boolean;
}

/**
 * Figures of an equity series. All but three are on daily returns: equity at 00:00 UTC closes, the first
 * point is the equity at the first row, idle days included, risk-free 0, 365 days a year. Total return and
 * CAGR reach to the last row; `maxDrawdownAtBars` looks at every bar's close. Fractions; drawdowns are 0
 * or negative.
 */
export interface EquityFigures {
  readonly initialEquity: Figure;
  readonly finalEquity: Figure;
  readonly totalReturn: Figure;
  readonly cagr: Figure;
  readonly volatility: Figure;
  readonly sharpe: Figure;
  readonly sortino: Figure;
  readonly calmar: Figure;
  readonly maxDrawdown: Figure;
  readonly maxDrawdownAtBars: Figure;
  readonly longestUnderwater: Spell | null;
  readonly omega: Figure;
  readonly skew: Figure;
  readonly kurtosis: Figure;
  readonly valueAtRisk: Figure;
  readonly conditionalValueAtRisk: Figure;
  readonly tailRatio: Figure;
  readonly ulcerIndex: Figure;
  /** Number of daily returns. */
  readonly returns: number;
}

/** Equity at the first row and at every 00:00 UTC close after it. */
export interface DailyEquity {
  readonly time: Float64Array;
  readonly equity: Float64Array;
}

export function dailyEquity(time: Float64Array, equity: Float64Array, firstRow: number): DailyEquity {
  const rows: number[] = [];
  let midnight = Number.NEGATIVE_INFINITY;
  for (let i = firstRow; i < time.length; i++) {
    if (time[i] < midnight) continue;
    if (i === firstRow || time[i] % DAY === 0) rows.push(i);
    midnight = Math.floor(time[i] / DAY) * DAY + DAY;
  }
  return {
    time: Float64Array.from(rows, (i) => time[i]),
    equity: Float64Array.from(rows, (i) => equity[i]),
  };
}

/** @param interval Length of a bar, ms: bars longer than a day make the grid's step. */
export function equityFigures(
  time: Float64Array,
  equity: Float64Array,
  firstRow: number,
  interval: number,
): EquityFigures {
  const last = time.length - 1;
  const empty = firstRow > last;
  const why = "no row may trade";
  const daily = dailyEquity(time, equity, firstRow);
  const p = performance(returnsOf(daily.equity), YEAR / Math.max(DAY, interval));
  const start = empty ? Number.NaN : equity[firstRow];
  const growth = empty ? Number.NaN : equity[last] / start;
  const annual = empty ? unsupported(why) : cagr(growth, (time[last] - time[firstRow]) / YEAR);
  const worst = maxDrawdown(daily.equity);
  return {
    initialEquity: figure(start, why),
    finalEquity: figure(empty ? Number.NaN : equity[last], why),
    totalReturn: figure(growth - 1, empty ? why : "equity starts at 0"),
    cagr: annual,
    volatility: p.volatility,
    sharpe: p.sharpe,
    sortino: p.sortino,
    calmar: calmar(annual, worst),
    maxDrawdown: empty ? unsupported(why) : figure(worst, why),
    maxDrawdownAtBars: empty ? unsupported(why) : figure(maxDrawdown(equity.subarray(firstRow)), why),
    longestUnderwater: spellOf(daily),
    omega: p.omega,
    skew: p.skew,
    kurtosis: p.kurtosis,
    valueAtRisk: p.valueAtRisk,
    conditionalValueAtRisk: p.conditionalValueAtRisk,
    tailRatio: p.tailRatio,
    ulcerIndex: p.ulcerIndex,
    returns: p.n,
  };
}

function spellOf({ time, equity }: DailyEquity): Spell | null {
  const spell = longestUnderwater(equity);
  if (spell === null) return null;
  const from = time[spell.peak];
  const to = time[spell.recovery ?? spell.last];
  return { days: (to - from) / DAY, from: iso(from), to: iso(to), open: spell.recovery === null };
}
