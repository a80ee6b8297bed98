import { DAY } from "../engine/market/bars.ts";
import { REGIMES } from "../engine/regime/classify.ts";
import type { StoredRun } from "../research/runs/read-run.ts";
import {
  type Band,
  type Bin,
  equitySpec,
  histogramSpec,
  lineSpec,
  type Mark,
  monthlyBarsSpec,
  type Point,
  stackedAreaSpec,
} from "./chart-specs.ts";
import { drawChart } from "./charts.ts";
import { rowsToDraw } from "./decimate.ts";
import { numberOf } from "./format.ts";
import { heldHeight } from "./held-height.ts";
import { codesOf, type RunTables } from "./run-tables.ts";
import { colourVariable } from "./table.tsx";

/** The report's pictures as SVG text; null where there is nothing to draw. */
export interface Drawings {
  readonly equity: string | null;
  readonly exposure: string | null;
  readonly histogram: string | null;
  readonly sharpe: string | null;
  readonly volatility: string | null;
  readonly refusals: string | null;
}

/** 100 buckets of at most four points each. */
const BUCKETS = 100;

export async function drawings(run: StoredRun, tables: RunTables): Promise<Drawings> {
  const { daily } = tables;
  const some = daily.rows > 1;
  const rows = some ? rowsToDraw(daily.numbers("equity"), 0, BUCKETS) : [];
  const refused = refusalPoints(tables);
  return {
    equity: some ? await equity(tables, run.document.warmUpRows, rows) : null,
    exposure: some ? await exposure(run, tables) : null,
    histogram: some ? await histogram(run, tables) : null,
    sharpe: some ? await rolling(tables, rows, "sharpe90", ".1f", 0) : null,
    volatility: some ? await rolling(tables, rows, "volatility90", "~%") : null,
    refusals:
      refused.length === 0
        ? null
        : await drawChart(
            "refusals",
            "Refused orders by month and rule",
            monthlyBarsSpec(
              refused,
              rulesRefusing(run).map((_, k) => colourVariable(k)),
            ),
          ),
  };
  function refusalPoints({ refusals }: RunTables): Point[] {
    return monthlyCounts(refusals.numbers("time"), codesOf(refusals.names("rule"), rulesRefusing(run)));
  }
}

/** The rules that refused anything, in the order of the checks. */
const rulesRefusing = ({ document }: StoredRun): string[] =>
  document.refusals.filter((r) => r.count > 0).map((r) => r.rule);

async function equity(
  { columns, daily }: RunTables,
  firstRow: number,
  rows: readonly number[],
): Promise<string> {
  const isTall = heldHeight(daily) !== null;
  const lines = isTall ? (["scaled", "equity"] as const) : (["buyAndHold", "scaled", "equity"] as const);
  const points = pointsOf(
    ["time", "drawdown", ...lines].map((name) => [name, daily.numbers(name)] as const),
    rows,
  );
  const money = points.flatMap((p) => lines.map((line) => p[line])).map(Number);
  const [low, high] = [Math.min(...money), Math.max(...money)];
  const regimes = regimeBands(columns.numbers("time"), codesOf(columns.names("regime"), REGIMES), firstRow);
  return drawChart(
    "equity-still",
    `Equity of the run and of ${isTall ? "the scaled benchmark" : "both benchmarks"} above its drawdown`,
    equitySpec(points, lines, regimes, low > 0 && high > 4 * low),
  );
}

function pointsOf(columns: readonly (readonly [string, Float64Array])[], rows: readonly number[]): Point[] {
  return rows.map((row) => {
    const at = (column: Float64Array) => (column[row] === column[row] ? column[row] : null);
    return Object.fromEntries(columns.map(([name, column]) => [name, at(column)])) as unknown as Point;
  });
}

