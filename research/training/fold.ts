import type { FrozenModel } from "../../engine/scoring/model.ts";
import { scorer } from "../../engine/scoring/score.ts";
import { sweepThresholds } from "../metrics/score-curves.ts";
import { holdOut } from "../splits/gate-folds.ts";
import { type FittedModel, fitRecipe, type Recipe } from "./recipe.ts";
import type { Samples } from "./samples.ts";

/** A model with the score from which it says yes. */
export interface TrainedModel extends FittedModel {
  /** In [0, 1]. */
  readonly threshold: number;
}

/** Share of the train rows, the last by time, on which the threshold is chosen. */
export const HELD_SHARE = 0.2;
/** Precision that a threshold is to have there: below it a round trip's costs are not earned. */
export const LEAST_PRECISION = 0.7;

/**
 * Trains by a recipe on some samples: a first model on the earlier 80 % of them chooses the threshold on the last 20 %
 * (labels that reach into these are purged), a second one on all of them is kept with that threshold.
 * @param train sample indices in time order.
 * @throws FathomError what fitRecipe throws.
 */
export async function trainFold(
  samples: Samples,
  train: Int32Array,
  recipe: Recipe,
  seed: number,
): Promise<TrainedModel> {
  const { fit, held } = holdOut(samples.time, train, HELD_SHARE, samples.horizon);
  const { names, columns, label } = samples;
  const first = await fitRecipe({ names, columns, label, rows: fit }, recipe, seed);
  const labels = Uint8Array.from(held, (k) => label[k]);
  const threshold = chooseThreshold(labels, scoreSamples(first.model, samples, held));
  return { ...(await fitRecipe({ names, columns, label, rows: train }, recipe, seed)), threshold };
}

/**
 * Of the distinct scores the one of highest F1 (score >= threshold says yes) among those with a precision of 0.70
 * or more; where none has it, the one of highest F1. The higher one where two are alike.
 * @param labels 1 or 0, one a sample. @param scores in [0, 1].
 * @throws FathomError E_METRIC_INPUT.
 */
export function chooseThreshold(labels: Uint8Array, scores: Float64Array): number {
  const { positives, threshold, truePositives, falsePositives } = sweepThresholds(labels, scores);
  let best = -1;
  let bestF1 = -1;
  let isBestPrecise = false;
  for (let k = 0; k < threshold.length; k++) {
    const yes = truePositives[k] + falsePositives[k];
    const f1 = (2 * truePositives[k]) / (positives + yes);
    const isPrecise = truePositives[k] / yes >= LEAST_PRECISION;
    if (isBestPrecise && !isPrecise) continue;
    if (f1 > bestF1 || isPrecise !== isBestPrecise) {
      best = threshold[k];
      bestF1 = f1;
      isBestPrecise = isPrecise;
    }
  }
  return best;
}

/** A model's scores of some samples, by the engine's own scorer. @throws FathomError E_MODEL_SCORE. */
export function scoreSamples(model: FrozenModel, samples: Samples, which: Int32Array): Float64Array {
  const columns = samples.columns.map((x) => Float64Array.from(which, (k) => x[k]));
  const scores = new Float64Array(which.length);
  scorer(model)(columns, scores, 0, which.length);
  return scores;
}
