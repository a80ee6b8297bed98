import type { TopLevelSpec } from "vega-lite";

/** Widths of the plotting area in CSS pixels: over the whole page, and three beside each other. */
export const WIDE = 1060;
const THIRD = 300;

const timeAxis = { title: null, grid: false, format: "%Y-%m", labelFlush: true } as const;
/** The x axis of a chart over time. */
export const utc = (field: string, tickCount = 8) =>
  ({
    field,
    type: "temporal",
    scale: { type: "utc", nice: false },
    axis: { ...timeAxis, tickCount },
  }) as const;

/** A point of a chart over time; further fields by the chart. */
export type Point = Readonly<Record<string, number | string | null>> & { readonly time: number };

/** Stretches of one regime, for bands behind a curve. */
export interface Band {
  readonly from: number;
  readonly to: number;
  readonly regime: number;
}

const bandColours = {
  domain: [0, 1, 2, 3],
  range: ["var(--regime-0)", "var(--regime-1)", "var(--regime-2)", "var(--regime-3)"],
};

function bands(values: readonly Band[]) {
  return {
    data: { values: [...values] },
    mark: { type: "rect", opacity: 0.16 },
    encoding: {
      x: utc("from"),
      x2: { field: "to" },
      color: { field: "regime", type: "nominal", scale: bandColours, legend: null },
    },
  } as const;
}

const LINES = {
  buyAndHold: { color: "var(--c1)", strokeWidth: 1.1, strokeDash: [5, 2] },
  scaled: { color: "var(--c2)", strokeWidth: 1.1, strokeDash: [2, 2] },
  equity: { color: "var(--accent)", strokeWidth: 1.8, strokeDash: [1, 0] },
};

/** A height in money. */
export const money = (field: string, log: boolean) =>
  ({
    field,
    type: "quantitative",
    scale: log ? { type: "log", nice: false } : { zero: false },
    axis: { title: null, format: "~s", tickCount: 5 },
  }) as const;

/** Equity of the run and benchmarks, the first line undermost, over drawdown, with regimes behind. */
export function equitySpec(
  points: readonly Point[],
  lines: readonly (keyof typeof LINES)[],
  regimes: readonly Band[],
  log: boolean,
): TopLevelSpec {
  const line = (field: keyof typeof LINES) => ({
    mark: { type: "line", ...LINES[field] },
    encoding: {
      x: utc("time"),
      y: money(field, log),
    },
  });
  return {
    vconcat: [
      {
        width: WIDE,
        height: 260,
        layer: [
          bands(regimes),
          {
            data: { values: [...points] },
            layer: lines.map(line),
          },
        ],
      },
      {
        width: WIDE,
        height: 90,
        layer: [
          bands(regimes),
          {
            data: { values: [...points] },
            mark: { type: "area", color: "var(--bad)", opacity: 0.55 },
            encoding: {
              x: utc("time"),
              y: {
                field: "drawdown",
                type: "quantitative",
                axis: { title: null, format: "~%", tickCount: 3 },
              },
            },
          },
        ],
      },
    ],
    spacing: 14,
  } as TopLevelSpec;
}

/** Shares stacked over time; a point has `time`, `series` (a code) and `value`. */
export function stackedAreaSpec(points: readonly Point[], colours: readonly string[]): TopLevelSpec {
  return {
    width: WIDE,
    height: 190,
    data: { values: [...points] },
    mark: { type: "area", interpolate: "step-after" },
    encoding: {
      x: utc("time"),
      y: {
        field: "value",
        type: "quantitative",
        stack: true,
        axis: { title: null, format: "~%", tickCount: 5 },
      },
      color: { field: "series", type: "nominal", legend: null, scale: codes(colours) },
      order: { field: "series", type: "quantitative" },
    },
  } as TopLevelSpec;
}

/** Counts stacked by month; a point has `time`, `series` (a code) and `value`. */
export function monthlyBarsSpec(points: readonly Point[], colours: readonly string[]): TopLevelSpec {
  return {
    width: WIDE,
    height: 150,
    data: { values: [...points] },
    mark: { type: "bar" },
    encoding: {
      x: { ...utc("time"), timeUnit: "utcyearmonth" },
      y: {
        field: "value",
        type: "quantitative",
        stack: true,
        axis: { title: null, tickCount: 4, format: "d" },
      },
      color: { field: "series", type: "nominal", legend: null, scale: codes(colours) },
      order: { field: "series", type: "quantitative" },
    },
  } as TopLevelSpec;
}

const codes = (colours: readonly string[]) => ({
  domain: colours.map((_, k) => k),
  range: [...colours],
});

/** A bar of a histogram, and a line that marks a value in it. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}
export interface Mark {
  readonly at: number;
  readonly dash: readonly number[];
}

export function histogramSpec(bins: readonly Bin[], marks: readonly Mark[]): TopLevelSpec {
  const x = {
    type: "quantitative",
    axis: { title: null, format: "~%", grid: false, tickCount: 5 },
  } as const;
  return {
    width: THIRD,
    height: 180,
    layer: [
      {
        data: { values: [...bins] },
        mark: { type: "bar", color: "var(--accent)", opacity: 0.75, binSpacing: 1 },
        encoding: {
          x: { ...x, field: "from", bin: "binned" },
          x2: { field: "to" },
          y: { field: "count", type: "quantitative", axis: { title: null, tickCount: 4, format: "d" } },
        },
      },
      ...marks.map(({ at, dash }) => ({
        data: { values: [{ at }] },
        mark: { type: "rule", color: "var(--bad)", strokeDash: [...dash] },
        encoding: { x: { ...x, field: "at" } },
      })),
    ],
  } as TopLevelSpec;
}

/** One line over time with a rule at `rule`, where it has one. */
export function lineSpec(
  points: readonly Point[],
  field: string,
  format: string,
  rule?: number,
): TopLevelSpec {
  return {
    width: THIRD,
    height: 190,
    layer: [
      ...(rule === undefined
        ? []
        : [
            {
              data: { values: [{ rule }] },
              mark: { type: "rule", color: "var(--muted)" },
              encoding: { y: { field: "rule", type: "quantitative" } },
            },
          ]),
      {
        data: { values: [...points] },
        mark: {
          type: "line",
          color: "var(--accent)",
          strokeWidth: 1.4,
          invalid: "break-paths-filter-domains",
        },
        encoding: {
          x: utc("time", 4),
          y: {
            field,
            type: "quantitative",
            scale: { zero: rule !== undefined },
            axis: { title: null, format, tickCount: 5 },
          },
        },
      },
    ],
  } as TopLevelSpec;
}
