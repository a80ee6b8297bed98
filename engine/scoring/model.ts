import { digest } from "../digest.ts";
import { FathomError } from "../errors.ts";

/** score = 1 / (1 + exp(-(intercept + sum of weights[j] * (x[j] - mean[j]) / sd[j]))). */
export interface LogisticModel {
  readonly kind: "logistic";
  /** Names of the features, in the order of everything below. */
  readonly features: readonly string[];
  readonly mean: readonly number[];
  /** Above 0. */
  readonly sd: readonly number[];
  readonly weights: readonly number[];
  readonly intercept: number;
}

/** Boosted trees in float32: score = 1 / (1 + exp(-(baseMargin + sum of leaves))). */
export interface TreesModel {
  readonly kind: "trees";
  readonly features: readonly string[];
  /** Log-odds before the first tree. */
  readonly baseMargin: number;
  /** A tree each: where its first node begins in `nodes`, and the steps to its deepest leaf. */
  readonly roots: Int32Array;
  readonly depths: Int32Array;
  /**
   * All trees' nodes, four numbers each: the feature, the sort key (trees.ts) of its threshold, where the right
   * child begins (the left one is the node before it), and whether a missing feature goes right (1). A
   * leaf has the largest key and is its own left child, so that a walk of the tree's depth stays there.
   */
  readonly nodes: Int32Array;
  /** What a leaf adds to the margin, by node; 0 elsewhere. */
  readonly leaf: Float32Array;
}

/** A trained model as plain data: nothing in it changes, and scoring needs no native library. */
export type FrozenModel = LogisticModel | TreesModel;

/** sha256 over everything that a score depends on. */
export function modelHash(model: FrozenModel): string {
  if (model.kind === "logistic") {
    const { kind, features, mean, sd, weights, intercept } = model;
    return digest(JSON.stringify([kind, features, mean, sd, weights, intercept]));
  }
  const { kind, features, baseMargin, roots, depths, nodes, leaf } = model;
  const shape = JSON.stringify([kind, features, baseMargin, roots.length, leaf.length]);
  return digest(shape, roots, depths, nodes, leaf);
}

/**
 * A name list as features. `who` begins the message.
 * @throws FathomError E_MODEL_FEATURES for none, an empty name, or one twice.
 */
export function checkFeatures(who: string, names: readonly string[]): void {
  const twice = names.find((name, k) => names.indexOf(name) < k);
  const found =
    names.length === 0
      ? "no features"
      : names.includes("")
        ? "a feature without a name"
        : twice !== undefined && `the feature ${twice} twice`;
  if (found === false) return;
  throw new FathomError("E_MODEL_FEATURES", `${who}: found ${found}, expected one name a column, each once`);
}
