import { GATE_PROTOCOL, gateFolds } from "../splits/gate-folds.ts";
import { scoreSamples, type TrainedModel, trainFold } from "./fold.ts";
import type { Recipe } from "./recipe.ts";
import type { Samples } from "./samples.ts";

/** One step of a walk forward: what was trained before `edge` is judged in [edge, end). */
export interface Fold {
  /** The model acts from here; ms UTC. */
  readonly edge: number;
  readonly end: number;
  readonly trained: TrainedModel;
  /** Samples it was trained on. */
  readonly train: number;
  /** Indices of the samples decided in [edge, end). */
  readonly test: Int32Array;
  /** One a test sample. */
  readonly scores: Float64Array;
}

export interface WalkForwardOptions {
  /** Of the recipe: see fitRecipe. */
  readonly seed: number;
  /** Called before each fold and at the end; what it throws ends the walk. */
  readonly onProgress?: (done: number, of: number) => void;
}

/**
 * Gate 3's walk: expanding, each fold trains by the recipe anew on all samples whose label is known before its
 * edge (splits/gate-folds.ts), and is scored on the 90 days after. The last fold's model is the artifact's.
 * @throws FathomError E_SPLIT_SHORT where the samples hold no whole fold, and what trainFold throws.
 */
export async function walkForward(
  samples: Samples,
  recipe: Recipe,
  { seed, onProgress }: WalkForwardOptions,
): Promise<Fold[]> {
  const { folds } = gateFolds(samples, { ...GATE_PROTOCOL, horizon: samples.horizon });
  const done: Fold[] = [];
  for (const { edge, until, train, test } of folds) {
    onProgress?.(done.length, folds.length);
    const trained = await trainFold(samples, train, recipe, seed);
    const scores = scoreSamples(trained.model, samples, test);
    done.push({ edge, end: until, trained, train: train.length, test, scores });
  }
  onProgress?.(folds.length, folds.length);
  return done;
}
