import type { TopLevelSpec } from "vega-lite";
import { money, type Point, utc, WIDE } from "../chart-specs.ts";
import { across, type Layer, type ShareBounds } from "./layers.ts";

/** A fold: its train rows in [from, until), its test rows in [edge, end), ms UTC, and what its model was worth there. */
export interface FoldSpan {
  readonly fold: number;
  readonly from: number;
  readonly until: number;
  readonly edge: number;
  readonly end: number;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly baseRate: number | null;
}

/** Which bars each fold's model was trained and tested on, above what it was worth on the tested ones. */
export function foldsSpec(folds: readonly FoldSpan[], bounds: ShareBounds): TopLevelSpec {
  const span = (from: string, to: string) => ({ x: utc(from), x2: { field: to } });
  const bar = (from: string, to: string, colour: string): Layer => ({
    mark: { type: "bar", color: colour, height: { band: 0.7 } },
    encoding: {
      ...span(from, to),
      y: { field: "fold", type: "ordinal", axis: { title: "fold", labelOverlap: true } },
    },
  });
  const y = {
    type: "quantitative",
    scale: { zero: false },
    axis: { title: null, format: "~%", tickCount: 5 },
  };
  const level = (field: string, colour: string): Layer => ({
    mark: { type: "rule", color: colour, strokeWidth: 3 },
    encoding: { ...span("edge", "end"), y: { ...y, field } },
  });
  return {
    data: { values: [...folds] },
    resolve: { scale: { x: "shared" } },
    vconcat: [
      {
        width: WIDE,
        height: { step: Math.max(9, Math.min(20, 260 / folds.length)) },
        layer: [bar("from", "until", "var(--c7)"), bar("edge", "end", "var(--c0)")],
      },
      {
        width: WIDE,
        height: 170,
        layer: [
          across("y", bounds.precision, "var(--c0)"),
          across("y", bounds.recall, "var(--c1)"),
          level("baseRate", "var(--c7)"),
          level("recall", "var(--c1)"),
          level("precision", "var(--c0)"),
        ],
      },
    ],
    spacing: 14,
  } as unknown as TopLevelSpec;
}

/** Equity out of sample with the model and without, a thin line at each fold's edge. */
export function modelEquitySpec(
  points: readonly Point[],
  edges: readonly number[],
  log: boolean,
): TopLevelSpec {
  const line = (field: string, mark: Layer): Layer => ({
    data: { values: [...points] },
    mark: { type: "line", ...mark },
    encoding: {
      x: utc("time"),
      y: money(field, log),
    },
  });
  return {
    width: WIDE,
    height: 260,
    layer: [
      {
        data: { values: edges.map((edge) => ({ edge })) },
        mark: { type: "rule", color: "var(--muted)", strokeWidth: 0.8, opacity: 0.6 },
        encoding: { x: utc("edge") },
      },
      line("without", { color: "var(--c1)", strokeWidth: 1.3, strokeDash: [5, 2] }),
      line("withModel", { color: "var(--accent)", strokeWidth: 1.8 }),
    ],
  } as unknown as TopLevelSpec;
}
