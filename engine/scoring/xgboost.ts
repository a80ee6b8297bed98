import { z } from "zod";
import { FathomError } from "../errors.ts";
import { ln } from "../math.ts";
import { checkFeatures, type TreesModel } from "./model.ts";
import { LARGEST_KEY, NODE, sortKey } from "./trees.ts";

const wholes = z.array(z.int());

const treeFile = z.object({
  left_children: wholes,
  right_children: wholes,
  split_indices: wholes,
  split_conditions: z.array(z.number()),
  // 1.x, 2.x and 3.x write 0 and 1, some releases between them true and false
  default_left: z.array(z.union([z.int(), z.boolean()])),
  split_type: wholes.optional(),
});
type TreeFile = z.infer<typeof treeFile>;

const modelFile = z.object({
  version: z.array(z.int()),
  learner: z.object({
    feature_names: z.array(z.string()).optional(),
    gradient_booster: z.object({
      name: z.string(),
      model: z.object({ tree_info: wholes, trees: z.array(treeFile) }).optional(),
    }),
    learner_model_param: z.object({
      base_score: z.string(),
      num_class: z.string().optional(),
      num_feature: z.string(),
      num_target: z.string().optional(),
    }),
    objective: z.object({ name: z.string() }),
  }),
});

/**
 * XGBoost's own JSON (versions 1, 2 and 3, parsed) as a frozen model of these features. All trees of the
 * file count; whoever stopped early saves the best ones only. `base_score` is a probability: "5E-1" in
 * versions 1 and 2, "[3.25E-1]" in version 3.
 * @throws FathomError E_MODEL_XGBOOST for what is not a binary:logistic model of numeric gbtree trees,
 * E_MODEL_FEATURES when its features are not these.
 */
export function parseXgboost(json: unknown, features: readonly string[]): TreesModel {
  const parsed = modelFile.safeParse(json);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0];
    refuse(`${path.join(".") || "the file"}: ${message}`, "the JSON that XGBoost's save_model writes");
  }
  const { version, learner } = parsed.data!;
  const { gradient_booster: booster, learner_model_param: param, objective } = learner;
  if (!(version[0] >= 1 && version[0] <= 3)) refuse(`version ${version.join(".")}`, "a version 1, 2 or 3");
  if (objective.name !== "binary:logistic") refuse(`objective ${objective.name}`, "binary:logistic");
  if (booster.name !== "gbtree" || booster.model === undefined) refuse(`booster ${booster.name}`, "gbtree");
  if (Number(param.num_class ?? 0) > 1 || Number(param.num_target ?? 1) > 1) {
    refuse(`${param.num_class} classes and ${param.num_target} targets`, "one score a row");
  }
  checkFeatures("XGBoost model", features);
  checkNames(learner.feature_names ?? [], Number(param.num_feature), features);
  const { trees, tree_info } = booster.model!;
  if (trees.length === 0) refuse("no trees", "at least one");
  if (tree_info.length !== trees.length || tree_info.some((group) => group !== 0)) {
    refuse("trees of several groups", "one score a row");
  }
  return {
    kind: "trees",
    features: [...features],
    baseMargin: baseMargin(param.base_score),
    ...layOut(trees, features.length),
  };
}

function refuse(found: string, expected: string): never {
  throw new FathomError(
    "E_MODEL_XGBOOST",
    `XGBoost model: found ${found}, expected ${expected}; train it anew`,
  );
}

function checkNames(own: readonly string[], width: number, features: readonly string[]): void {
  if (width === features.length && (own.length === 0 || own.join("\n") === features.join("\n"))) return;
  const found = own.length > 0 ? own.join(", ") : `${width} features`;
  throw new FathomError(
    "E_MODEL_FEATURES",
    `XGBoost model: found ${found}, expected ${features.join(", ")}; score it with the features that it was trained on, in their order`,
  );
}

/** Log-odds of the base score, in float32. */
function baseMargin(text: string): number {
  const p = Math.fround(Number(text.replace(/^\[(.*)\]$/, "$1")));
  if (!(p > 0 && p < 1)) refuse(`base_score ${text}`, "a probability between 0 and 1");
  return Math.fround(-ln(1 / p - 1));
}

/** All trees in one list of nodes, breadth first, children side by side; what no root leads to is left out. */
function layOut(trees: readonly TreeFile[], width: number) {
  const roots = new Int32Array(trees.length);
  const depths = new Int32Array(trees.length);
  const nodes: number[] = [];
  const leaf: number[] = [];
  for (const [k, tree] of trees.entries()) {
    checkTree(tree, k, width);
    const first = leaf.length;
    roots[k] = NODE * first;
    const queue = [{ from: 0, depth: 0 }];
    const reached = new Set<number>(); // the root is nobody's child: checkTree
    for (let q = 0; q < queue.length; q++) {
      const { from, depth } = queue[q];
      depths[k] = depth;
      const value = tree.split_conditions[from];
      const right = NODE * (first + queue.length + 1);
      if (tree.left_children[from] === -1) {
        nodes.push(0, LARGEST_KEY, NODE * (first + q + 1), 0);
        leaf.push(value);
        continue;
      }
      nodes.push(tree.split_indices[from], sortKey(value), right, tree.default_left[from] ? 0 : 1);
      leaf.push(0);
      for (const child of [tree.left_children[from], tree.right_children[from]]) {
        if (reached.has(child)) refuse(`a node with two parents in tree ${k}`, "a tree");
        reached.add(child);
        queue.push({ from: child, depth: depth + 1 });
      }
    }
  }
  return { roots, depths, nodes: Int32Array.from(nodes), leaf: Float32Array.from(leaf) };
}

/** Every list has one entry a node, every node two children or none, every number is a float32. */
function checkTree(tree: TreeFile, k: number, width: number): void {
  const { left_children, right_children, split_indices, split_conditions, default_left, split_type } = tree;
  const n = left_children.length;
  const lists = [right_children, split_indices, split_conditions, default_left, split_type ?? left_children];
  if (n === 0 || lists.some((list) => list.length !== n))
    refuse(`lists of different lengths in tree ${k}`, "one entry a node");
  for (let i = 0; i < n; i++) {
    const [a, b] = [left_children[i], right_children[i]];
    const isLeaf = a === -1 && b === -1;
    if (!isLeaf && !(a > 0 && a < n && b > 0 && b < n))
      refuse(`node ${i} of tree ${k} with children ${a} and ${b}`, "two of its tree, or -1 and -1");
    if (!isLeaf && !(split_indices[i] >= 0 && split_indices[i] < width))
      refuse(`feature ${split_indices[i]} in tree ${k}`, `one of ${width}`);
    if (split_type !== undefined && split_type[i] !== 0)
      refuse(`a split by category in tree ${k}`, "numeric splits");
    if (!Number.isFinite(Math.fround(split_conditions[i])))
      refuse(`${split_conditions[i]} in tree ${k}`, "a finite float32");
  }
}
