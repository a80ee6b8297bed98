import { scramble } from "../law-garbage.ts";
import type { LogisticModel, TreesModel } from "./model.ts";
import { parseXgboost } from "./xgboost.ts";

/** For tests: the parts of XGBoost's JSON that are read. */
export interface XgboostFile {
  version: number[];
  learner: {
    feature_names: string[];
    gradient_booster: { name: string; model: { tree_info: number[]; trees: XgboostTree[] } };
    learner_model_param: { base_score: string; num_class: string; num_feature: string; num_target: string };
    objective: { name: string };
  };
}

interface XgboostTree {
  left_children: number[];
  right_children: number[];
  split_indices: number[];
  split_conditions: number[];
  default_left: number[];
  split_type: number[];
}

function xgboostFile(trees: XgboostTree[], width: number, base = "5E-1", names: string[] = []): XgboostFile {
  return {
    version: [1, 7, 4],
    learner: {
      feature_names: names,
      gradient_booster: { name: "gbtree", model: { tree_info: trees.map(() => 0), trees } },
      learner_model_param: { base_score: base, num_class: "0", num_feature: `${width}`, num_target: "1" },
      objective: { name: "binary:logistic" },
    },
  };
}

/** For tests: one split of one feature. */
export function stump(
  threshold: number,
  below: number,
  above: number,
  { base = "5E-1", defaultLeft = 0, names = [] as string[] } = {},
): XgboostFile {
  const tree = {
    left_children: [1, -1, -1],
    right_children: [2, -1, -1],
    split_indices: [0, 0, 0],
    split_conditions: [threshold, below, above],
    default_left: [defaultLeft, 0, 0],
    split_type: [0, 0, 0],
  };
  return xgboostFile([tree], 1, base, names);
}

/** For tests: the trees of several such files in one. */
export function stumps(files: readonly XgboostFile[]): XgboostFile {
  return xgboostFile(
    files.flatMap((f) => f.learner.gradient_booster.model.trees),
    1,
  );
}

/** For tests: names f0, f1, ... */
export const featureNames = (n: number): string[] => Array.from({ length: n }, (_, j) => `f${j}`);

/** For tests: full trees with drawn splits in [-1, 1] of `width` features. */
export function drawnTrees(trees: number, depth: number, width: number, seed = 1): TreesModel {
  let k = 0;
  const uniform = () => (scramble(seed * 7919 + k++) + 0.5) / 2147483648;
  const inner = 2 ** depth - 1;
  const n = 2 * inner + 1;
  const list = <T>(f: (node: number) => T): T[] => Array.from({ length: n }, (_, node) => f(node));
  const tree = (): XgboostTree => ({
    left_children: list((i) => (i < inner ? 2 * i + 1 : -1)),
    right_children: list((i) => (i < inner ? 2 * i + 2 : -1)),
    split_indices: list((i) => (i < inner ? Math.floor(uniform() * width) : 0)),
    split_conditions: list((i) => (i < inner ? 2 * uniform() - 1 : 0.4 * (uniform() - 0.5))),
    default_left: list(() => (uniform() < 0.5 ? 1 : 0)),
    split_type: list(() => 0),
  });
  return parseXgboost(xgboostFile(Array.from({ length: trees }, tree), width), featureNames(width));
}

/** For tests: drawn weights over features that are standardised by drawn means and deviations. */
export function drawnLogistic(width: number, seed = 1): LogisticModel {
  const draw = (low: number, high: number, from: number) =>
    Array.from(
      { length: width },
      (_, j) => low + ((high - low) * (scramble(seed * 7919 + 97 * from + j) + 0.5)) / 2147483648,
    );
  return {
    kind: "logistic",
    features: featureNames(width),
    mean: draw(-1, 1, 1),
    sd: draw(0.5, 2, 2),
    weights: draw(-1, 1, 3),
    intercept: 0.25,
  };
}
