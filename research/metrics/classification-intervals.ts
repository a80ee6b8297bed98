import { FathomError } from "../../engine/errors.ts";
import { DAY } from "../../engine/market/bars.ts";
import { blockLength, createResampler, type Interval } from "./bootstrap.ts";
import { type Confusion, checkBinary, checkLengths, classification, matthews } from "./classification.ts";
import { type Drawing, drawAll, statistic } from "./statistic.ts";

/** Out-of-sample predictions with what came of them; one item a sample, in any order. */
export interface Predictions {
  /** 1 or 0. */
  readonly labels: ArrayLike<number>;
  readonly predicted: ArrayLike<number>;
  /** When it was decided on, ms UTC. */
  readonly time: ArrayLike<number>;
  /** When the label became known, ms UTC. */
  readonly end: ArrayLike<number>;
}

export interface ClassificationIntervals {
  readonly precision: Interval;
  readonly recall: Interval;
  readonly f1: Interval;
  readonly mcc: Interval;
  /** Of precision less the base rate of the same days: whether yes says more than always yes. */
  readonly lift: Interval;
  /** UTC days from the first decision to the last: the items drawn. */
  readonly days: number;
  /** Their mean block: as long as precision or F1 remember, and no shorter than the longest label lives. */
  readonly block: number;
}

/** Fewer say too little to be resampled. */
const MIN_DAYS = 20;

/**
 * Percentile intervals by the stationary bootstrap of UTC days. Labels of a day overlap with each other, with those of the days after, and
 * with other pairs': a day is drawn with all of its samples, in blocks, and no sample on its own.
 *
 * @throws FathomError E_METRIC_INPUT where lengths differ, an item is neither 0 nor 1, or a label ends before it begins.
 */
export function classificationIntervals(
  predictions: Predictions,
  drawing: Drawing & { readonly seed: number },
): ClassificationIntervals {
  const days = countByDay(predictions);
  const total = confusionOf(days, null);
  const found = classification(total);
  const block = blockOf(days, total, predictions);
  const lack = days.length === 0 ? "no samples" : lackOf(days);
  const drawn = statistic(["precision", "recall", "f1", "mcc", "lift"], drawing, lack, ({ counts }) => {
    const {
      truePositives: tp,
      falsePositives: fp,
      falseNegatives: fn,
      trueNegatives: tn,
    } = confusionOf(days, counts);
    const precision = tp / (tp + fp);
    const positives = tp + fn;
    return {
      precision,
      recall: tp / positives,
      f1: (2 * tp) / (2 * tp + fp + fn),
      mcc: matthews({ truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn }),
      lift: precision - positives / (positives + fp + tn),
    };
  });
  if (lack === null) drawAll(createResampler(days.length, block, drawing.seed), drawing.draws, [drawn]);
  const { precision, recall, f1, mcc } = found;
  // lift has a value where precision has one
  return { ...drawn.intervals({ precision, recall, f1, mcc, lift: precision }), days: days.length, block };
}

function lackOf(days: readonly DayCounts[]): string | null {
  const said = days.reduce((count, day) => count + (day[TP] + day[FP] > 0 ? 1 : 0), 0);
  if (said >= MIN_DAYS) return null;
  return `${said} of ${days.length} days have a positive prediction: an interval needs ${MIN_DAYS}`;
}

/** True negatives, false positives, false negatives, true positives: at 2 label + prediction. */
type DayCounts = Float64Array;
const [TN, FP, FN, TP] = [0, 1, 2, 3];

/** Days without a sample between the first and the last are there with zeros, so that blocks are spans of time. */
function countByDay({ labels, predicted, time, end }: Predictions): DayCounts[] {
  checkLengths("classificationIntervals", labels.length, "predictions", predicted.length);
  checkLengths("classificationIntervals", labels.length, "times", time.length);
  checkLengths("classificationIntervals", labels.length, "ends", end.length);
  checkBinary("classificationIntervals", "label", labels);
  checkBinary("classificationIntervals", "prediction", predicted);
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < time.length; i++) {
    if (!(end[i] > time[i])) {
      throw new FathomError(
        "E_METRIC_INPUT",
        `classificationIntervals: the label of sample ${i} lives from ${time[i]} to ${end[i]}, expected an end after its beginning`,
        { sample: i, time: time[i], end: end[i] },
      );
    }
    first = Math.min(first, Math.floor(time[i] / DAY));
    last = Math.max(last, Math.floor(time[i] / DAY));
  }
  const days = Array.from({ length: Math.max(0, last - first + 1) }, () => new Float64Array(4));
  for (let i = 0; i < time.length; i++) {
    days[Math.floor(time[i] / DAY) - first][2 * labels[i] + predicted[i]]++;
  }
  return days;
}

/** Sums over days, each as often as it was drawn; once without draws. */
function confusionOf(days: readonly DayCounts[], counts: Float64Array | null): Confusion {
  const sum = [0, 0, 0, 0];
  for (let d = 0; d < days.length; d++) {
    const times = counts === null ? 1 : counts[d];
    if (times === 0) continue;
    for (let k = 0; k < 4; k++) sum[k] += times * days[d][k];
  }
  return { truePositives: sum[TP], falsePositives: sum[FP], falseNegatives: sum[FN], trueNegatives: sum[TN] };
}

/** A ratio of sums a / b moves with the sum of a - (a / b) b of the days: that series' memory is what a block must hold. */
function blockOf(days: readonly DayCounts[], total: Confusion, { time, end }: Predictions): number {
  const { precision, f1 } = classification(total);
  const p = precision.value ?? 0;
  const f = f1.value ?? 0;
  const ofPrecision = days.map((day) => day[TP] - p * (day[TP] + day[FP]));
  const ofF1 = days.map((day) => 2 * day[TP] - f * (2 * day[TP] + day[FP] + day[FN]));
  let life = 0;
  for (let i = 0; i < time.length; i++) life = Math.max(life, (end[i] - time[i]) / DAY);
  return Math.max(1, life, blockLength(ofPrecision).stationary, blockLength(ofF1).stationary);
}
