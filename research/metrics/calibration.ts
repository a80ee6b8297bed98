import { ln } from "../../engine/math.ts";
import { type Figure, unsupported } from "./figure.ts";
import { checkScores } from "./score-curves.ts";

/** Samples with about the same score: a point of the calibration curve. */
export interface CalibrationBin {
  /** Scores from bin / 10 to below (bin + 1) / 10; 1 is in the last. */
  readonly bin: number;
  readonly n: number;
  readonly meanScore: number;
  /** What a calibrated model's mean score equals. */
  readonly positiveShare: number;
}

/** Whether scores are probabilities. */
export interface Calibration {
  /** Mean of (score - label)^2 (Brier 1950). */
  readonly brier: Figure;
  /** Mean of -ln(score of what came), scores held off 0 and 1 by 2.2e-16. */
  readonly logLoss: Figure;
  /** Expected calibration error: mean over samples of their bin's |positiveShare - meanScore|. */
  readonly expectedError: Figure;
  /** Bins that hold any sample. */
  readonly bins: readonly CalibrationBin[];
}

const BINS = 10;

/**
 * @param labels 1 or 0, one a sample.
 * @param scores In [0, 1], one a sample.
 * @throws FathomError E_METRIC_INPUT as sweepThresholds.
 */
export function calibration(labels: ArrayLike<number>, scores: ArrayLike<number>): Calibration {
  checkScores("calibration", labels, scores);
  const size = labels.length;
  const n = new Float64Array(BINS);
  const sum = new Float64Array(BINS);
  const positives = new Float64Array(BINS);
  let squares = 0;
  let loss = 0;
  for (let i = 0; i < size; i++) {
    const score = scores[i];
    const bin = Math.min(Math.floor(BINS * score), BINS - 1);
    n[bin]++;
    sum[bin] += score;
    positives[bin] += labels[i];
    squares += (score - labels[i]) * (score - labels[i]);
    const held = Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, score));
    loss -= ln(labels[i] === 1 ? held : 1 - held);
  }
  const bins: CalibrationBin[] = [];
  let off = 0;
  for (let bin = 0; bin < BINS; bin++) {
    if (n[bin] === 0) continue;
    off += Math.abs(positives[bin] - sum[bin]);
    bins.push({ bin, n: n[bin], meanScore: sum[bin] / n[bin], positiveShare: positives[bin] / n[bin] });
  }
  const of = (total: number): Figure => (size === 0 ? unsupported("no samples") : { value: total / size });
  return { brier: of(squares), logLoss: of(loss), expectedError: of(off), bins };
}
