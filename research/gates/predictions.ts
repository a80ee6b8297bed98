import { type Classification, classification, confusion, predict } from "../metrics/classification.ts";
import {
  type ClassificationIntervals,
  classificationIntervals,
} from "../metrics/classification-intervals.ts";
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
}

/** @param seed Chooses the resamples. */
export function predictionEvidence(pooled: Pooled, seed: number): PredictionEvidence {
  const unique = uniqueness(pooled);
  return {
    figures: classification(confusion(pooled.labels, pooled.predicted)),
    intervals: classificationIntervals(pooled, { draws: 2000, level: 0.95, seed }),
    effectivePositives: effectiveCount(unique, pooled.labels),
    effectivePredicted: effectiveCount(unique, pooled.predicted),
  };
}
