import type { Plain } from "../../research/metrics/figure.ts";
import type { EquityFigures } from "../../research/runs/equity-figures.ts";
import type { Interval, Resampled } from "../../research/runs/intervals.ts";
import type { StoredRun } from "../../research/runs/read-run.ts";
import { fillPrice, haltedOn, haltNote } from "../bounds.ts";
import {
  date,
  finePercent,
  money,
  percent,
  ratio,
  type Show,
  shown,
  span,
  tenth,
  whole,
  wholeMoney,
} from "../format.ts";
import { type Cell, dataTable, How, Part } from "../table.tsx";

type Equity = Plain<EquityFigures>;

/** Every figure of an equity series that is one number, as it is called and shown. */
const EQUITY: readonly (readonly [
  key: Exclude<keyof Equity, "longestUnderwater" | "returns">,
  name: string,
  show: Show,
  /** How the ends of its interval are shown, where not so. */
  rough?: Show,
])[] = [
  ["initialEquity", "Initial equity", money, wholeMoney],
  ["finalEquity", "Final equity", money, wholeMoney],
  ["totalReturn", "Total return", percent],
  ["cagr", "CAGR", percent],
  ["volatility", "Volatility a year", percent],
  ["sharpe", "Sharpe", ratio],
  ["sortino", "Sortino", ratio],
  ["calmar", "Calmar", ratio],
  ["maxDrawdown", "Max drawdown, daily closes", percent],
  ["maxDrawdownAtBars", "Max drawdown, every bar", percent],
  ["omega", "Omega", ratio],
  ["skew", "Skew", ratio],
  ["kurtosis", "Kurtosis (normal 3)", ratio],
  ["valueAtRisk", "5% quantile of daily returns", finePercent],
  ["conditionalValueAtRisk", "Mean of the worst 5% of days", finePercent],
  ["tailRatio", "Tail ratio", ratio],
  ["ulcerIndex", "Ulcer index", percent],
];

interface Row {
  readonly name: string;
  readonly own: Cell;
  readonly interval?: Cell;
  readonly held?: Cell;
  readonly scaled?: Cell;
}

/** All headline figures, also those that the first screen leaves out. */
export function AllFigures({ run }: { readonly run: StoredRun }) {
  const { document } = run;
  const { metrics: m, benchmark, intervals, quote, bounds } = document;
  const { buyAndHold, scaled } = benchmark;
  const intervalOf = (key: string): Interval | undefined => intervals.metrics[key as Resampled];
  const unitOf = (name: string, show: Show) => (show === money ? `${name} (${quote})` : name);
  const equity: Row[] = EQUITY.map(([key, name, show, rough = show]) => {
    const interval = intervalOf(key);
    return {
      name: unitOf(name, show),
      own: shown(m[key], show),
      interval: interval === undefined ? "" : span(interval, rough),
      held: shown(buyAndHold[key], show),
      scaled: shown(scaled[key], show),
    };
  });
  const spell = (x: Equity): Cell =>
    x.longestUnderwater === null
      ? "0"
      : {
          figure: tenth(x.longestUnderwater.days),
          interval: x.longestUnderwater.open
            ? `since ${date(x.longestUnderwater.from)}, not over`
            : `${date(x.longestUnderwater.from)} to ${date(x.longestUnderwater.to)}`,
        };
  const trips = m.roundTrips;
  const tripRow = (key: keyof typeof intervals.roundTrips, name: string, show: Show): Row => ({
    name,
    own: shown(trips[key], show),
    interval: span(intervals.roundTrips[key], show),
  });
  const rows: Row[] = [
    ...equity,
    { name: "Longest under water (days)", own: spell(m), held: spell(buyAndHold), scaled: spell(scaled) },
    {
      name: "Daily returns",
      own: whole(m.returns),
      held: whole(buyAndHold.returns),
      scaled: whole(scaled.returns),
    },
    { name: `P&L (${quote})`, own: money(m.pnl) },
    { name: "Years", own: ratio(m.years) },
    { name: "Exposure, mean of equity", own: shown(m.exposureMean, percent) },
    { name: "Exposure, greatest at a close", own: shown(m.exposureMax, percent) },
    { name: "Turnover a year (times mean equity)", own: shown(m.turnover, ratio) },
    { name: `Value traded (${quote})`, own: money(m.traded) },
    { name: "Costs, of value traded", own: shown(m.costsOfTraded, finePercent) },
    { name: "Costs, of gain before costs", own: shown(m.costsOfGross, percent) },
    { name: "Orders", own: whole(m.orders) },
    { name: "Fills", own: whole(m.fills) },
    { name: "Cancels", own: whole(m.cancels) },
    { name: "Fills outside their bar's range", own: shown(m.flaggedShare, percent) },
    { name: "Round trips, closed", own: whole(trips.closed) },
    { name: "Round trips, open", own: whole(trips.open) },
    tripRow("winRate", "Win rate", percent),
    tripRow("profitFactor", "Profit factor", ratio),
    tripRow("expectancy", `Expectancy (${quote})`, money),
    { name: "Mean return of a trip", own: shown(trips.meanReturn, finePercent) },
    { name: "Mean holding time (hours)", own: shown(trips.meanHoldHours, tenth) },
  ];
  return (
    <Part id="figures" title="All figures">
      {dataTable<Row>({
        label: "All figures",
        columns: [
          { head: "Figure", left: true, cell: (r) => r.name },
          { head: "Run", cell: (r) => r.own },
          { head: `${whole(intervals.level * 100)}% interval`, cell: (r) => r.interval ?? "" },
          { head: "Buy-and-hold", cell: (r) => r.held ?? "" },
          { head: "Scaled", cell: (r) => r.scaled ?? "" },
        ],
        rows,
      })}
      <How>
        Figures of daily returns take equity at 00:00 UTC, idle days included, risk-free 0 and 365 days a
        year. Drawdowns are 0 or negative. Open round trips are counted and take no part in the rest. A fill
        outside of its bar's range was modelled at a worse price than any trade of that bar.
      </How>
      <h3>The same run at the two ends of what a bar hides</h3>
      {dataTable<(typeof EQUITY)[number]>({
        label: "Bounds of fills",
        columns: [
          { head: "Figure", left: true, cell: ([, name, show]) => unitOf(name, show) },
          {
            head: `Worst fills${haltedOn(bounds.worst)}`,
            cell: ([key, , show]) => shown(bounds.worst[key], show),
          },
          {
            head: fillPrice(run) === "modelled" ? "Modelled" : `Run (${fillPrice(run)})`,
            cell: ([key, , show]) => shown(m[key], show),
          },
          {
            head: `Best fills${haltedOn(bounds.best)}`,
            cell: ([key, , show]) => shown(bounds.best[key], show),
          },
        ],
        rows: EQUITY.filter(([key]) => BOUNDED.has(key)),
      })}
      <How>
        The whole run again, sizes and refusals included. Worst: every fill at its bar's high (a buy) or low
        (a sale), or at the modelled price where that is worse. Best: at the bar's open with half-spread and
        fee alone. The truth of a fill lies between. {haltNote(bounds)}
      </How>
    </Part>
  );
}

const BOUNDED = new Set([
  "finalEquity",
  "totalReturn",
  "cagr",
  "sharpe",
  "sortino",
  "maxDrawdown",
  "maxDrawdownAtBars",
]);
