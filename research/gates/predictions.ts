import { type Classification, classification, confusion, predict } from "../metrics/classification.ts";
import {
  type ClassificationIntervals,
  classificationIntervals,
} from "../metrics/classification-intervals.ts";
import { type Figure, unsupported } from "../metrics/figure.ts";
import { effectiveCount, uniqueness } from "../metrics/uniqueness.ts";
import type { Samples } from "../training/samples.ts";
import type { Fold } from "../training/walk-forward.ts";

/** Every out-of-sample row of a walk forward, fold after fold, each judged by its own fold's model and threshold. */
export interface Pooled {
  readonly labels: Uint8Array;
  readonly predicted: Uint8Array;
  readonly scores: Float64Array;
  readonly pair: Int32Array;
  /** Row of the panel whose close is the decision. */
  readonly row: Int32Array;
  /** Decision, and when the label was known; ms UTC. */
  readonly time: Float64Array;
  readonly end: Float64Array;
}

export function pool(samples: Samples, folds: readonly Fold[]): Pooled {
  const rows = folds.flatMap(({ test }) => Array.from(test));
  return {
    labels: Uint8Array.from(rows, (k) => samples.label[k]),
    predicted: Uint8Array.from(folds.flatMap((f) => Array.from(predict(f.scores, f.trained.threshold)))),
    scores: Float64Array.from(folds.flatMap((f) => Array.from(f.scores))),
    pair: Int32Array.from(rows, (k) => samples.pair[k]),
    row: Int32Array.from(rows, (k) => samples.row[k]),
    time: Float64Array.from(rows, (k) => samples.time[k]),
    end: Float64Array.from(rows, (k) => samples.end[k]),
  };
}

/** What the predictions are worth, and how much they rest on. */
export interface PredictionEvidence {
  readonly figures: Classification;
  readonly intervals: ClassificationIntervals;
  /** How many independent labels the positive and the predicted ones are worth: an hour's label shares most of the next one's life. */
  readonly effectivePositives: number;
  readonly effectivePredicted: number;
  /** The same where all pairs move as one: between these and those above lies what labels of pairs that move together are worth. */
  readonly asOnePair: { readonly positives: number; readonly predicted: number };
}

/** @param seed Chooses the resamples. */
export function predictionEvidence(pooled: Pooled, seed: number): PredictionEvidence {
  const unique = uniqueness(pooled);
  const asOne = uniqueness({ ...pooled, pair: new Int32Array(pooled.pair.length) });
  return {
    figures: classification(confusion(pooled.labels, pooled.predicted)),
    intervals: classificationIntervals(pooled, { draws: 2000, level: 0.95, seed }),
    effectivePositives: effectiveCount(unique, pooled.labels),
    effectivePredicted: effectiveCount(unique, pooled.predicted),
    asOnePair: {
      positives: effectiveCount(asOne, pooled.labels),
      predicted: effectiveCount(asOne, pooled.predicted),
    },
  };
}

/**
 * How far precision lies above the base rate of the fold that each yes was said in: sum over folds of (true positives -
 * predicted positives * base rate) / predicted positives of all. Always yes in some folds and never in the others has a
 * pooled precision that may lie far above the pooled base rate; here it has 0.
 */
export function precisionWithinFolds(
  { labels, predicted, time }: Pooled,
  folds: readonly { readonly end: number }[],
): Figure {
  const n = new Float64Array(folds.length);
  const positives = new Float64Array(folds.length);
  const said = new Float64Array(folds.length);
  let right = 0;
  let fold = 0;
  for (let k = 0; k < labels.length; k++) {
    while (fold < folds.length - 1 && time[k] >= folds[fold].end) fold++;
    n[fold]++;
    positives[fold] += labels[k];
    said[fold] += predicted[k];
    right += labels[k] * predicted[k];
  }
  const expected = said.reduce((sum, yes, f) => sum + (yes === 0 ? 0 : (yes * positives[f]) / n[f]), 0);
  const all = said.reduce((sum, yes) => sum + yes, 0);
  return all === 0 ? unsupported("no sample is predicted positive") : { value: (right - expected) / all };
}
