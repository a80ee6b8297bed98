import { FathomError } from "../errors.ts";
import type { Column, Kernel } from "../kernel.ts";
import { logisticScorer } from "./logistic.ts";
import { type FrozenModel, modelHash } from "./model.ts";
import { treesScorer } from "./trees.ts";

/** Writes the scores of rows [from, to); the features are in the model's order. */
export type Scorer = (features: readonly Column[], score: Column, from: number, to: number) => void;

/** A model's scores as they come: a missing feature is the model's affair. */
export function rawScorer(model: FrozenModel): Scorer {
  return model.kind === "logistic" ? logisticScorer(model) : treesScorer(model);
}

/**
 * A model's scores in [0, 1], NaN where a feature is not known.
 * @throws FathomError E_MODEL_SCORE, when called, for known features whose score is neither: the model and
 * its features do not belong together, and trading on it would be worse than stopping.
 */
export function scorer(model: FrozenModel): Scorer {
  const raw = rawScorer(model);
  const { features: names } = model;
  return (features, score, from, to) => {
    raw(features, score, from, to);
    if (model.kind === "trees") blankUnknown(features, score, from, to); // the sum of a logistic is NaN by itself
    const bad = firstBad(features, score, from, to);
    if (bad < 0) return;
    const values = Object.fromEntries(names.map((name, j) => [name, features[j][bad]]));
    throw new FathomError(
      "E_MODEL_SCORE",
      `model score: found ${score[bad]} for ${JSON.stringify(values)}, expected a number in [0, 1]; look for the feature that left the range it was trained on`,
      { score: score[bad], features: values },
    );
  };
}

/** Sets the score to NaN where a feature is. */
export function blankUnknown(features: readonly Column[], score: Column, from: number, to: number): void {
  for (const x of features) for (let i = from; i < to; i++) if (x[i] !== x[i]) score[i] = Number.NaN;
}

/** The first row with a score that is no number in [0, 1] although every feature is known, or -1. */
function firstBad(features: readonly Column[], score: Column, from: number, to: number): number {
  for (let i = from; i < to; i++) {
    if (score[i] >= 0 && score[i] <= 1) continue;
    if (features.every((x) => x[i] === x[i])) return i;
  }
  return -1;
}

type In = { features: readonly Column[] };

/**
 * A frozen model's score in [0, 1] at each row, from feature columns in the model's order. No lookback of
 * its own: NaN until every feature is known. Throws E_MODEL_SCORE only where known features overflow.
 */
export function scoreOf(model: FrozenModel): Kernel<In, { score: Column }, null> {
  const score = scorer(model);
  return {
    name: "score",
    params: { model: modelHash(model) },
    lookback: 0,
    writes: { score: "score" },
    init: () => null,
    advance: (_, input, out, rows) => score(input.features, out.score, 0, rows),
  };
}
