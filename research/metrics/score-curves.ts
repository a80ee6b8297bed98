import { FathomError } from "../../engine/errors.ts";
import { checkBinary, checkLengths } from "./classification.ts";
import { type Figure, unsupported } from "./figure.ts";

/** Every threshold that tells samples apart: the distinct scores, highest first, and what score >= threshold catches. */
export interface ThresholdSweep {
  readonly positives: number;
  readonly negatives: number;
  readonly threshold: Float64Array;
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
}

/**
 * @param labels 1 or 0, one a sample.
 * @param scores In [0, 1], one a sample.
 * @throws FathomError E_METRIC_INPUT where lengths differ, a label is neither 0 nor 1, or a score is not in [0, 1]: such a model is broken.
 */
export function sweepThresholds(labels: ArrayLike<number>, scores: ArrayLike<number>): ThresholdSweep {
  checkScores("sweepThresholds", labels, scores);
  // each class in order, then merged: sorting plain numbers is many times faster than sorting pairs
  const sorted = (label: number) =>
    Float64Array.from(scores)
      .filter((_, i) => labels[i] === label)
      .sort();
  const positive = sorted(1);
  const negative = sorted(0);
  const n = labels.length;
  const threshold = new Float64Array(n);
  const truePositives = new Float64Array(n);
  const falsePositives = new Float64Array(n);
  let p = positive.length;
  let q = negative.length;
  let found = 0;
  while (p + q > 0) {
    const at =
      p === 0 ? negative[q - 1] : q === 0 ? positive[p - 1] : Math.max(positive[p - 1], negative[q - 1]);
    while (p > 0 && positive[p - 1] === at) p--;
    while (q > 0 && negative[q - 1] === at) q--;
    threshold[found] = at;
    truePositives[found] = positive.length - p;
    falsePositives[found] = negative.length - q;
    found++;
  }
  return {
    positives: positive.length,
    negatives: negative.length,
    threshold: threshold.slice(0, found),
    truePositives: truePositives.slice(0, found),
    falsePositives: falsePositives.slice(0, found),
  };
}

export function checkScores(who: string, labels: ArrayLike<number>, scores: ArrayLike<number>): void {
  checkLengths(who, labels.length, "scores", scores.length);
  checkBinary(who, "label", labels);
  for (let i = 0; i < scores.length; i++) {
    if (scores[i] >= 0 && scores[i] <= 1) continue;
    throw new FathomError(
      "E_METRIC_INPUT",
      `${who}: sample ${i} has the score ${scores[i]}, expected 0 to 1`,
      {
        sample: i,
        score: scores[i],
      },
    );
  }
}

/** Probability that a positive scores above a negative, ties counting half: the area under the ROC curve. */
export function rocAuc({ positives, negatives, truePositives, falsePositives }: ThresholdSweep): Figure {
  if (positives === 0) return unsupported("no sample is positive");
  if (negatives === 0) return unsupported("no sample is negative");
  let area = 0;
  for (let k = 0; k < truePositives.length; k++) {
    const before = k === 0 ? 0 : truePositives[k - 1];
    const width = falsePositives[k] - (k === 0 ? 0 : falsePositives[k - 1]);
    area += (width * (before + truePositives[k])) / 2;
  }
  return { value: area / (positives * negatives) };
}

/**
 * Average precision, the area under the precision-recall curve by steps: sum of (R_k - R_(k-1)) P_k from the highest score down. The base rate
 * for scores that say nothing. (Trapezoids draw lines between points that no threshold reaches.)
 */
export function averagePrecision({ positives, truePositives, falsePositives }: ThresholdSweep): Figure {
  if (positives === 0) return unsupported("no sample is positive");
  let area = 0;
  for (let k = 0; k < truePositives.length; k++) {
    const gained = truePositives[k] - (k === 0 ? 0 : truePositives[k - 1]);
    area += (gained * truePositives[k]) / (truePositives[k] + falsePositives[k]);
  }
  return { value: area / positives };
}

export interface RocPoint {
  readonly falsePositiveRate: number;
  readonly truePositiveRate: number;
}

/**
 * Points of the ROC curve from (0, 0) to (1, 1); none where there is one class only.
 *
 * @param detail Points nearer to the last one than 1 / detail on both axes are left out: 200 is as fine as a chart shows.
 */
export function rocCurve(sweep: ThresholdSweep, detail: number): RocPoint[] {
  const { positives, negatives, truePositives, falsePositives } = sweep;
  if (positives === 0 || negatives === 0) return [];
  const x = falsePositives.map((count) => count / negatives);
  const y = truePositives.map((count) => count / positives);
  const points = thinned(x, y, detail).map((k) => ({ falsePositiveRate: x[k], truePositiveRate: y[k] }));
  return [{ falsePositiveRate: 0, truePositiveRate: 0 }, ...points];
}

export interface PrecisionRecallPoint {
  readonly threshold: number;
  readonly recall: number;
  readonly precision: number;
}

/** Points of the precision-recall curve, highest threshold first; none without positives. @param detail As for rocCurve. */
export function precisionRecallCurve(sweep: ThresholdSweep, detail: number): PrecisionRecallPoint[] {
  const { positives, threshold, truePositives, falsePositives } = sweep;
  if (positives === 0) return [];
  const recall = truePositives.map((count) => count / positives);
  const precision = truePositives.map((count, k) => count / (count + falsePositives[k]));
  return thinned(recall, precision, detail).map((k) => ({
    threshold: threshold[k],
    recall: recall[k],
    precision: precision[k],
  }));
}

/** First and last point, and each that lies 1 / detail or more from the one kept before it, on either axis. */
function thinned(x: Float64Array, y: Float64Array, detail: number): number[] {
  const kept: number[] = [];
  let last = -1;
  for (let k = 0; k < x.length; k++) {
    const far = last < 0 || Math.max(Math.abs(x[k] - x[last]), Math.abs(y[k] - y[last])) >= 1 / detail;
    if (!far && k < x.length - 1) continue;
    kept.push(k);
    last = k;
  }
  return kept;
}
