import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { column, sharedData } from "../test-data.ts";
import type { TreesModel } from "./model.ts";
import { rawScorer } from "./score.ts";
import { stump, stumps, type XgboostFile } from "./test-models.ts";
import { parseXgboost } from "./xgboost.ts";

// Oracle: shared data, oracles/08-xgboost-*x.json: models that xgboost 1.7.6, 2.1.4 and 3.2.0 saved, and
// their own predictions in float32.
interface Oracle {
  readonly predict_X: (number | null)[][];
  readonly cases: readonly {
    readonly name: string;
    readonly input: { readonly model: string; readonly edge_rows: (number | null)[][] };
    readonly expected: { readonly probability: number[]; readonly margin: number[] };
  }[];
}

const oracles: Oracle[] = [1, 2, 3].flatMap((major) => {
  const path = sharedData(`oracles/08-xgboost-${major}x.json`);
  return path === undefined ? [] : [JSON.parse(readFileSync(path, "utf8"))];
});
const read = (name: string) => JSON.parse(readFileSync(sharedData(`oracles/${name}`)!, "utf8"));
const NAMES = ["a", "b", "c", "d", "e", "f"];

/** What the model gives for rows, null = missing. */
function scores(model: TreesModel, rows: readonly (readonly (number | null)[])[]): Float64Array {
  const columns = model.features.map((_, j) => column(rows.map((row) => row[j] ?? Number.NaN)));
  const score = new Float64Array(rows.length);
  rawScorer(model)(columns, score, 0, rows.length);
  return score;
}

describe.skipIf(oracles.length === 0)("models saved by XGBoost (needs the shared test data)", () => {
  const cases = oracles.flatMap((o) => o.cases.map((c) => [c.name, c, o] as const));

  it("are nine: three base scores of three versions", () => {
    expect(cases.length).toBe(9);
  });

  it.each(cases)("%s scores every row as the library does", (_, c, oracle) => {
    const found = scores(parseXgboost(read(c.input.model), NAMES), [
      ...oracle.predict_X,
      ...c.input.edge_rows,
    ]);
    expect(found.length).toBe(c.expected.probability.length);
    c.expected.probability.forEach((p, i) => {
      expect(Math.abs(found[i] - p), `row ${i}`).toBeLessThanOrEqual(1e-6);
      // the margin, too: where probabilities are near 0 or 1 they would forgive a wrong leaf
      const margin = Math.log(found[i] / (1 - found[i]));
      expect(Math.abs(margin - c.expected.margin[i]), `margin of row ${i}`).toBeLessThanOrEqual(2e-6);
    });
  });
});

describe("an XGBoost model", () => {
  it("goes left below the threshold and right at it", () => {
    // log-odds 0 before the tree, leaves -1 and 2
    const found = scores(parseXgboost(stump(0.25, -1, 2), ["x"]), [[0.2], [0.25], [0.3]]);
    const [low, high] = [1 / (1 + Math.exp(1)), 1 / (1 + Math.exp(-2))];
    expect(found[0]).toBeCloseTo(low, 15);
    expect(found[1]).toBeCloseTo(high, 15);
    expect(found[2]).toBeCloseTo(high, 15);
  });

  it("compares in float32, so that a double just below the threshold counts as the threshold", () => {
    const [below, same] = scores(parseXgboost(stump(0.1, -1, 2), ["x"]), [[0.0999], [0.1 - 1e-12]]);
    expect(below).toBeLessThan(0.5);
    expect(same).toBeGreaterThan(0.5);
  });

  it.each([
    [1, 1 / (1 + Math.exp(1))],
    [0, 1 / (1 + Math.exp(-2))],
  ])("sends a missing feature where the node says (default_left %i)", (defaultLeft, expected) => {
    const found = scores(parseXgboost(stump(0.25, -1, 2, { defaultLeft }), ["x"]), [[null]]);
    expect(found[0]).toBeCloseTo(expected, 15);
  });

  it.each([
    ["5E-1", 0],
    ["3E-1", Math.log(0.3 / 0.7)],
    ["[3E-1]", Math.log(0.3 / 0.7)],
  ])("takes base_score %s for a probability", (base, margin) => {
    expect(parseXgboost(stump(0.25, -1, 2, { base }), ["x"]).baseMargin).toBeCloseTo(margin, 6);
  });

  it("adds up its trees", () => {
    const found = scores(parseXgboost(stumps([stump(0, -1, 2), stump(1, 0.5, 4)]), ["x"]), [
      [-1],
      [0.5],
      [2],
    ]);
    [-0.5, 2.5, 6].forEach((margin, i) => {
      expect(found[i]).toBeCloseTo(1 / (1 + Math.exp(-margin)), 6);
    });
  });

  it("may be a tree of one leaf", () => {
    const file = stump(0, 0, 0);
    Object.assign(file.learner.gradient_booster.model.trees[0], {
      left_children: [-1],
      right_children: [-1],
      split_indices: [0],
      split_conditions: [1.5],
      default_left: [0],
      split_type: [0],
    });
    expect(scores(parseXgboost(file, ["x"]), [[3]])[0]).toBeCloseTo(1 / (1 + Math.exp(-1.5)), 7);
  });
});

