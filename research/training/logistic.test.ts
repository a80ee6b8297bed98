import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom, fillUniforms } from "../../datasets/random.ts";
import { scorer } from "../../engine/scoring/score.ts";
import { sharedData } from "../../engine/test-data.ts";
import { createDesign } from "./design.ts";
import { trainLogistic } from "./logistic.ts";
import { fitLogistic } from "./newton.ts";
import type { TrainingSet } from "./training-set.ts";

// Oracle: shared data, oracles/08-logistic.json: Newton's method in 40-digit arithmetic (mpmath), 1e-10.
interface Case {
  readonly name: string;
  readonly input: {
    readonly X?: number[][];
    readonly y?: number[];
    readonly X_and_y_of?: string;
    readonly lambda: number;
  };
  readonly expected: {
    readonly intercept: number;
    readonly coef: number[];
    readonly probability: number[];
    readonly objective: number;
  };
}

const path = sharedData("oracles/08-logistic.json");
const cases: readonly Case[] = path === undefined ? [] : JSON.parse(readFileSync(path, "utf8")).cases;

/** The least objective on features as they are. */
function fitted(columns: readonly Float64Array[], label: Uint8Array, lambda: number) {
  const rows = Int32Array.from(label, (_, i) => i);
  const asTheyAre = columns.map(() => ({ mean: 0, sd: 1 }));
  const design = createDesign(columns, rows, asTheyAre);
  return fitLogistic({ design, label, lambda });
}

const near = (found: number, expected: number, what: string) =>
  expect(Math.abs(found - expected), what).toBeLessThanOrEqual(1e-10 * Math.max(1, Math.abs(expected)));

describe.skipIf(cases.length === 0)("logistic regression (needs the shared test data)", () => {
  it.each(cases.map((c) => [c.name, c] as const))(
    "%s meets 40-digit arithmetic",
    (_, { input, expected }) => {
      const data = input.X === undefined ? cases.find((c) => c.name === input.X_and_y_of)!.input : input;
      const [X, y] = [data.X!, data.y!];
      const columns = X[0].map((_, j) => Float64Array.from(X, (row) => row[j]));
      const fit = fitted(columns, Uint8Array.from(y), input.lambda);
      near(fit.intercept, expected.intercept, "intercept");
      expect(fit.weights.length).toBe(expected.coef.length);
      expected.coef.forEach((w, j) => {
        near(fit.weights[j], w, `weight ${j}`);
      });
      near(fit.objective, expected.objective, "objective");
      X.forEach((row, i) => {
        const margin = row.reduce((sum, x, j) => sum + x * fit.weights[j], fit.intercept);
        near(1 / (1 + Math.exp(-margin)), expected.probability[i], `probability ${i}`);
      });
    },
  );
});

/** Labels that hang on the first two of `width` features, on scales of their own. */
function drawn(n: number, width: number, seed: number): TrainingSet {
  const u = new Float64Array(n * (width + 1));
  fillUniforms(createRandom(seed), u);
  const columns = Array.from({ length: width }, (_, j) =>
    Float64Array.from({ length: n }, (_, i) => (u[i * (width + 1) + j] - 0.3) * (j + 1)),
  );
  const label = Uint8Array.from({ length: n }, (_, i) => {
    const margin = 3 * columns[0][i] - 2 * (columns[1]?.[i] ?? 0);
    return u[i * (width + 1) + width] < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
  });
  label[0] = 0;
  label[1] = 1;
  return { names: columns.map((_, j) => `f${j}`), columns, label };
}

const scored = (model: ReturnType<typeof trainLogistic>["model"], columns: readonly Float64Array[]) => {
  const score = new Float64Array(columns[0].length);
  scorer(model)(columns, score, 0, score.length);
  return score;
};

