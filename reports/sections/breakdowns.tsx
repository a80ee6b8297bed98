import { DAY } from "../../engine/market/bars.ts";
import type { ProvenDocument } from "../../research/runs/document.ts";
import type { Interval } from "../../research/runs/intervals.ts";
import { money, numberOf, percent, ratio, shown, span, whole, wholeMoney } from "../format.ts";
import { whiskers } from "../interval-plot.tsx";
import {
  type Column,
  colourOf,
  dataTable,
  How,
  Key,
  type Missing,
  Part,
  type WithInterval,
} from "../table.tsx";

interface Props {
  readonly document: ProvenDocument;
}

const NO_INTERVAL: Interval = { low: null, high: null, why: "no interval" };

const withInterval = (figure: string | Missing, interval: string | Missing): WithInterval => ({
  figure,
  interval,
});

/** Rows of a list with their intervals, which are in the same order, and their places. */
const joined = <R, I>(rows: readonly R[], intervals: readonly I[]) =>
  rows.map((row, k) => ({ ...row, k, interval: intervals[k] as I | undefined }));

/** A column that draws each row's P&L with its interval on one scale. */
function pnlPlot<R extends { readonly pnl: number; readonly interval?: { readonly pnl: Interval } }>(
  rows: readonly R[],
): Column<R> {
  const whisker = (row: R) => ({ interval: row.interval?.pnl ?? NO_INTERVAL, at: row.pnl });
  const draw = whiskers(rows.map(whisker));
  return { head: "P&L around 0", left: true, cell: (row) => draw(whisker(row)) };
}

export function ByRegime({ document }: Props) {
  const { byRegime, intervals, quote, from } = document;
  if (from === null) return null;
  const rows = joined(byRegime, intervals.byRegime);
  type R = (typeof rows)[number];
  return (
    <Part id="regimes" title="By regime">
      {dataTable<R>({
        label: "Figures by regime",
        columns: [
          { head: "Regime", left: true, cell: (r) => <Key colour={`regime-${r.k}`} name={r.regime} /> },
          { head: "Share of bars", cell: (r) => percent(r.share) },
          {
            head: `P&L (${quote})`,
            cell: (r) => withInterval(money(r.pnl), span(r.interval?.pnl ?? NO_INTERVAL, wholeMoney)),
          },
          pnlPlot(rows),
          {
            head: "Return",
            cell: (r) =>
              withInterval(
                shown(r.totalReturn, percent),
                span(r.interval?.totalReturn ?? NO_INTERVAL, percent),
              ),
          },
          {
            head: "Sharpe",
            cell: (r) => withInterval(shown(r.sharpe, ratio), span(r.interval?.sharpe ?? NO_INTERVAL, ratio)),
          },
          { head: "Fills", cell: (r) => whole(r.fills) },
          { head: `Costs (${quote})`, cell: (r) => money(r.costs.total) },
          { head: "Closed trips", cell: (r) => whole(r.roundTrips.closed) },
          { head: "Won", cell: (r) => shown(r.roundTrips.winRate, percent) },
        ],
        rows,
      })}
      <How>
        Every bar belongs to the regime that was decided at the close before it, every trip to the regime it
        was entered in; the P&L of all regimes adds up to the run's. Return and Sharpe (a year) are those of
        the regime's bars alone. Small figures are {whole(intervals.level * 100)}% intervals; in the drawings
        the dot is the figure, the bar its interval, the thin line 0.
      </How>
    </Part>
  );
}

export function ByStrategy({ document }: Props) {
  const { byStrategy, intervals, quote, from } = document;
  if (from === null) return null;
  const rows = joined(byStrategy, intervals.byStrategy);
  type R = (typeof rows)[number];
  return (
    <Part id="strategies" title="By strategy">
      {dataTable<R>({
        label: "Figures by strategy",
        columns: [
          { head: "Strategy", left: true, cell: (s) => <Key colour={colourOf(s.k)} name={s.strategy} /> },
          {
            head: `P&L (${quote})`,
            cell: (s) => withInterval(money(s.pnl), span(s.interval?.pnl ?? NO_INTERVAL, wholeMoney)),
          },
          pnlPlot(rows),
          {
            head: "Sharpe",
            cell: (s) => withInterval(shown(s.sharpe, ratio), span(s.interval?.sharpe ?? NO_INTERVAL, ratio)),
          },
          { head: "Orders", cell: (s) => whole(s.orders) },
          { head: "Refused", cell: (s) => whole(s.refusals) },
          { head: "Fills", cell: (s) => whole(s.fills) },
          { head: `Costs (${quote})`, cell: (s) => money(s.costs.total) },
          { head: "Closed trips", cell: (s) => whole(s.roundTrips.closed) },
          { head: "Won", cell: (s) => shown(s.roundTrips.winRate, percent) },
          { head: "Profit factor", cell: (s) => shown(s.roundTrips.profitFactor, ratio) },
        ],
        rows,
      })}
      <How>
        A strategy's P&L is marked to market while it holds a pair, and its Sharpe is that of its daily P&L
        over the run's equity; a round trip counts for the strategy that opened it. Where one strategy takes a
        pair over from another, the two can differ in sign: one has the trip, the other what became of it.
      </How>
    </Part>
  );
}

