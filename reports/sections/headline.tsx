import { counted } from "../../datasets/counted.ts";
import { DAY } from "../../engine/market/bars.ts";
import type { PlainFigure } from "../../research/metrics/figure.ts";
import type { ProvenDocument } from "../../research/runs/document.ts";
import type { Interval, Resampled } from "../../research/runs/intervals.ts";
import { judgeOf } from "../../research/runs/judge.ts";
import type { StoredRun } from "../../research/runs/read-run.ts";
import {
  date,
  moment,
  money,
  numberOf,
  percent,
  ratio,
  type Show,
  shown,
  span,
  whole,
  wholeMoney,
} from "../format.ts";
import { modelsOf } from "../models.ts";
import { type Cell, dataTable, How } from "../table.tsx";

/** What was run, who judged its entries, and whether the drawdown limit ended it. */
export function Header({ run: { document, manifest } }: { readonly run: StoredRun }) {
  const { pairs, interval, venues, quote, from, to, rows, warmUpRows, run, halted, halts } = document;
  const models = modelsOf(manifest);
  const range =
    from === null || to === null
      ? "no row may trade"
      : `${date(from)} to ${date(to)} (${counted(Math.floor((Date.parse(to) - Date.parse(from)) / DAY), "day")})`;
  return (
    <header>
      <p class="eyebrow">Fathom · backtest report</p>
      <h1>{pairs.join(" ")}</h1>
      <p class="run-line">
        {interval} bars from {venues.join(", ")} in {quote} · {range} · {whole(rows)} rows,{" "}
        {whole(warmUpRows)} of them to warm up · run <code>{run}</code>
      </p>
      {models.length > 0 && (
        <p class="run-line">
          Entries judged by {judgeOf(manifest)}, from {moment(models[0].from)} UTC
          {models.length > 1 && ` (${counted(models.length, "model")}, each until the next)`}
        </p>
      )}
      {venues.includes("synthetic") && (
        <p class="made">
          <strong>Made bars, no market.</strong> This run shows how the system works; what it earned says
          nothing about trading.
        </p>
      )}
      {halted !== null && (
        <p class="halted">
          <strong>HALTED</strong> on {moment(halted)} UTC by the drawdown limit
          {halts > 1 && ` (the first of ${whole(halts)} times)`}
        </p>
      )}
    </header>
  );
}

interface Row {
  readonly name: string;
  readonly of: readonly [
    own: Cell,
    interval: Cell,
    held: Cell,
    heldInterval: Cell,
    scaled: Cell,
    scaledInterval: Cell,
  ];
}

/** The figures that have a benchmark and, by name, an interval. */
const COMPARED: readonly (readonly [key: Resampled, name: string, show: Show, rough?: Show])[] = [
  ["finalEquity", "Final equity", money, wholeMoney],
  ["totalReturn", "Total return", percent],
  ["cagr", "CAGR", percent],
  ["volatility", "Volatility a year", percent],
  ["sharpe", "Sharpe", ratio],
  ["sortino", "Sortino", ratio],
  ["maxDrawdown", "Max drawdown, daily closes", percent],
];

/** The headline figures beside the benchmarks, each with its interval. */
export function Headline({ document }: { readonly document: ProvenDocument }) {
  const { metrics, benchmark, intervals, quote } = document;
  const { buyAndHold, scaled } = benchmark;
  const rows: Row[] = COMPARED.map(([key, name, show, rough = show]) => ({
    name: key === "finalEquity" ? `${name} (${quote})` : name,
    of: [
      shown(metrics[key], show),
      span(intervals.metrics[key], rough),
      shown(buyAndHold[key], show),
      span(intervals.benchmark.buyAndHold[key], rough),
      shown(scaled[key], show),
      span(intervals.benchmark.scaled[key], rough),
    ],
  }));
  const own = (name: string, cell: Cell): Row => ({ name, of: [cell, "", "", "", "", ""] });
  rows.push(
    {
      name: "Sharpe, run less benchmark",
      of: [
        "",
        "",
        above(metrics.sharpe, buyAndHold.sharpe),
        span(intervals.sharpeAbove.buyAndHold, ratio),
        above(metrics.sharpe, scaled.sharpe),
        span(intervals.sharpeAbove.scaled, ratio),
      ],
    },
    own("Exposure, mean of equity", shown(metrics.exposureMean, percent)),
  );
  const exposure = numberOf(metrics.exposureMean);
  const level = `${whole(intervals.level * 100)}% interval`;
  const at = (k: number) => (row: Row) => row.of[k];
  return (
    <div class="headline">
      {dataTable({
        label: "Headline figures and benchmarks",
        columns: [
          { head: "", left: true, cell: (row: Row) => row.name },
          { head: "Run", cell: at(0) },
          { head: level, cell: at(1) },
          { head: "Buy-and-hold", cell: at(2) },
          { head: level, cell: at(3) },
          { head: exposure === null ? "Scaled" : `Scaled to ${percent(exposure)}`, cell: at(4) },
          { head: level, cell: at(5) },
        ],
        rows,
        rowClass: (row) => (row.of[0] === "" ? "apart" : undefined),
      })}
      <How>
        {verdictOf(intervals.sharpeAbove.scaled)} Intervals resample the run's {whole(intervals.days)} daily
        returns in blocks of about {whole(intervals.blockDays)} days ({whole(intervals.draws)} draws).
        “Scaled” is buy-and-hold with only the run's mean exposure invested.
      </How>
    </div>
  );
}

function above(own: PlainFigure, other: PlainFigure): Cell {
  if (typeof own !== "number") return own;
  return typeof other === "number" ? ratio(own - other) : other;
}

function verdictOf(difference: Interval): string {
  if (difference.low === null) return "";
  const where =
    difference.low > 0
      ? "lies above 0: on these days the run earned more for its risk than the scaled benchmark."
      : difference.high < 0
        ? "lies below 0: on these days the run earned less for its risk than the scaled benchmark."
        : "contains 0: these days do not tell the run's Sharpe from the benchmark's.";
  return `The interval of the difference in Sharpe ${where}`;
}
