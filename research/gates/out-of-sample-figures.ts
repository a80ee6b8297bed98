import { noInterval } from "../metrics/bootstrap.ts";
import { calibration } from "../metrics/calibration.ts";
import { wilson } from "../metrics/classification.ts";
import { deflatedSharpe } from "../metrics/deflated-sharpe.ts";
import { type Figure, figure } from "../metrics/figure.ts";
import { averagePrecision, rocAuc, sweepThresholds } from "../metrics/score-curves.ts";
import {
  loFactor,
  minimumTrackRecord,
  probabilisticSharpe,
  sharpeSample,
} from "../metrics/sharpe-inference.ts";
import type { GateBounds } from "./bounds.ts";
import type { Reported } from "./gate.ts";
import { dataNeeded, monthsNeeded } from "./needed.ts";
import type { OutOfSampleEvidence } from "./out-of-sample.ts";
import { precisionWithinFolds } from "./predictions.ts";

/** What gate 3 reports beside its checks: it decides nothing, and tells how much to believe. */
export function reportedFigures(found: OutOfSampleEvidence, bounds: GateBounds): Reported[] {
  return [
    ...predictionFigures(found),
    ...equityFigures(found, bounds),
    ...worthFigures(found),
    monthsNeeded(dataNeeded(found, bounds)),
  ];
}

const LEVEL = 0.95;

function predictionFigures({ folds, pooled, predictions }: OutOfSampleEvidence): Reported[] {
  const { figures, intervals, asOnePair } = predictions;
  const n = figures.n;
  const sweep = sweepThresholds(pooled.labels, pooled.scores);
  const { brier, expectedError } = calibration(pooled.labels, pooled.scores);
  return [
    { name: "base rate", value: figures.baseRate, n, why: "the precision of always saying yes" },
    { name: "F1 of always yes", value: figures.constantF1, n },
    {
      name: "precision above base rate",
      value: difference(figures.precision, figures.baseRate),
      n: intervals.days,
      interval: intervals.lift,
    },
    {
      name: "precision above the folds' own base rates",
      value: precisionWithinFolds(pooled, folds),
      n: figures.predictedPositives,
      why: "0 for always yes in some folds and never in others",
    },
    ...[
      { name: "precision, Wilson interval", of: figures.precision, n: asOnePair.predicted },
      { name: "recall, Wilson interval", of: figures.recall, n: asOnePair.positives },
    ].map(({ name, of, n }) => ({
      name,
      value: of,
      n,
      interval: of.value === null ? noInterval(of.why) : wilson(of.value, n, LEVEL),
      why: "n is what overlapping labels are worth, and all pairs as one",
    })),
    { name: "balanced accuracy", value: figures.balancedAccuracy, n },
    { name: "ROC AUC", value: rocAuc(sweep), n },
    { name: "average precision", value: averagePrecision(sweep), n },
    { name: "Brier score", value: brier, n },
    { name: "calibration error", value: expectedError, n },
  ];
}

function equityFigures(
  { equity, trials, overfitting }: OutOfSampleEvidence,
  { psr }: GateBounds,
): Reported[] {
  const sample = sharpeSample(equity.returns);
  const { benchmark, probability } = deflatedSharpe(sample, trials);
  const lo = loFactor(equity.returns, 365);
  const n = equity.days;
  // Lo's factor less than sqrt(365): the mean of returns that follow each other varies as that of fewer days would
  const worth = lo.value === null ? n : 1 + ((n - 1) * lo.value * lo.value) / 365;
  return [
    {
      name: "Sharpe, autocorrelation allowed for",
      value: lo.value === null ? lo : figure(sample.sharpe * lo.value, "the Sharpe ratio has no value"),
      n,
    },
    {
      name: "PSR(0), autocorrelation allowed for",
      value: lo.value === null ? lo : probabilisticSharpe({ ...sample, n: worth }, 0),
      n: worth,
      why: "n is what days that follow each other are worth",
    },
    {
      name: "least track record, days",
      value: minimumTrackRecord(sample, 0, psr),
      n,
      why: "until PSR(0) reaches its bound, if returns stay as they are",
    },
    { name: "best Sharpe of as many without skill", value: annual(benchmark), n: trials.effective },
    { name: "DSR", value: probability, n },
    { name: "PBO", value: overfitting, n: trials.replayed, why: "of few trials it says little" },
  ];
}

const worthFigures = ({
  sharpe: { without, difference },
  equity: { days: n },
}: OutOfSampleEvidence): Reported[] => [
  { name: "Sharpe without the model", ...without, n },
  { name: "Sharpe above that without the model", ...difference, n },
];

const annual = (perDay: Figure): Figure =>
  perDay.value === null ? perDay : figure(perDay.value * Math.sqrt(365), "it is not finite");

function difference(a: Figure, b: Figure): Figure {
  if (a.value === null) return a;
  return b.value === null ? b : { value: a.value - b.value };
}
