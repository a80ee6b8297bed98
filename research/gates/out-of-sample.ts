import { DAY } from "../../engine/market/bars.ts";
import { calibration } from "../metrics/calibration.ts";
import { deflatedSharpe, type Trials } from "../metrics/deflated-sharpe.ts";
import { type Figure, figure } from "../metrics/figure.ts";
import { averagePrecision, rocAuc, sweepThresholds } from "../metrics/score-curves.ts";
import {
  loFactor,
  minimumTrackRecord,
  probabilisticSharpe,
  sharpeSample,
} from "../metrics/sharpe-inference.ts";
import type { Certificate } from "../runs/certificate.ts";
import type { GateBounds } from "./bounds.ts";
import type { EquityEvidence } from "./equity-evidence.ts";
import { type Check, faults, type GateResult, gateResult, judge, type Reported } from "./gate.ts";
import type { Pooled, PredictionEvidence } from "./predictions.ts";

/** All that gate 3 judges. */
export interface OutOfSampleEvidence {
  /** Of each fold, ms UTC. */
  readonly folds: readonly { readonly edge: number; readonly end: number }[];
  /** Whether the last fold's model is the artifact's, byte for byte. */
  readonly isSameModel: boolean;
  /** Out-of-sample rows whose score in the replay is another. */
  readonly differentScores: number;
  readonly certificate: Pick<Certificate, "verdict" | "laws">;
  readonly pooled: Pooled;
  readonly predictions: PredictionEvidence;
  readonly equity: EquityEvidence;
  /** What was tried before this one was chosen. */
  readonly trials: Trials;
  /** Probability of backtest overfitting over all that was tried. */
  readonly overfitting: Figure;
}

const CONFIDENCE = 0.95;

/**
 * Gate 3. What must be so is looked at first: the recipe gives the artifact's own bytes, replay and training saw the same
 * scores, nothing looked ahead. Then whether there is enough to judge by; where there is not, every figure is
 * INSUFFICIENT. Then the figures, of which none without a value passes. A Sharpe ratio that passes and could
 * still be luck (PSR) is INSUFFICIENT.
 */
export function judgeOutOfSample(found: OutOfSampleEvidence, bounds: GateBounds): GateResult {
  const support = supportOf(found, bounds);
  const lack = support.find((check) => check.verdict !== "PASS");
  const why = lack && `too little to judge by: ${lack.name}`;
  return gateResult(
    3,
    [
      ...factsOf(found),
      ...support,
      ...predictionChecks(found, bounds, why),
      ...equityChecks(found, bounds, why),
    ],
    [...predictionFigures(found), ...equityFigures(found)],
  );
}

function factsOf({ isSameModel, differentScores, certificate, pooled }: OutOfSampleEvidence): Check[] {
  const violated = certificate.laws.filter((law) => law.violation !== null);
  const count = certificate.verdict === "passed" ? violated.length : Math.max(1, violated.length);
  return [
    faults(
      "model trained again differs",
      isSameModel ? 0 : 1,
      1,
      "its recipe gives other bytes on these data than the artifact's: another machine's library, or not what it says",
    ),
    faults(
      "scores that the replay has otherwise",
      differentScores,
      pooled.scores.length,
      "features in training are not those of the engine",
    ),
    faults(
      "laws that the replay breaks",
      count,
      certificate.laws.length,
      violated[0]?.violation ?? "the certificate did not pass",
    ),
  ];
}

function supportOf({ folds, predictions }: OutOfSampleEvidence, bounds: GateBounds): Check[] {
  const span = folds.reduce((sum, { edge, end }) => sum + (end - edge), 0);
  const enough = (name: string, value: number, bound: number, why?: string) =>
    judge(
      { name, value: figure(value, "not counted"), op: ">=", bound, ...(why && { why }) },
      { otherwise: "INSUFFICIENT" },
    );
  const { effectivePositives, effectivePredicted, figures } = predictions;
  return [
    enough("days out of sample", span / DAY, bounds.days),
    enough("folds", folds.length, bounds.folds),
    { ...enough("effective positives", effectivePositives, bounds.positives), n: figures.positives },
    {
      ...enough("effective predicted positives", effectivePredicted, bounds.positives),
      n: figures.predictedPositives,
    },
  ];
}