/** One band a stretch of rows of the same regime. A regime decided at a close holds until the next. */
export function regimeBands(time: Float64Array, regime: Float64Array, firstRow: number): Band[] {
  const bands: Band[] = [];
  let from = firstRow;
  for (let i = firstRow + 1; i < time.length; i++) {
    if (i < time.length - 1 && regime[i] === regime[from]) continue;
    if (regime[from] >= 0) bands.push({ from: time[from], to: time[i], regime: regime[from] });
    from = i;
  }
  return bands;
}

async function exposure({ document }: StoredRun, { daily }: RunTables): Promise<string> {
  const time = daily.numbers("time");
  const days = daysAStep(daily.rows);
  const points = document.byStrategy.flatMap(({ strategy }, series) => {
    const means = meansOf(daily.numbers(`exposure.${strategy}`), days);
    return means.map((value, k) => ({ time: time[k * days], series, value }));
  });
  return drawChart(
    "exposure",
    "Share of equity invested by each strategy over time",
    stackedAreaSpec(
      points,
      document.byStrategy.map((_, k) => colourVariable(k)),
    ),
  );
}

/** Days that one step of the exposure chart stands for: at most 400 steps. */
export const daysAStep = (days: number): number => Math.max(1, Math.ceil(days / 400));

/** Means of each `step` values; unknown ones count as 0. */
export function meansOf(column: Float64Array, step: number): number[] {
  const means: number[] = [];
  for (let from = 0; from < column.length; from += step) {
    const end = Math.min(column.length, from + step);
    let sum = 0;
    for (let i = from; i < end; i++) sum += column[i] === column[i] ? column[i] : 0;
    means.push(sum / (end - from));
  }
  return means;
}

async function histogram({ document }: StoredRun, { daily }: RunTables): Promise<string | null> {
  const returns = daily.numbers("return").filter((r) => r === r);
  if (returns.length === 0) return null;
  const { valueAtRisk, conditionalValueAtRisk } = document.metrics;
  const marks: Mark[] = [];
  const mark = (at: number | null, dash: readonly number[]) => {
    if (at !== null) marks.push({ at, dash });
  };
  mark(numberOf(valueAtRisk), [5, 3]);
  mark(numberOf(conditionalValueAtRisk), [2, 2]);
  return drawChart("histogram", "Distribution of daily returns", histogramSpec(binsOf(returns), marks));
}

const BINS = 41;

/** Equal bins around 0, as wide as the greatest return needs; the middle one holds the idle days. */
export function binsOf(returns: Float64Array): Bin[] {
  let greatest = 1e-6;
  for (const r of returns) if (Math.abs(r) > greatest) greatest = Math.abs(r);
  const width = (2 * greatest) / BINS;
  const counts = new Array<number>(BINS).fill(0);
  for (const r of returns) counts[Math.min(BINS - 1, Math.floor((r + greatest) / width))]++;
  return counts.map((count, k) => ({ from: k * width - greatest, to: (k + 1) * width - greatest, count }));
}

async function rolling(
  { daily }: RunTables,
  rows: readonly number[],
  name: "sharpe90" | "volatility90",
  format: string,
  rule?: number,
): Promise<string | null> {
  const points = pointsOf(
    [
      ["time", daily.numbers("time")],
      [name, daily.numbers(name)],
    ],
    rows,
  );
  if (points.every((p) => p[name] === null)) return null;
  const label = name === "sharpe90" ? "Sharpe of the last 90 days" : "Volatility of the last 90 days";
  return drawChart(name, label, lineSpec(points, name, format, rule));
}

/** How many events of each series fell into each calendar month, UTC. */
export function monthlyCounts(time: Float64Array, series: Float64Array): Point[] {
  const counts = new Map<string, { time: number; series: number; value: number }>();
  for (let k = 0; k < time.length; k++) {
    if (series[k] < 0) continue;
    const at = new Date(Math.floor(time[k] / DAY) * DAY);
    const month = Date.UTC(at.getUTCFullYear(), at.getUTCMonth());
    const key = `${month} ${series[k]}`;
    const entry = counts.get(key) ?? { time: month, series: series[k], value: 0 };
    entry.value++;
    counts.set(key, entry);
  }
  return [...counts.values()];
}
