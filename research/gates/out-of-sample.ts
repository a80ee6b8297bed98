import { deflatedSharpe, type Trials } from "../metrics/deflated-sharpe.ts";
import { type Figure, figure } from "../metrics/figure.ts";
import { probabilisticSharpe, sharpeSample } from "../metrics/sharpe-inference.ts";
import type { Certificate } from "../runs/certificate.ts";
import type { GateBounds } from "./bounds.ts";
import type { GateDetail } from "./detail.ts";
import type { EquityEvidence } from "./equity-evidence.ts";
import { type Check, faults, type GateResult, gateResult, judge } from "./gate.ts";
import { daysOutOfSample } from "./needed.ts";
import { reportedFigures } from "./out-of-sample-figures.ts";
import type { Pooled, PredictionEvidence } from "./predictions.ts";
import type { TrialEvidence } from "./trial-evidence.ts";

/** All that gate 3 judges. */
export interface OutOfSampleEvidence {
  /** Of each fold, ms UTC. */
  readonly folds: readonly { readonly edge: number; readonly end: number }[];
  /** What the data hold of a next fold that is not whole, ms. */
  readonly beyond: number;
  /** Whether the last fold's model is the artifact's, byte for byte. */
  readonly isSameModel: boolean;
  /** Whether its folds, with their edges, thresholds and figures, are those that the artifact tells: it trades by them. */
  readonly areSameFolds: boolean;
  /** Least distance of the barriers of any sample, a fraction of the entry. */
  readonly leastBarrier: number;
  /** Out-of-sample rows whose score in the replay is another. */
  readonly differentScores: number;
  readonly certificate: Pick<Certificate, "verdict" | "laws">;
  readonly pooled: Pooled;
  readonly predictions: PredictionEvidence;
  readonly equity: EquityEvidence;
  /** Annual Sharpe ratio of the same replay at the default fills and fees, where the config has others. */
  readonly sharpeAtDefaultCosts?: Figure;
  /** Held to the same system without models. */
  readonly sharpe: GateDetail["sharpe"];
  /** What was tried before this one was chosen. */
  readonly trials: Trials & Pick<TrialEvidence, "replayed">;
  /** Probability of backtest overfitting over all that was tried. */
  readonly overfitting: Figure;
}

/**
 * Gate 3. What must be so is looked at first: the recipe gives the artifact's own bytes, replay and training saw the same
 * scores, nothing looked ahead. Then whether there is enough to judge by; where there is not, every figure is
 * INSUFFICIENT. Then the figures, of which none without a value passes. A Sharpe ratio that passes and could
 * still be luck (PSR) is INSUFFICIENT. Where the config prices fills by settings of its own, the default ones are asked for
 * a Sharpe ratio too: a bound that free fills can reach is none.
 */
export function judgeOutOfSample(found: OutOfSampleEvidence, bounds: GateBounds): GateResult {
  const support = supportOf(found, bounds);
  const lack = support.find((check) => check.verdict !== "PASS");
  const why = lack && `too little to judge by: ${lack.name}`;
  return gateResult(
    3,
    [
      ...factsOf(found, bounds),
      ...support,
      ...predictionChecks(found, bounds, why),
      ...equityChecks(found, bounds, why),
    ],
    reportedFigures(found, bounds),
  );
}

const NARROW = "narrower barriers pay less than a round trip costs: set labels.least back and train it anew";

function factsOf(
  { isSameModel, areSameFolds, leastBarrier, differentScores, certificate, pooled }: OutOfSampleEvidence,
  bounds: GateBounds,
): Check[] {
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
      "edges, thresholds or figures that are not the artifact's",
      areSameFolds ? 0 : 1,
      1,
      "it would act from another moment or score on than was judged: its training report was edited, or another version wrote it",
    ),
    judge({
      name: "least barrier of a label",
      value: { value: leastBarrier },
      op: ">=",
      bound: bounds.barrier,
      ...(leastBarrier < bounds.barrier && { why: NARROW }),
    }),
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
  const enough = (name: string, value: number, bound: number, why?: string) =>
    judge(
      { name, value: figure(value, "not counted"), op: ">=", bound, ...(why && { why }) },
      { otherwise: "INSUFFICIENT" },
    );
  const { effectivePositives, effectivePredicted, figures } = predictions;
  return [
    enough("days out of sample", daysOutOfSample(folds), bounds.days),
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
  { equity, sharpeAtDefaultCosts, trials, overfitting }: OutOfSampleEvidence,
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
  if (sharpeAtDefaultCosts !== undefined) {
    const value = sharpeAtDefaultCosts;
    checks.push(
      judge({ name: "Sharpe at the default costs", value, op: ">", bound: bounds.sharpe, n }, { lack }),
    );
  }
  const { probability } = deflatedSharpe(sample, trials);
  if (bounds.dsr > 0)
    checks.push(judge({ name: "DSR", value: probability, op: ">=", bound: bounds.dsr, n }, { lack }));
  if (bounds.pbo < 1)
    checks.push(judge({ name: "PBO", value: overfitting, op: "<=", bound: bounds.pbo, n }, { lack }));
  return checks;
}
