import type { FrozenModel } from "../../engine/scoring/model.ts";
import { scorer } from "../../engine/scoring/score.ts";
import { sweepThresholds } from "../metrics/score-curves.ts";
import { holdOut } from "../splits/gate-folds.ts";
import type { Split } from "../splits/split.ts";
import { type FittedModel, fitRecipe, type Recipe } from "./recipe.ts";
import type { Samples } from "./samples.ts";
import { gather } from "./training-set.ts";

/** A model with the score from which it says yes. */
export interface TrainedModel extends FittedModel {
  /** In [0, 1]. */
  readonly threshold: number;
}

/** What a fold is trained and judged on. */
export type FoldSamples = Pick<Samples, "names" | "columns" | "label" | "time" | "horizon">;

/** A fold's model and how it scores what came after. */
export interface JudgedModel {
  readonly trained: TrainedModel;
  /** One a test sample. */
  readonly scores: Float64Array;
}

/** Share of the train rows, the last by time, on which the threshold is chosen. */
export const HELD_SHARE = 0.2;
/** Precision that a threshold is to have there: below it a round trip's costs are not earned. */
export const LEAST_PRECISION = 0.7;

/** Trains on a fold's train rows and scores its test rows. Parameters and errors as of trainFold. */
export async function judgeFold(
  samples: FoldSamples,
  { train, test }: Split,
  recipe: Recipe,
  seed: number,
  onStep?: () => void,
): Promise<JudgedModel> {
  const trained = await trainFold(samples, train, recipe, seed, onStep);
  return { trained, scores: scoreSamples(trained.model, samples, test) };
}

/**
 * Trains by a recipe on some samples: a first model on the earlier 80 % of them chooses the threshold on the last 20 %
 * (labels that reach into these are purged), a second one on all of them is kept with that threshold.
 * @param train sample indices in time order.
 * @param onStep called before each fit and each tree; what it throws ends the training.
 * @throws FathomError what fitRecipe throws.
 */
export async function trainFold(
  samples: FoldSamples,
  train: Int32Array,
  recipe: Recipe,
  seed: number,
  onStep?: () => void,
): Promise<TrainedModel> {
  const { fit, held } = holdOut(samples.time, train, HELD_SHARE, samples.horizon);
  const { names, columns, label } = samples;
  const fitted = (rows: Int32Array) => fitRecipe({ names, columns, label, rows }, recipe, seed, onStep);
  const first = await fitted(fit);
  const labels = gather(label, held, new Uint8Array(held.length));
  const threshold = chooseThreshold(labels, scoreSamples(first.model, samples, held));
  return { ...(await fitted(train)), threshold };
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
export function scoreSamples(
  model: FrozenModel,
  samples: Pick<Samples, "columns">,
  which: Int32Array,
): Float64Array {
  const n = which.length;
  const columns = samples.columns.map((x) => gather(x, which, new Float64Array(n)));
  const scores = new Float64Array(n);
  scorer(model)(columns, scores, 0, n);
  return scores;
}