describe("training a logistic model", () => {
  it("finds the point where the gradient of the objective is 0", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 1200 }), // on both sides of a block of rows
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 1000 }),
        fc.constantFrom(0.01, 1, 100),
        (n, width, seed, lambda) => {
          const { columns, label } = drawn(n, width, seed);
          const { intercept, weights } = fitted(columns, label, lambda);
          const gradient = new Float64Array(width + 1);
          for (let i = 0; i < n; i++) {
            const margin = columns.reduce((sum, x, j) => sum + x[i] * weights[j], intercept);
            const error = 1 / (1 + Math.exp(-margin)) - label[i];
            gradient[0] += error;
            for (let j = 0; j < width; j++) gradient[j + 1] += error * columns[j][i];
          }
          for (let j = 0; j < width; j++) gradient[j + 1] += lambda * weights[j];
          for (const g of gradient) expect(Math.abs(g)).toBeLessThan(1e-9 * n * 10);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("standardises by mean and sd (ddof 0) of the samples it is given", () => {
    // hand: 1, 3, 5, 7 have mean 4 and sd sqrt(5)
    const columns = [Float64Array.of(1, 3, 1000, 5, 7)];
    const set = { names: ["x"], columns, label: Uint8Array.of(0, 1, 0, 0, 1), rows: [0, 1, 3, 4] };
    const { model } = trainLogistic(set, { lambda: 1 });
    expect(model.mean).toEqual([4]);
    expect(model.sd[0]).toBeCloseTo(Math.sqrt(5), 15);
  });

  it("scores alike whatever unit a feature is in", () => {
    const set = drawn(500, 4, 7);
    const other = { ...set, columns: set.columns.map((x, j) => x.map((v) => 1000 * (j + 1) * v - 50)) };
    const a = scored(trainLogistic(set, { lambda: 2 }).model, set.columns);
    const b = scored(trainLogistic(other, { lambda: 2 }).model, other.columns);
    a.forEach((p, i) => {
      expect(Math.abs(p - b[i])).toBeLessThan(1e-10);
    });
  });

  it("counts a sample of weight 3 as three", () => {
    const set = drawn(200, 3, 5);
    const times = Uint8Array.from(set.label, (_, i) => 1 + (i % 3));
    const rows = Array.from(times).flatMap((n, i) => Array.from({ length: n }, () => i));
    const weighted = trainLogistic({ ...set, weights: Float64Array.from(times) }, { lambda: 1 }).model;
    const repeated = trainLogistic({ ...set, rows }, { lambda: 1 }).model;
    for (const key of ["mean", "sd", "weights"] as const) {
      weighted[key].forEach((w, j) => {
        expect(w, key).toBeCloseTo(repeated[key][j], 10);
      });
    }
    expect(weighted.intercept).toBeCloseTo(repeated.intercept, 10);
  });

  it("gives a constant feature no weight, and changes nothing else for it", () => {
    const set = drawn(300, 3, 2);
    const plain = trainLogistic(set, { lambda: 1 }).model;
    const columns = [...set.columns, new Float64Array(300).fill(0.1)];
    const { model } = trainLogistic({ ...set, columns, names: [...set.names, "constant"] }, { lambda: 1 });
    expect([model.weights[3], model.mean[3], model.sd[3]]).toEqual([0, 0.1, 1]);
    model.weights.slice(0, 3).forEach((w, j) => {
      expect(w).toBeCloseTo(plain.weights[j], 12);
    });
  });

  it("shares the weight between two copies of a feature", () => {
    const set = drawn(300, 1, 2);
    const twice = { ...set, names: ["a", "b"], columns: [set.columns[0], set.columns[0]] };
    const { weights } = trainLogistic(twice, { lambda: 1 }).model;
    expect(weights[0]).toBeCloseTo(weights[1], 12);
  });

  it.each([1, 1e-3, 1e-6])("converges on separable labels at lambda %d", (lambda) => {
    const x = Float64Array.from({ length: 100 }, (_, i) => i);
    const label = Uint8Array.from(x, (v) => (v < 50 ? 0 : 1));
    const { model } = trainLogistic({ names: ["x"], columns: [x], label }, { lambda });
    const score = scored(model, [x]);
    expect(score.every((p, i) => p > 0.5 === (label[i] === 1))).toBe(true);
    expect(Number.isFinite(model.weights[0])).toBe(true);
  });

  it("gives the same bits twice", () => {
    const set = drawn(1000, 5, 3);
    expect(JSON.stringify(trainLogistic(set, { lambda: 1 }))).toBe(
      JSON.stringify(trainLogistic(structuredClone(set), { lambda: 1 })),
    );
  });

  it("leaves the samples as they were", () => {
    const set = drawn(100, 2, 3);
    const before = structuredClone(set);
    trainLogistic(set, { lambda: 1 });
    expect(set).toEqual(before);
  });

  it.each<[string, Partial<TrainingSet>, string]>([
    ["one kind of label", { label: new Uint8Array(4) }, "0 positive labels of 4"],
    ["another kind of label", { label: Uint8Array.of(0, 1, 2, 0) }, "label 2 at row 2"],
    ["an unknown feature", { columns: [Float64Array.of(1, Number.NaN, 3, 4)] }, "NaN of x at row 1"],
    ["an infinite feature", { columns: [Float64Array.of(1, 2, 3, 1 / 0)] }, "Infinity of x at row 3"],
    ["a weight of 0", { weights: Float64Array.of(1, 1, 0, 1) }, "weight 0 at row 2"],
    ["a row outside", { rows: [0, 4] }, "row 4 of 4"],
    ["columns of another length", { columns: [new Float64Array(3)] }, "3 numbers of x for 4 labels"],
    ["more columns than names", { columns: [new Float64Array(4), new Float64Array(4)] }, "2 columns for 1"],
    ["no samples", { rows: [] }, "0 positive labels of 0"],
    [
      "a feature whose sd overflows",
      { columns: [Float64Array.of(1e300, -1e300, 3, 4)] },
      "sd of x overflows",
    ],
  ])("refuses %s and says where", (_, part, found) => {
    const set = {
      names: ["x"],
      columns: [Float64Array.of(1, 2, 3, 4)],
      label: Uint8Array.of(0, 1, 0, 1),
      ...part,
    };
    expect(() => trainLogistic(set, { lambda: 1 })).toThrow(
      expect.objectContaining({ code: "E_TRAIN_SET", message: expect.stringContaining(found) }),
    );
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("refuses lambda %d", (lambda) => {
    expect(() => trainLogistic(drawn(10, 1, 1), { lambda })).toThrow(
      expect.objectContaining({ code: "E_LOGISTIC_LAMBDA" }),
    );
  });
});
