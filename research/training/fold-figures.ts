import { type Classification, classification, confusion, predict } from "../metrics/classification.ts";
import type { Figure } from "../metrics/figure.ts";
import { rocAuc, sweepThresholds } from "../metrics/score-curves.ts";
import type { Samples } from "./samples.ts";
import type { Fold } from "./walk-forward.ts";

/** What a fold was and how its model did on the samples after it, which it never saw. Plain JSON; times ms UTC. */
export interface FoldFigures extends Classification {
  readonly edge: number;
  readonly end: number;
  /** Samples trained on; `n` are those judged. */
  readonly train: number;
  readonly threshold: number;
  /** Area under the ROC curve. */
  readonly auc: Figure;
}

export interface OutOfSample {
  readonly folds: readonly FoldFigures[];
  /** Over all folds' samples, each predicted at its own fold's threshold. */
  readonly pooled: Classification;
}

/** Out-of-sample figures of a walk forward. */
export function outOfSample(samples: Samples, folds: readonly Fold[]): OutOfSample {
  const all = { labels: [] as Uint8Array[], predicted: [] as Uint8Array[] };
  const figures = folds.map(({ edge, end, train, test, scores, trained: { threshold } }): FoldFigures => {
    const labels = Uint8Array.from(test, (k) => samples.label[k]);
    const predicted = predict(scores, threshold);
    all.labels.push(labels);
    all.predicted.push(predicted);
    const auc = rocAuc(sweepThresholds(labels, scores));
    return { edge, end, train, threshold, auc, ...classification(confusion(labels, predicted)) };
  });
  return { folds: figures, pooled: classification(confusion(joined(all.labels), joined(all.predicted))) };
}

const joined = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
