import { FathomError } from "../../engine/errors.ts";
import { type Interval, noInterval } from "./bootstrap.ts";
import { type Figure, unsupported } from "./figure.ts";
import { probit } from "./normal.ts";

/** Samples by what was predicted and what came. */
export interface Confusion {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

/** 1 where score >= threshold, 0 elsewhere. */
export function predict(scores: ArrayLike<number>, threshold: number): Uint8Array {
  return Uint8Array.from(scores, (score) => (score >= threshold ? 1 : 0));
}

/**
 * Counts. Predictions rather than a threshold, because each fold of a walk-forward has a threshold of its own.
 *
 * @param labels 1 = positive, 0 = negative; one a sample.
 * @param predicted The same.
 * @throws FathomError E_METRIC_INPUT where lengths differ or an item is neither 0 nor 1.
 */
export function confusion(labels: ArrayLike<number>, predicted: ArrayLike<number>): Confusion {
  checkLengths("confusion", labels.length, "predictions", predicted.length);
  checkBinary("confusion", "label", labels);
  checkBinary("confusion", "prediction", predicted);
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < labels.length; i++) counts[2 * labels[i] + predicted[i]]++;
  const [trueNegatives, falsePositives, falseNegatives, truePositives] = counts;
  return { truePositives, falsePositives, falseNegatives, trueNegatives };
}

export function checkLengths(who: string, labels: number, what: string, found: number): void {
  if (labels === found) return;
  throw new FathomError(
    "E_METRIC_INPUT",
    `${who}: found ${found} ${what} for ${labels} labels, expected one a label`,
    {
      labels,
      found,
    },
  );
}

export function checkBinary(who: string, what: string, items: ArrayLike<number>): void {
  for (let i = 0; i < items.length; i++) {
    if (items[i] === 0 || items[i] === 1) continue;
    throw new FathomError(
      "E_METRIC_INPUT",
      `${who}: sample ${i} has the ${what} ${items[i]}, expected 0 or 1`,
      {
        sample: i,
        found: items[i],
      },
    );
  }
}

/** Figures of predictions, fractions all. A ratio of 0 to 0 has no value. */
export interface Classification {
  readonly n: number;
  readonly positives: number;
  readonly predictedPositives: number;
  /** Share of positives: the precision of whoever always says yes. */
  readonly baseRate: Figure;
  /** tp / (tp + fp) */
  readonly precision: Figure;
  /** tp / (tp + fn) */
  readonly recall: Figure;
  /** tn / (tn + fp) */
  readonly specificity: Figure;
  /** 2 tp / (2 tp + fp + fn) */
  readonly f1: Figure;
  /** F1 of whoever always says yes, 2 p / (1 + p), p the base rate: what a model must be better than. */
  readonly constantF1: Figure;
  /** Matthews' correlation of prediction and label; 0 where either has one class only. */
  readonly mcc: Figure;
  /** (recall + specificity) / 2: 1/2 for whoever always says the same. */
  readonly balancedAccuracy: Figure;
  readonly accuracy: Figure;
}

export function classification(counts: Confusion): Classification {
  const { truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn } = counts;
  const n = tp + fp + fn + tn;
  const positives = tp + fn;
  const recall = ratio(tp, positives, "no sample is positive");
  const specificity = ratio(tn, tn + fp, "no sample is negative");
  return {
    n,
    positives,
    predictedPositives: tp + fp,
    baseRate: ratio(positives, n, "no samples"),
    precision: ratio(tp, tp + fp, "no sample is predicted positive"),
    recall,
    specificity,
    f1: ratio(
      2 * tp,
      2 * tp + fp + fn,
      n === 0 ? "no samples" : "no sample is positive or predicted positive",
    ),
    constantF1: ratio(2 * positives, n + positives, "no samples"),
    mcc: n === 0 ? unsupported("no samples") : { value: matthews(counts) },
    balancedAccuracy:
      recall.value === null
        ? recall
        : specificity.value === null
          ? specificity
          : { value: (recall.value + specificity.value) / 2 },
    accuracy: ratio(tp + tn, n, "no samples"),
  };
}

const ratio = (part: number, whole: number, why: string): Figure =>
  whole === 0 ? unsupported(why) : { value: part / whole };

/** (tp tn - fp fn) / sqrt((tp + fp) (tp + fn) (tn + fp) (tn + fn)), 0 where the root is (Matthews 1975). */
export function matthews({
  truePositives: tp,
  falsePositives: fp,
  falseNegatives: fn,
  trueNegatives: tn,
}: Confusion): number {
  const root = Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn));
  return root === 0 ? 0 : (tp * tn - fp * fn) / root || 0; // no -0
}

/**
 * Wilson's interval (1927) of a share of n independent trials: (p + z^2/2n -+ z sqrt(p (1 - p)/n + z^2/4n^2)) / (1 + z^2/n); from 0 for no
 * success, to 1 for no failure.
 *
 * @param n Need not be whole: with overlapping labels, the effective number (uniqueness.ts), since theirs are no independent trials.
 * @param level 0.95.
 */
export function wilson(share: number, n: number, level: number): Interval {
  if (!(n > 0)) return noInterval("no trials");
  const z = -probit((1 - level) / 2);
  const square = (z * z) / n;
  const centre = share + square / 2;
  const half = z * Math.sqrt((share * (1 - share)) / n + square / (4 * n));
  return {
    low: share === 0 ? 0 : (centre - half) / (1 + square),
    high: share === 1 ? 1 : (centre + half) / (1 + square),
  };
}