export function ByPair({ document }: Props) {
  const { byPair, intervals, quote, from } = document;
  if (from === null) return null;
  const rows = joined(byPair, intervals.byPair);
  type R = (typeof rows)[number];
  return (
    <Part id="pairs" title="By pair">
      {dataTable<R>({
        label: "Figures by pair",
        columns: [
          { head: "Pair", left: true, cell: (p) => p.pair },
          {
            head: `P&L (${quote})`,
            cell: (p) => withInterval(money(p.pnl), span(p.interval?.pnl ?? NO_INTERVAL, wholeMoney)),
          },
          pnlPlot(rows),
          {
            head: "Sharpe",
            cell: (p) => withInterval(shown(p.sharpe, ratio), span(p.interval?.sharpe ?? NO_INTERVAL, ratio)),
          },
          { head: "Orders", cell: (p) => whole(p.orders) },
          { head: "Refused", cell: (p) => whole(p.refusals) },
          { head: "Fills", cell: (p) => whole(p.fills) },
          { head: `Costs (${quote})`, cell: (p) => money(p.costs.total) },
          { head: "Closed trips", cell: (p) => whole(p.roundTrips.closed) },
          { head: "Won", cell: (p) => shown(p.roundTrips.winRate, percent) },
          { head: "Profit factor", cell: (p) => shown(p.roundTrips.profitFactor, ratio) },
        ],
        rows,
      })}
      <How>
        What each pair earned after costs, marked to market; the pairs add up to the run's P&L. Sharpe is that
        of a pair's daily P&L over the run's equity.
      </How>
    </Part>
  );
}

export function ByYear({ document }: Props) {
  const { byYear, intervals } = document;
  if (byYear.length === 0) return null;
  const rows = joined(byYear, intervals.byYear);
  type R = (typeof rows)[number];
  const whisker = (y: R) => ({
    interval: y.interval?.totalReturn ?? NO_INTERVAL,
    at: numberOf(y.totalReturn),
  });
  const draw = whiskers(rows.map(whisker));
  return (
    <Part id="years" title="By year">
      {dataTable<R>({
        label: "Figures by year",
        columns: [
          { head: "Year", left: true, cell: (y) => `${y.year}${y.days < daysOf(y.year) ? " (part)" : ""}` },
          { head: "Days", cell: (y) => whole(y.days) },
          {
            head: "Return",
            cell: (y) =>
              withInterval(
                shown(y.totalReturn, percent),
                span(y.interval?.totalReturn ?? NO_INTERVAL, percent),
              ),
          },
          { head: "Return around 0", left: true, cell: (y) => draw(whisker(y)) },
          {
            head: "Volatility a year",
            cell: (y) =>
              withInterval(
                shown(y.volatility, percent),
                span(y.interval?.volatility ?? NO_INTERVAL, percent),
              ),
          },
          {
            head: "Sharpe",
            cell: (y) => withInterval(shown(y.sharpe, ratio), span(y.interval?.sharpe ?? NO_INTERVAL, ratio)),
          },
          {
            head: "Max drawdown, daily closes",
            cell: (y) =>
              withInterval(
                shown(y.maxDrawdown, percent),
                span(y.interval?.maxDrawdown ?? NO_INTERVAL, percent),
              ),
          },
        ],
        rows,
      })}
      <How>
        Calendar years in UTC, each resampled within itself. A single year's interval is wide: read the rows
        together.
      </How>
    </Part>
  );
}

export const daysOf = (year: number): number => (Date.UTC(year + 1, 0) - Date.UTC(year, 0)) / DAY;
