import type { Column } from "../kernel.ts";
import { exp } from "../math.ts";
import type { TreesModel } from "./model.ts";

/** Numbers a node in TreesModel.nodes. */
export const NODE = 4;

const single = new Float32Array(1);
const bits = new Int32Array(single.buffer);

/**
 * Whole number that sorts as x does in float32, so that a comparison can be made of integer operations:
 * which child comes next is a coin toss to the processor, and a branch on it costs more than the rest.
 */
export function sortKey(x: number): number {
  if (x !== x) return LARGEST_KEY;
  single[0] = x + 0; // -0 is 0
  return bits[0] ^ ((bits[0] >> 31) & 0x7fffffff);
}

/** Above the key of every number: of a missing feature, and of the threshold of a leaf. */
export const LARGEST_KEY = 0x7fffffff;

/** Rows that go through a tree together, an even number: their features stay in the cache, and so does the tree. */
const TOGETHER = 64;

/**
 * Scores of rows [from, to). A feature that is NaN is missing and goes where each node sends it. Features
 * are rounded to float32 and leaves added in float32, tree by tree, as XGBoost does it.
 */
export function treesScorer(
  model: TreesModel,
): (features: readonly Column[], score: Column, from: number, to: number) => void {
  const { baseMargin, roots, depths, nodes, leaf, features: names } = model;
  const width = names.length;
  const keys = new Int32Array(TOGETHER * width);
  const margin = new Float32Array(TOGETHER);
  return (features, score, from, to) => {
    for (let first = from; first < to; first += TOGETHER) {
      const rows = to - first < TOGETHER ? to - first : TOGETHER;
      for (let j = 0; j < width; j++) gatherKeys(features[j], first, rows, keys, j, width);
      margin.fill(baseMargin);
      for (let k = 0; k < roots.length; k++)
        climb(nodes, leaf, roots[k], depths[k], keys, width, margin, rows);
      for (let r = 0; r < rows; r++) score[first + r] = 1 / (1 + exp(-margin[r]));
    }
  };
}

/** Puts the keys of a column's rows into the j-th place of each row. */
function gatherKeys(
  x: Column,
  first: number,
  rows: number,
  keys: Int32Array,
  j: number,
  width: number,
): void {
  for (let r = 0; r < rows; r++) keys[r * width + j] = sortKey(x[first + r]);
}

/** Adds one tree's leaf to the margin of each row. Two rows at a time: neither waits for the other's next node. */
function climb(
  nodes: Int32Array,
  leaf: Float32Array,
  root: number,
  depth: number,
  keys: Int32Array,
  width: number,
  margin: Float32Array,
  rows: number,
): void {
  for (let r = 0; r < rows; r += 2) {
    const row = r * width; // of an odd number of rows the last has an idle neighbour
    const other = row + width;
    let a = root;
    let b = root;
    for (let d = 0; d < depth; d++) {
      a = childOf(nodes, a, keys[row + nodes[a]]);
      b = childOf(nodes, b, keys[other + nodes[b]]);
    }
    margin[r] += leaf[a >> 2];
    margin[r + 1] += leaf[b >> 2];
  }
}

function childOf(nodes: Int32Array, node: number, key: number): number {
  const right = nodes[node + 2];
  if (key === LARGEST_KEY) return right - NODE + NODE * nodes[node + 3];
  const t = nodes[node + 1];
  // key < t ? 1 : 0; where the signs are alike the difference does not overflow
  const isBelow = ((key & ~t) | (~(key ^ t) & (key - t))) >>> 31;
  return right - NODE * isBelow;
}
