import { HOUR } from "../../engine/market/bars.ts";
import type { GateDocument } from "../../research/gates/report.ts";
import type { PlainFigure } from "../../research/metrics/figure.ts";
import type { Point } from "../chart-specs.ts";
import { drawChart } from "../charts.ts";
import { rowsToDraw } from "../decimate.ts";
import { numberOf } from "../format.ts";
import type { Detail } from "./figures.ts";
import type { ShareBounds } from "./layers.ts";
import { calibrationSpec, precisionRecallSpec, rocSpec, type SharePoint, scoresSpec } from "./score-specs.ts";
import { foldsSpec, modelEquitySpec } from "./time-specs.ts";

/** The pictures of a gates' report as SVG text; null where there is nothing to draw. */
export interface GateDrawings {
  readonly folds: string | null;
  readonly roc: string | null;
  readonly precisionRecall: string | null;
  readonly calibration: string | null;
  readonly scores: string | null;
  readonly equity: string | null;
}

export async function gateDrawings(
  { gates, bounds }: Pick<GateDocument, "gates" | "bounds">,
  detail: Detail,
): Promise<GateDrawings> {
  const { folds, roc, precisionRecall, calibration, scores, equity } = detail;
  const reported = gates.flatMap((gate) => gate.reported);
  const baseRate = reported.find(({ name }) => name === "base rate")?.value;
  return {
    folds: folds.length === 0 ? null : await foldsChart(detail, bounds),
    roc: roc.length === 0 ? null : await rocChart(detail, bounds),
    precisionRecall:
      precisionRecall.length === 0
        ? null
        : await precisionRecallChart(detail, bounds, typeof baseRate === "number" ? baseRate : null),
    calibration: calibration.length === 0 ? null : await calibrationChart(detail),
    scores: scores.length === 0 ? null : await scoresChart(detail),
    equity: equity.time.length < 2 ? null : await equityChart(detail),
  };
}

function rocChart({ roc, operating }: Detail, bounds: ShareBounds): Promise<string> {
  const points = roc.map((p) => ({ x: p.falsePositiveRate, y: p.truePositiveRate }));
  const at = pointOf(operating.falsePositiveRate, operating.recall);
  return drawChart("roc", "ROC curve", rocSpec({ points, at }, bounds));
}

function precisionRecallChart(
  { precisionRecall, operating }: Detail,
  bounds: ShareBounds,
  baseRate: number | null,
): Promise<string> {
  const points = precisionRecall.map((p) => ({ x: p.recall, y: p.precision }));
  const at = pointOf(operating.recall, operating.precision);
  const spec = precisionRecallSpec({ points, at }, bounds, baseRate);
  return drawChart("precision-recall", "Precision over recall", spec);
}

function pointOf(x: PlainFigure, y: PlainFigure): SharePoint | null {
  return typeof x === "number" && typeof y === "number" ? { x, y } : null;
}

function calibrationChart({ calibration }: Detail): Promise<string> {
  const bins = calibration.map(({ bin, n, meanScore, positiveShare }) => ({
    from: bin / 10,
    to: (bin + 1) / 10,
    n,
    x: meanScore,
    y: positiveShare,
  }));
  return drawChart("calibration", "Share of positives over mean score", calibrationSpec(bins));
}

/** Train rows end a horizon before the edge: their labels are known there. */
function foldsChart({ folds, samples, model }: Detail, bounds: ShareBounds): Promise<string> {
  const horizon = model.labels.horizon * HOUR;
  const spans = folds.map(({ edge, end, precision, recall, baseRate }, k) => ({
    fold: k + 1,
    from: samples.first,
    until: edge - horizon,
    edge,
    end,
    precision: numberOf(precision),
    recall: numberOf(recall),
    baseRate: numberOf(baseRate),
  }));
  const label = "What each fold was trained and tested on, above what its model was worth";
  return drawChart("folds", label, foldsSpec(spans, bounds));
}

function scoresChart({ scores, folds, model }: Detail): Promise<string> {
  const thresholds = [...folds.map((fold) => fold.threshold), model.threshold];
  return drawChart(
    "scores",
    "Scores of positives and of negatives",
    scoresSpec(
      scores.map(({ from, to, positives, negatives }) => ({ from, to, positives, below: -negatives })),
      { least: Math.min(...thresholds), greatest: Math.max(...thresholds), last: model.threshold },
    ),
  );
}

/** Of each line: 100 buckets of at most four points. */
const BUCKETS = 100;

function equityChart({ equity: { time, withModel, without }, folds }: Detail): Promise<string> {
  const rows = new Set(
    [withModel, without].flatMap((line) => rowsToDraw(Float64Array.from(line), 0, BUCKETS)),
  );
  const points: Point[] = [...rows]
    .sort((a, b) => a - b)
    .map((row) => ({ time: time[row], withModel: withModel[row], without: without[row] }));
  const money = [...withModel, ...without];
  const [low, high] = [Math.min(...money), Math.max(...money)];
  return drawChart(
    "equity",
    "Equity out of sample with the model and without",
    modelEquitySpec(
      points,
      folds.map((fold) => fold.edge),
      low > 0 && high > 4 * low,
    ),
  );
}