describe("what is no such model is refused", () => {
  const change = (f: (file: XgboostFile) => void) => {
    const file = stump(0.25, -1, 2);
    f(file);
    return file;
  };
  const tree = (file: XgboostFile) => file.learner.gradient_booster.model.trees[0];
  it.each<[string, unknown, string]>([
    ["no JSON of XGBoost", { trees: [] }, "E_MODEL_XGBOOST"],
    ["nothing", null, "E_MODEL_XGBOOST"],
    ["another objective", change((f) => (f.learner.objective.name = "reg:squarederror")), "reg:squarederror"],
    ["another booster", change((f) => (f.learner.gradient_booster.name = "dart")), "dart"],
    ["a later version", change((f) => (f.version = [4, 0, 0])), "version 4.0.0"],
    ["several classes", change((f) => (f.learner.learner_model_param.num_class = "3")), "3 classes"],
    [
      "a base score of 1",
      change((f) => (f.learner.learner_model_param.base_score = "1E0")),
      "base_score 1E0",
    ],
    ["no trees", stumps([]), "no trees"],
    [
      "a cycle",
      change((f) => Object.assign(tree(f), { left_children: [1, 2, -1], right_children: [2, 1, -1] })),
      "two parents",
    ],
    ["a node with two parents", change((f) => (tree(f).right_children = [1, -1, -1])), "two parents"],
    ["a child outside", change((f) => (tree(f).left_children = [7, -1, -1])), "children 7 and 2"],
    ["a feature outside", change((f) => (tree(f).split_indices = [1, 0, 0])), "feature 1"],
    ["a split by category", change((f) => (tree(f).split_type = [1, 0, 0])), "category"],
    ["a leaf beyond float32", change((f) => (tree(f).split_conditions = [0, 1e39, 0])), "1e+39"],
    ["lists of different lengths", change((f) => (tree(f).default_left = [1])), "different lengths"],
  ])("%s", (_, file, found) => {
    expect(() => parseXgboost(file, ["x"])).toThrow(
      expect.objectContaining({
        code: "E_MODEL_XGBOOST",
        ...(found.startsWith("E_") ? {} : { message: expect.stringContaining(found) }),
      }),
    );
  });

  it.each([
    ["another number of features", stump(0.25, -1, 2), ["x", "y"]],
    ["other names", stump(0.25, -1, 2, { names: ["y"] }), ["x"]],
    ["a feature twice", stump(0.25, -1, 2), ["x", "x"]],
  ])("%s", (_, file, names) => {
    expect(() => parseXgboost(file, names)).toThrow(expect.objectContaining({ code: "E_MODEL_FEATURES" }));
  });
});
