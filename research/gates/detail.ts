import type { Interval } from "../metrics/bootstrap.ts";
import type { CalibrationBin } from "../metrics/calibration.ts";
import type { Figure } from "../metrics/figure.ts";
import type { PrecisionRecallPoint, RocPoint } from "../metrics/score-curves.ts";
import type { FoldFigures } from "../training/fold-figures.ts";
import type { ModelTraining } from "../training/train.ts";

/**
 * What gates 3 and 4 had before them, for a reader's eyes: no verdict rests on it. Plain JSON with figures as in the gates'
 * checks; times ms UTC, shares fractions, money in `quote`.
 */
export interface GateDetail {
  readonly quote: string;
  readonly model: Pick<ModelTraining, "recipe" | "labels" | "pairs" | "seed"> & {
    /** From which score on the last fold's model says yes. */
    readonly threshold: number;
    /** What the model makes most of, the greatest first. */
    readonly influence: readonly Influence[];
  };
  readonly samples: ModelTraining["samples"];
  readonly folds: readonly FoldFigures[];
  /** Over all out-of-sample rows; of a curve so many points as a chart shows. */
  readonly roc: readonly RocPoint[];
  readonly precisionRecall: readonly PrecisionRecallPoint[];
  /** Where the folds' own thresholds put the model on the two curves. */
  readonly operating: {
    readonly falsePositiveRate: Figure;
    readonly recall: Figure;
    readonly precision: Figure;
  };
  readonly calibration: readonly CalibrationBin[];
  /** Out-of-sample scores from `from` to below `to` (1 is in the last), by what came. */
  readonly scores: readonly {
    readonly from: number;
    readonly to: number;
    readonly positives: number;
    readonly negatives: number;
  }[];
  /**
   * At the first close from the first edge on and each 00:00 UTC close after it: with the folds' models, and the same
   * system over the same bars without any.
   */
  readonly equity: {
    readonly time: readonly number[];
    readonly withModel: readonly number[];
    readonly without: readonly number[];
  };
  /** Annual Sharpe ratios of the two, and the difference, whose interval resamples the same days of both. */
  readonly sharpe: {
    readonly withModel: SharpeFigure;
    readonly without: SharpeFigure;
    readonly difference: SharpeFigure;
  };
  /** What is missing to judge, in days of data at the rate at which it came so far; 0 where there is enough. */
  readonly needed: readonly { readonly what: string; readonly days: Figure }[];
  readonly trials: { readonly count: number; readonly replayed: number; readonly effective: number };
}

export interface SharpeFigure {
  readonly value: Figure;
  readonly interval: Interval;
}

/** Logistic: the weight of one standard deviation. Trees: how many splits ask for the feature. */
export interface Influence {
  readonly feature: string;
  readonly value: number;
}
