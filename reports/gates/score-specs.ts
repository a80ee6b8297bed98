import type { TopLevelSpec } from "vega-lite";
import { across, type Layer, type ShareBounds } from "./layers.ts";

/** Two pictures beside each other. */
const HALF = 420;

const PLANE = { x: { field: "x", type: "quantitative" }, y: { field: "y", type: "quantitative" } };

/** An axis from 0 to 1: of shares, and of scores, which are written as fractions. */
const unit = (field: string, title: string | null, format: string) => ({
  field,
  type: "quantitative",
  scale: { domain: [0, 1], nice: false },
  axis: { title, format, tickCount: 5, labelFlush: false },
});
const share = (field: string, title: string) => unit(field, title, "~%");
const score = (field: string, title: string | null) => unit(field, title, ".1f");

/** A point of a curve of shares. */
export interface SharePoint {
  readonly x: number;
  readonly y: number;
}

export interface ShareCurve {
  readonly points: readonly SharePoint[];
  /** Where the model stands on it. */
  readonly at: SharePoint | null;
}

const curve = (points: readonly SharePoint[], x: Layer, y: Layer): Layer => ({
  data: { values: points.map((point, k) => ({ ...point, k })) },
  mark: { type: "line", color: "var(--accent)", strokeWidth: 1.8 },
  encoding: { x, y, order: { field: "k", type: "quantitative" } },
});

const spot = (at: SharePoint | null): Layer[] =>
  at === null
    ? []
    : [
        {
          data: { values: [at] },
          mark: {
            type: "point",
            filled: true,
            opacity: 1,
            size: 90,
            color: "var(--ink)",
            stroke: "var(--paper)",
          },
          encoding: PLANE,
        },
      ];

const DIAGONAL: Layer = {
  data: {
    values: [
      { x: 0, y: 0 },
      { x: 1, y: 1 },
    ],
  },
  mark: { type: "line", color: "var(--muted)", strokeWidth: 1.1, strokeDash: [2, 2] },
  encoding: PLANE,
};

/** The ROC curve with the diagonal of no skill and the least recall. */
export function rocSpec({ points, at }: ShareCurve, bounds: ShareBounds): TopLevelSpec {
  const [x, y] = [share("x", "false positive rate"), share("y", "recall (true positive rate)")];
  return {
    width: HALF,
    height: 300,
    layer: [across("y", bounds.recall, "var(--good)"), DIAGONAL, curve(points, x, y), ...spot(at)],
  } as unknown as TopLevelSpec;
}

/** Precision over recall with the base rate, and the corner in which both keep their bounds. */
export function precisionRecallSpec(
  { points, at }: ShareCurve,
  bounds: ShareBounds,
  baseRate: number | null,
): TopLevelSpec {
  const [x, y] = [share("x", "recall"), share("y", "precision")];
  const corner: Layer = {
    data: { values: [{ x: bounds.recall, x2: 1, y: bounds.precision, y2: 1 }] },
    mark: { type: "rect", color: "var(--good)", opacity: 0.14 },
    encoding: { ...PLANE, x2: { field: "x2" }, y2: { field: "y2" } },
  };
  return {
    width: HALF,
    height: 300,
    layer: [
      corner,
      across("x", bounds.recall, "var(--good)"),
      across("y", bounds.precision, "var(--good)"),
      ...(baseRate === null ? [] : [across("y", baseRate, "var(--muted)", [2, 2])]),
      curve(points, x, y),
      ...spot(at),
    ],
  } as unknown as TopLevelSpec;
}

/** Samples scored from `from` to below `to`: how many, their mean score `x` and their share of positives `y`. */
export interface ScoreBin extends SharePoint {
  readonly from: number;
  readonly to: number;
  readonly n: number;
}

/** Share of positives over mean score, on the diagonal where scores are probabilities, above the samples of each bin. */
export function calibrationSpec(bins: readonly ScoreBin[]): TopLevelSpec {
  const [x, y] = [score("x", null), share("y", "share of positives")];
  return {
    data: { values: [...bins] },
    vconcat: [
      {
        width: HALF,
        height: 210,
        layer: [
          DIAGONAL,
          { mark: { type: "line", color: "var(--accent)", strokeWidth: 1.4 }, encoding: { x, y } },
          {
            mark: { type: "point", filled: true, opacity: 1, size: 50, color: "var(--accent)" },
            encoding: { x, y },
          },
        ],
      },
      {
        width: HALF,
        height: 60,
        mark: { type: "bar", color: "var(--c7)", binSpacing: 1 },
        encoding: {
          x: { ...score("from", "score"), bin: "binned" },
          x2: { field: "to" },
          y: {
            field: "n",
            type: "quantitative",
            axis: { title: "samples", format: "~s", tickCount: 3 },
          },
        },
      },
    ],
    spacing: 12,
  } as unknown as TopLevelSpec;
}

/** Out-of-sample rows by score: positives above the line, negatives (counted below 0) under it. */
export interface ScoreCount {
  readonly from: number;
  readonly to: number;
  readonly positives: number;
  readonly below: number;
}

/** @param thresholds The least and the greatest of the folds, and the last one's own. */
export function scoresSpec(
  counts: readonly ScoreCount[],
  thresholds: { readonly least: number; readonly greatest: number; readonly last: number },
): TopLevelSpec {
  const bars = (field: string, colour: string): Layer => ({
    mark: { type: "bar", color: colour, opacity: 0.85, binSpacing: 1 },
    encoding: {
      x: { ...score("from", "score"), bin: "binned" },
      x2: { field: "to" },
      y: {
        field,
        type: "quantitative",
        axis: { title: "samples", tickCount: 6, labelExpr: "format(abs(datum.value), '~s')" },
      },
    },
  });
  return {
    width: HALF,
    height: 290,
    data: { values: [...counts] },
    layer: [
      bars("positives", "var(--c0)"),
      bars("below", "var(--c1)"),
      {
        data: { values: [thresholds] },
        mark: { type: "rect", color: "var(--ink)", opacity: 0.22 },
        encoding: { x: score("least", "score"), x2: { field: "greatest" } },
      },
      across("x", thresholds.last, "var(--ink)"),
    ],
  } as unknown as TopLevelSpec;
}
