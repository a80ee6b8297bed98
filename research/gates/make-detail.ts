import { calibration } from "../metrics/calibration.ts";
import type { Figure } from "../metrics/figure.ts";
import { precisionRecallCurve, rocCurve, sweepThresholds } from "../metrics/score-curves.ts";
import { outOfSample } from "../training/fold-figures.ts";
import type { Samples } from "../training/samples.ts";
import type { Fold } from "../training/walk-forward.ts";
import type { GateDetail } from "./detail.ts";
import { influenceOf } from "./influence.ts";
import type { Pooled, PredictionEvidence } from "./predictions.ts";
import type { TrialEvidence } from "./trial-evidence.ts";

/** What a detail is made of: nothing in it is taken from the artifact but what the model was to be. */
export interface DetailEvidence extends Pick<GateDetail, "quote" | "equity" | "sharpe" | "needed"> {
  readonly model: Pick<GateDetail["model"], "recipe" | "labels" | "pairs" | "seed">;
  readonly samples: Samples;
  readonly folds: readonly Fold[];
  readonly pooled: Pooled;
  readonly predictions: PredictionEvidence;
  readonly trials: TrialEvidence;
}

/** Points of a curve that lie nearer than 1 / CURVE to each other are one on a chart. */
const CURVE = 200;

export function makeDetail(found: DetailEvidence): GateDetail {
  const { quote, model, samples, folds, pooled, predictions, equity, sharpe, needed, trials } = found;
  const { n, rows, dropped, medianBarrier, first, last } = samples;
  const { trained } = folds[folds.length - 1];
  const { labels, scores } = pooled;
  const sweep = sweepThresholds(labels, scores);
  const { recall, precision, specificity } = predictions.figures;
  return {
    quote,
    model: { ...model, threshold: trained.threshold, influence: influenceOf(trained.model) },
    samples: { n, rows, dropped, medianBarrier, first, last },
    folds: outOfSample(samples, folds).folds,
    roc: rocCurve(sweep, CURVE),
    precisionRecall: precisionRecallCurve(sweep, CURVE),
    operating: { falsePositiveRate: oneLess(specificity), recall, precision },
    calibration: calibration(labels, scores).bins,
    scores: scoreBins(labels, scores),
    equity,
    sharpe,
    needed,
    trials: { count: trials.count, replayed: trials.replayed, effective: trials.effective },
  };
}

const oneLess = (share: Figure): Figure => (share.value === null ? share : { value: 1 - share.value });

const BINS = 20;

/** Counts of scores in twentieths, by label. */
function scoreBins(labels: Uint8Array, scores: Float64Array): GateDetail["scores"] {
  const counts = [new Float64Array(BINS), new Float64Array(BINS)];
  for (let k = 0; k < scores.length; k++)
    counts[labels[k]][Math.min(Math.floor(BINS * scores[k]), BINS - 1)]++;
  const [negatives, positives] = counts;
  return Array.from({ length: BINS }, (_, bin) => ({
    from: bin / BINS,
    to: (bin + 1) / BINS,
    positives: positives[bin],
    negatives: negatives[bin],
  }));
}
