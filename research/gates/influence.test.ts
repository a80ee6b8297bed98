import { expect, test } from "vitest";
import { drawnLogistic, featureNames, stump, stumps } from "../../engine/scoring/test-models.ts";
import { parseXgboost } from "../../engine/scoring/xgboost.ts";
import { influenceOf } from "./influence.ts";

test("a logistic model's weights are its influence, the greatest size first, signs kept and zeros left out", () => {
  const model = { ...drawnLogistic(4), weights: [0.5, -2, 0, 1] };
  expect(influenceOf(model)).toEqual([
    { feature: "f1", value: -2 },
    { feature: "f3", value: 1 },
    { feature: "f0", value: 0.5 },
  ]);
});

test("of trees the splits are counted, and no leaf", () => {
  const file = stumps([stump(0.1, -1, 1), stump(0.2, -1, 1), stump(0.3, -1, 1)]);
  file.learner.learner_model_param.num_feature = "3";
  const [first, second] = file.learner.gradient_booster.model.trees;
  first.split_indices[0] = 2;
  second.split_indices[0] = 2;
  expect(influenceOf(parseXgboost(file, featureNames(3)))).toEqual([
    { feature: "f2", value: 2 },
    { feature: "f0", value: 1 },
  ]);
});

test("a tree of one leaf asks for nothing", () => {
  const file = stump(0.1, -1, 1);
  const [tree] = file.learner.gradient_booster.model.trees;
  for (const key of Object.keys(tree) as (keyof typeof tree)[]) tree[key].length = 1;
  tree.left_children[0] = -1;
  tree.right_children[0] = -1;
  expect(influenceOf(parseXgboost(file, featureNames(1)))).toEqual([]);
});
