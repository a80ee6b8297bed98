import { z } from "zod";
import { FathomError } from "../../engine/errors.ts";
import type { FrozenModel } from "../../engine/scoring/model.ts";
import { trainLogistic } from "./logistic.ts";
import { parseModel } from "./stored-model.ts";
import type { TrainingSet } from "./training-set.ts";
import { trainXgboost, xgboostParams } from "./xgboost.ts";

/** Labels of 96 h overlap: neighbours tell one story a hundred times, pairs move together, and the penalty has to make up for both. */
const LAMBDA = 1000;

const logistic = z.strictObject({
  model: z.literal("logistic"),
  lambda: z.number().gt(0).default(LAMBDA).meta({ description: "L2 penalty on the weights" }),
});

const { seed: _seed, patience: _patience, baseScore: _baseScore, ...grown } = xgboostParams.shape;

/** Small trees of many rows each: hourly labels hold far fewer independent ones than rows. */
const xgboost = z.strictObject({
  model: z.literal("xgboost"),
  ...grown,
  rounds: grown.rounds.default(100),
  maxDepth: grown.maxDepth.default(3),
  subsample: grown.subsample.default(0.5),
  minChildWeight: grown.minChildWeight.default(100),
});

export const recipeSchema = z.discriminatedUnion("model", [logistic, xgboost]);

/** How a model is made of samples: with the seed and the samples, all that its bytes depend on. Its canonical JSON tells it from others. */
export type Recipe = z.infer<typeof recipeSchema>;
export type RecipeInput = z.input<typeof recipeSchema>;

/** A recipe with its defaults filled in. @throws FathomError E_TRAIN_RECIPE naming the parameter. */
export function parseRecipe(input: unknown): Recipe {
  const parsed = recipeSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0];
  throw new FathomError(
    "E_TRAIN_RECIPE",
    `recipe: ${path.join(".") || "the recipe"}: ${message}; expected {model: "logistic", lambda} or {model: "xgboost", ` +
      `${Object.keys(xgboost.shape)
        .filter((key) => key !== "model")
        .join(", ")}}`,
    { path },
  );
}

/** A model as it is stored and as it scores. The two are one: `model` is read back from `bytes`. */
export interface FittedModel {
  readonly model: FrozenModel;
  /** The file: our own JSON of a logistic model, or XGBoost's. */
  readonly bytes: Uint8Array;
}

/**
 * Trains by the recipe. Same set, recipe, seed (and native library), same bytes.
 * @param seed of the rows and features that trees see; a logistic model needs none.
 * @param onStep called before a fit and before each tree; what it throws ends the training.
 * @throws FathomError what trainLogistic and trainXgboost throw.
 */
export async function fitRecipe(
  set: TrainingSet,
  recipe: Recipe,
  seed: number,
  onStep?: () => void,
): Promise<FittedModel> {
  const bytes = await trainedBytes(set, recipe, seed, onStep);
  return { model: parseModel(bytes, set.names), bytes };
}

async function trainedBytes(
  set: TrainingSet,
  recipe: Recipe,
  seed: number,
  onStep?: () => void,
): Promise<Uint8Array> {
  if (recipe.model === "logistic") {
    onStep?.();
    return new TextEncoder().encode(`${JSON.stringify(trainLogistic(set, recipe).model)}\n`);
  }
  const { model: _, ...params } = recipe;
  const { json } = await trainXgboost(set, { ...params, seed: seed % 2 ** 31 }, { onRound: onStep });
  return json;
}
