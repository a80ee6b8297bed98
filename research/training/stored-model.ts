import { FathomError } from "../../engine/errors.ts";
import { parseLogistic } from "../../engine/scoring/logistic.ts";
import type { FrozenModel } from "../../engine/scoring/model.ts";
import { parseXgboost } from "../../engine/scoring/xgboost.ts";

/**
 * A model as its file holds it, ready to score: our JSON of a logistic model or XGBoost's of trees.
 * @param features names of the feature schema, in its order; the file's must be these.
 * @throws FathomError E_MODEL_JSON for what is no JSON, E_MODEL_LOGISTIC, E_MODEL_XGBOOST, E_MODEL_FEATURES.
 */
export function parseModel(file: Uint8Array | string, features: readonly string[]): FrozenModel {
  let json: unknown;
  try {
    json = JSON.parse(typeof file === "string" ? file : Buffer.from(file).toString());
  } catch (error) {
    throw new FathomError(
      "E_MODEL_JSON",
      `model: found no JSON (${(error as Error).message}), expected a logistic model's or XGBoost's; train it anew`,
    );
  }
  const isTrees = typeof json === "object" && json !== null && "learner" in json;
  if (isTrees) return parseXgboost(json, features);
  const model = parseLogistic(json);
  if (model.features.join("\n") === features.join("\n")) return model;
  throw new FathomError(
    "E_MODEL_FEATURES",
    `logistic model: found ${model.features.join(", ")}, expected ${features.join(", ")}; score it with the features that it was trained on, in their order`,
  );
}