function predictionChecks(
  { predictions: { figures, intervals } }: OutOfSampleEvidence,
  bounds: GateBounds,
  lack: string | undefined,
): Check[] {
  const { low } = intervals.precision;
  const lower: Figure =
    low === null ? { value: null, why: (intervals.precision as { why: string }).why } : { value: low };
  const n = figures.n;
  return [
    judge(
      {
        name: "precision",
        value: figures.precision,
        op: ">=",
        bound: bounds.precision,
        n: figures.predictedPositives,
        interval: intervals.precision,
      },
      { lack },
    ),
    judge(
      {
        name: "recall",
        value: figures.recall,
        op: ">=",
        bound: bounds.recall,
        n: figures.positives,
        interval: intervals.recall,
      },
      { lack },
    ),
    judge({ name: "F1", value: figures.f1, op: ">=", bound: bounds.f1, n, interval: intervals.f1 }, { lack }),
    // without samples there is no base rate, and nothing is above NaN
    judge(
      {
        name: "precision, lower bound, above base rate",
        value: lower,
        op: ">",
        bound: figures.baseRate.value ?? 1,
        n: intervals.days,
      },
      { lack },
    ),
    judge({ name: "MCC", value: figures.mcc, op: ">", bound: 0, n, interval: intervals.mcc }, { lack }),
  ];
}

function equityChecks(
  { equity, trials, overfitting }: OutOfSampleEvidence,
  bounds: GateBounds,
  lack: string | undefined,
): Check[] {
  const sample = sharpeSample(equity.returns);
  const n = equity.days;
  const checks = [
    judge(
      {
        name: "Sharpe",
        value: equity.sharpe,
        op: ">",
        bound: bounds.sharpe,
        n,
        interval: equity.sharpeInterval,
      },
      { lack },
    ),
    judge(
      { name: "PSR(0)", value: probabilisticSharpe(sample, 0), op: ">=", bound: bounds.psr, n },
      { lack, otherwise: "INSUFFICIENT" },
    ),
  ];
  const { probability } = deflatedSharpe(sample, trials);
  if (bounds.dsr > 0)
    checks.push(judge({ name: "DSR", value: probability, op: ">=", bound: bounds.dsr, n }, { lack }));
  if (bounds.pbo < 1)
    checks.push(judge({ name: "PBO", value: overfitting, op: "<=", bound: bounds.pbo, n }, { lack }));
  return checks;
}

function predictionFigures({ pooled, predictions }: OutOfSampleEvidence): Reported[] {
  const { figures, intervals } = predictions;
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
    { name: "balanced accuracy", value: figures.balancedAccuracy, n },
    { name: "ROC AUC", value: rocAuc(sweep), n },
    { name: "average precision", value: averagePrecision(sweep), n },
    { name: "Brier score", value: brier, n },
    { name: "calibration error", value: expectedError, n },
  ];
}

function equityFigures({ equity, trials, overfitting }: OutOfSampleEvidence): Reported[] {
  const sample = sharpeSample(equity.returns);
  const { benchmark, probability } = deflatedSharpe(sample, trials);
  const lo = loFactor(equity.returns, 365);
  const n = equity.days;
  return [
    {
      name: "Sharpe, autocorrelation allowed for",
      value: lo.value === null ? lo : figure(sample.sharpe * lo.value, "the Sharpe ratio has no value"),
      n,
    },
    {
      name: "least track record, days",
      value: minimumTrackRecord(sample, 0, CONFIDENCE),
      n,
      why: "until PSR(0) reaches .95, if returns stay as they are",
    },
    { name: "best Sharpe of as many without skill", value: annual(benchmark), n: trials.effective },
    { name: "DSR", value: probability, n },
    { name: "PBO", value: overfitting },
  ];
}

const annual = (perDay: Figure): Figure =>
  perDay.value === null ? perDay : figure(perDay.value * Math.sqrt(365), "it is not finite");

function difference(a: Figure, b: Figure): Figure {
  if (a.value === null) return a;
  return b.value === null ? b : { value: a.value - b.value };
}
