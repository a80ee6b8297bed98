import { describe, expect, it } from "vitest";
import type { Column } from "../kernel.ts";
import { createInputs, STYLES } from "../law-inputs.ts";
import { kernelSubject } from "../law-run.ts";
import { checkLaws, describeViolation } from "../laws.ts";
import { column, runKernel } from "../test-data.ts";
import { parseLogistic } from "./logistic.ts";
import { type FrozenModel, type LogisticModel, modelHash } from "./model.ts";
import { rawScorer, scoreOf } from "./score.ts";
import { drawnLogistic, drawnTrees, featureNames } from "./test-models.ts";

const MODELS: [string, FrozenModel][] = [
  ["logistic", drawnLogistic(4)],
  ["trees", drawnTrees(12, 4, 4)],
];

const scoreAt = (model: FrozenModel, ...row: number[]) =>
  runKernel(scoreOf(model), { features: row.map((v) => column([v])) }, 1).score[0];

describe.each(MODELS)("the score of a %s model", (name, model) => {
  it.each(STYLES)("obeys every law on %s data", (style) => {
    const m = createInputs(400, 1, style);
    const features = model.features.map(() => m.level(-2, 2));
    const subject = kernelSubject(name, () => scoreOf(model), { features });
    expect(checkLaws(subject).map(describeViolation)).toEqual([]);
  });

  it("is not known until every feature is", () => {
    expect(scoreAt(model, 0, 0, 0, 0)).toBeGreaterThan(0);
    for (let j = 0; j < 4; j++) {
      expect(scoreAt(model, ...[0, 1, 2, 3].map((k) => (k === j ? Number.NaN : 0)))).toBeNaN();
    }
  });

  it("depends on the model alone, and says so in its params", () => {
    const of = (other: FrozenModel) => scoreOf(other).params.model;
    expect(of(structuredClone(model))).toBe(of(model));
    expect(of({ ...model, features: ["a", "b", "c", "d"] })).not.toBe(of(model));
  });
});

describe("a logistic score", () => {
  const model: LogisticModel = {
    kind: "logistic",
    features: ["a", "b"],
    mean: [1, -2],
    sd: [2, 0.5],
    weights: [0.8, -0.3],
    intercept: 0.1,
  };

  it("is 1 / (1 + exp(-(intercept + weights of the standardised features)))", () => {
    // hand: 0.1 + 0.8 * (4 - 1) / 2 - 0.3 * (-1 + 2) / 0.5 = 0.7
    expect(scoreAt(model, 4, -1)).toBeCloseTo(1 / (1 + Math.exp(-0.7)), 14);
  });

  it("is 0 or 1 far out, and never beyond", () => {
    expect(scoreAt(model, 1e9, 0)).toBe(1);
    expect(scoreAt(model, -1e9, 0)).toBe(0);
  });

  it("is refused where features so large that it is no number are given", () => {
    const opposed = { ...model, weights: [1e200, -1e200] };
    expect(() => scoreAt(opposed, 1e200, 1e200)).toThrow(
      expect.objectContaining({
        code: "E_MODEL_SCORE",
        context: { score: Number.NaN, features: { a: 1e200, b: 1e200 } },
      }),
    );
  });

  it("comes back from its JSON as it went", () => {
    const again = parseLogistic(JSON.parse(JSON.stringify(drawnLogistic(6, 4))));
    expect(again).toEqual(drawnLogistic(6, 4));
    expect(modelHash(again)).toBe(modelHash(drawnLogistic(6, 4)));
  });

  it.each<[string, object, string]>([
    ["an sd of 0", { sd: [0, 1] }, "E_MODEL_LOGISTIC"],
    ["a mean that is no number", { mean: [null, 1] }, "E_MODEL_LOGISTIC"],
    ["an infinite weight", { weights: [1 / 0, 1] }, "E_MODEL_LOGISTIC"],
    ["a weight too few", { weights: [1] }, "E_MODEL_LOGISTIC"],
    ["a key that it does not know", { link: "probit" }, "E_MODEL_LOGISTIC"],
    ["another kind", { kind: "probit" }, "E_MODEL_LOGISTIC"],
    ["a feature twice", { features: ["a", "a"] }, "E_MODEL_FEATURES"],
    ["a feature without a name", { features: ["a", ""] }, "E_MODEL_FEATURES"],
    ["no features", { features: [], mean: [], sd: [], weights: [] }, "E_MODEL_FEATURES"],
  ])("is not made from a file with %s", (_, part, code) => {
    expect(() => parseLogistic({ ...model, ...part })).toThrow(expect.objectContaining({ code }));
  });
});

describe("trees", () => {
  it("score rows together as they score them alone", () => {
    const model = drawnTrees(20, 5, 3);
    const m = createInputs(333, 4, "usual");
    const features = model.features.map(() => m.level(-1, 1).values);
    const together = new Float64Array(333);
    rawScorer(model)(features, together, 0, 333);
    const alone = new Float64Array(333);
    const score = rawScorer(model);
    for (let i = 332; i >= 0; i--) score(features, alone, i, i + 1);
    expect(alone).toEqual(together);
  });

  it("end in the leaf that a plain walk from the root ends in", () => {
    const model = drawnTrees(9, 5, 3, 2);
    const m = createInputs(200, 5, "usual");
    const features = model.features.map(() => m.level(-1, 1).values);
    const found = new Float64Array(200);
    rawScorer(model)(features, found, 0, 200);
    for (let i = 0; i < 200; i++) expect(found[i]).toBe(plainScore(model, features, i));
  });

  it("tell models apart that differ in one threshold", () => {
    const nodes = drawnTrees(3, 2, 2).nodes.slice();
    nodes[1] ^= 1;
    expect(modelHash({ ...drawnTrees(3, 2, 2), nodes })).not.toBe(modelHash(drawnTrees(3, 2, 2)));
    expect(featureNames(2)).toEqual(drawnTrees(3, 2, 2).features);
  });
});

/** The tests' trees once more, from their keys back to float32 and by comparisons. */
function plainScore(model: ReturnType<typeof drawnTrees>, features: readonly Column[], i: number): number {
  const bits = new Int32Array(1);
  const float = new Float32Array(bits.buffer);
  let margin = Math.fround(model.baseMargin);
  for (let k = 0; k < model.roots.length; k++) {
    let node = model.roots[k];
    for (let d = 0; d < model.depths[k]; d++) {
      const [feature, key, right] = model.nodes.subarray(node, node + 4);
      bits[0] = key ^ ((key >> 31) & 0x7fffffff);
      node = Math.fround(features[feature][i]) < float[0] ? right - 4 : right;
    }
    margin = Math.fround(margin + model.leaf[node / 4]);
  }
  const score = new Float64Array(1);
  rawScorer({ ...drawnLogistic(1), mean: [0], sd: [1], weights: [1], intercept: 0 })(
    [column([margin])],
    score,
    0,
    1,
  );
  return score[0];
}
