import type { FrozenModel, TreesModel } from "../../engine/scoring/model.ts";
import { LARGEST_KEY, NODE } from "../../engine/scoring/trees.ts";
import type { Influence } from "./detail.ts";

/**
 * What a model makes most of, the greatest size first and features of 0 left out. Logistic: the weight of one standard
 * deviation, with its sign. Trees: how many splits ask for the feature.
 */
export function influenceOf(model: FrozenModel): Influence[] {
  const values = model.kind === "logistic" ? model.weights : splitsByFeature(model);
  return model.features
    .map((feature, j) => ({ feature, value: values[j] }))
    .filter(({ value }) => value !== 0)
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
}

function splitsByFeature({ features, nodes }: TreesModel): number[] {
  const splits = features.map(() => 0);
  for (let at = 0; at < nodes.length; at += NODE) {
    const isLeaf = nodes[at + 1] === LARGEST_KEY; // the key of no threshold
    if (!isLeaf) splits[nodes[at]]++;
  }
  return splits;
}
