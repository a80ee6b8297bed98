import { type Figure, figure } from "../metrics/figure.ts";
import { performance } from "../metrics/performance.ts";
import type { Daily } from "./daily.ts";
import { iso } from "./rows.ts";

/**
 * One calendar year (UTC) of daily returns; the first and the last may be parts. The return of the day that
 * ends at 00:00 on 1 January belongs to the year before.
 */
export interface YearFigures {
  readonly year: number;
  /** Daily returns in it. */
  readonly days: number;
  /** The returns compounded: the years' growths multiply to the growth between the first and the last daily point. */
  readonly totalReturn: Figure;
  readonly volatility: Figure;
  readonly sharpe: Figure;
  /** From peaks within the year; the equity that it began with is one. */
  readonly maxDrawdown: Figure;
}

/** The return of one calendar month (UTC), "2020-03"; the day that ends at 00:00 on the 1st is the month before's. */
export interface MonthFigures {
  readonly month: string;
  readonly days: number;
  readonly totalReturn: Figure;
}

/** One entry a year that has daily returns. @param periods Daily points a year. */
export function byYear(daily: Daily, periods: number): YearFigures[] {
  return spansOf(daily, 4).map(({ name, from, to }) => {
    const p = performance(daily.returns.subarray(from, to), periods);
    const { totalReturn, volatility, sharpe, maxDrawdown } = p;
    return { year: Number(name), days: p.n, totalReturn, volatility, sharpe, maxDrawdown };
  });
}

/** One entry a month that has daily returns. */
export function byMonth(daily: Daily): MonthFigures[] {
  return spansOf(daily, 7).map(({ name, from, to }) => {
    let growth = 1;
    for (let k = from; k < to; k++) growth *= 1 + daily.returns[k];
    return { month: name, days: to - from, totalReturn: figure(growth - 1, "a return is not finite") };
  });
}

interface Span {
  readonly name: string;
  /** The daily points [from, to) that end its days. */
  readonly from: number;
  readonly to: number;
}

/** Spans of returns whose days share the first `length` characters of their ISO date. */
function spansOf({ time }: Daily, length: number): Span[] {
  const spans: Span[] = [];
  let from = 1;
  for (let k = 1; k < time.length; k++) {
    const name = nameOf(time[k], length);
    if (k + 1 < time.length && nameOf(time[k + 1], length) === name) continue;
    spans.push({ name, from, to: k + 1 });
    from = k + 1;
  }
  return spans;
}

/** The day that ends at midnight is the day before. */
const nameOf = (end: number, length: number): string => iso(end - 1).slice(0, length);
