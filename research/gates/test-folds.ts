import { defaultConfig } from "../../engine/config.ts";
import { FEATURE_NAMES } from "../../engine/scoring/feature-schema.ts";
import type { LogisticModel } from "../../engine/scoring/model.ts";
import { scoreSamples } from "../training/fold.ts";
import { labelSettings } from "../training/labels.ts";
import { parseRecipe } from "../training/recipe.ts";
import { samplesOf } from "../training/samples.ts";
import type { Fold } from "../training/walk-forward.ts";
import { makeDetail } from "./make-detail.ts";
import { modelWorth } from "./model-worth.ts";
import { pool, predictionEvidence } from "./predictions.ts";
import { replayFolds, replayWithout } from "./replay-folds.ts";
import { shortMarket } from "./test-gates.ts";

/** For tests: a market too short for a fold of gate 3, its samples, and two folds of 500 hours that lean on momentum. */
export function shortFolds() {
  const dataset = shortMarket();
  const config = defaultConfig();
  const samples = samplesOf(dataset.panel, config, { pairs: dataset.traded });
  const at = (row: number) => dataset.panel.time[row];
  /** A fold of these rows whose model goes one way or the other with momentum. */
  const foldOf = (from: number, to: number, weight: number, threshold: number): Fold => {
    const model: LogisticModel = {
      kind: "logistic",
      features: FEATURE_NAMES,
      mean: FEATURE_NAMES.map(() => 0),
      sd: FEATURE_NAMES.map(() => 1),
      weights: FEATURE_NAMES.map((name) => (name === "momentum168" ? weight : 0)),
      intercept: 1,
    };
    const test = Int32Array.from(samples.time.keys()).filter(
      (k) => samples.time[k] >= at(from) && samples.time[k] < at(to),
    );
    const scores = scoreSamples(model, samples, test);
    const trained = { model, bytes: new Uint8Array(), threshold };
    return { edge: at(from), end: at(to), trained, train: 0, test, scores };
  };
  const folds = [foldOf(1800, 2300, 2, 0.5), foldOf(2300, 2800, -2, 0.7)];
  return { dataset, config, samples, at, folds };
}

/** For tests: what a detail of these folds is made of. */
export function shortEvidence() {
  const { dataset, config, samples, folds } = shortFolds();
  const pooled = pool(samples, folds);
  const { replay } = replayFolds(dataset, config, folds);
  return {
    ...modelWorth(replay, replayWithout(dataset, config, folds), 1),
    quote: "USD",
    model: {
      recipe: parseRecipe({ model: "logistic" }),
      labels: labelSettings.parse({}),
      pairs: dataset.traded,
      seed: 27,
    },
    samples,
    folds,
    pooled,
    predictions: predictionEvidence(pooled, 1),
    needed: [
      { what: "folds", days: { value: 180 } },
      { what: "effective predicted positives", days: { value: null, why: "none was predicted so far" } },
    ],
    trials: { count: 3, replayed: 1, effective: 3, variance: 0.1, overfitting: { value: 0.5 } },
  };
}

/** For tests: a detail as gates leave it. */
export const shortDetail = () => makeDetail(shortEvidence());
