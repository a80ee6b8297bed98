import { createHash } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { createRandom, fillUniforms } from "../../datasets/random.ts";
import { rawScorer } from "../../engine/scoring/score.ts";
import { parseXgboost } from "../../engine/scoring/xgboost.ts";
import { type Handle, type Libxgboost, openXgboost } from "./libxgboost.ts";
import type { TrainingSet } from "./training-set.ts";
import { predictXgboost, trainXgboost } from "./xgboost.ts";

const { held } = vi.hoisted(() => ({ held: new Set<Handle>() }));

/** The library itself, with a note of what of its memory is held. */
vi.mock("./libxgboost.ts", async (original) => {
  const real = await original<typeof import("./libxgboost.ts")>();
  const noted = (handle: Handle) => {
    held.add(handle);
    return handle;
  };
  const openXgboost = async (names?: readonly string[]): Promise<Libxgboost> => {
    const library = await real.openXgboost(names);
    return {
      ...library,
      createMatrix: (...values) => noted(library.createMatrix(...values)),
      createBooster: (...values) => noted(library.createBooster(...values)),
      firstRounds: (...values) => noted(library.firstRounds(...values)),
      freeMatrix(matrix) {
        held.delete(matrix);
        library.freeMatrix(matrix);
      },
      freeBooster(booster) {
        held.delete(booster);
        library.freeBooster(booster);
      },
    };
  };
  return { openXgboost };
});

const isRequired = process.env.FATHOM_REQUIRE_DATA === "1";
const isThere = await openXgboost().then(
  () => true,
  (error) => {
    if (isRequired) throw error;
    return false;
  },
);

/** Labels that hang on the signs of two features together: no single split shows it. */
function drawn(n: number, seed: number): TrainingSet {
  const width = 4;
  const u = new Float64Array(n * (width + 1));
  fillUniforms(createRandom(seed), u);
  const columns = Array.from({ length: width }, (_, j) =>
    Float64Array.from({ length: n }, (_, i) => 2 * u[i * (width + 1) + j] - 1),
  );
  const label = Uint8Array.from({ length: n }, (_, i) => {
    const isPositive = columns[0][i] * columns[1][i] > 0;
    return u[i * (width + 1) + width] < (isPositive ? 0.9 : 0.1) ? 1 : 0;
  });
  return { names: ["a", "b", "c", "d"], columns, label };
}

const hashOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const parse = (bytes: Uint8Array, names: readonly string[]) =>
  parseXgboost(JSON.parse(new TextDecoder().decode(bytes)), names);

describe.skipIf(!isThere)(
  "XGBoost (skipped: needs koffi and libxgboost; apt-get install libxgboost0)",
  () => {
    const set = drawn(2000, 1);

    it("learns what no single feature shows", async () => {
      const { json, rounds } = await trainXgboost(set, { rounds: 40, maxDepth: 3 });
      const unseen = drawn(1000, 2);
      const score = new Float64Array(1000);
      rawScorer(parse(json, set.names))(unseen.columns, score, 0, 1000);
      const right = score.filter((p, i) => p > 0.5 === (unseen.label[i] === 1)).length;
      expect(rounds).toBe(40);
      expect(right).toBeGreaterThan(800); // 900 would be all there is, 500 is chance
    });

    it.each([1, 0.6])(
      "gives the same bytes for the same set, params and seed (subsample %d)",
      async (subsample) => {
        const params = { rounds: 15, subsample, colsample: subsample, seed: 5 };
        const [a, b] = [await trainXgboost(set, params), await trainXgboost(structuredClone(set), params)];
        expect(hashOf(a.json)).toBe(hashOf(b.json));
      },
    );

    it("gives other bytes for another seed, where rows are drawn", async () => {
      const params = { rounds: 15, subsample: 0.6 };
      const [a, b] = [
        await trainXgboost(set, { ...params, seed: 5 }),
        await trainXgboost(set, { ...params, seed: 6 }),
      ];
      expect(hashOf(a.json)).not.toBe(hashOf(b.json));
    });

    it("is scored by the engine as by the library itself, missing features included", async () => {
      const columns = set.columns.map((x, j) => x.map((v, i) => ((i + j) % 9 === 0 ? Number.NaN : v)));
      const { json } = await trainXgboost({ ...set, columns }, { rounds: 60, maxDepth: 5, baseScore: 0.3 });
      const expected = await predictXgboost(json, columns);
      const found = new Float64Array(2000);
      rawScorer(parse(json, set.names))(columns, found, 0, 2000);
      let worst = 0;
      expected.forEach((p, i) => {
        worst = Math.max(worst, Math.abs(p - found[i]));
      });
      expect(worst).toBeLessThanOrEqual(1e-6);
    });

    it("ends when the validation part has not gained for long enough, and keeps the best rounds", async () => {
      const rows = Int32Array.from({ length: 200 }, (_, i) => i);
      const few = { ...set, rows };
      const params = { rounds: 400, patience: 10, maxDepth: 4, eta: 0.3 };
      const stopped = await trainXgboost(few, params, { validation: drawn(1000, 3) });
      expect(stopped.rounds).toBeLessThan(390);
      // the same bytes as a training of so many rounds
      const plain = await trainXgboost(few, { ...params, rounds: stopped.rounds });
      expect(hashOf(stopped.json)).toBe(hashOf(plain.json));
      // and its loss is what it says: by hand from the library's probabilities
      const held = drawn(1000, 3);
      const p = await predictXgboost(stopped.json, held.columns);
      const loss = p.reduce((sum, q, i) => sum - Math.log(held.label[i] === 1 ? q : 1 - q), 0) / 1000;
      expect(stopped.validationLoss).toBeCloseTo(loss, 5);
    });

    it("trains on the rows it is given", async () => {
      const rows = Int32Array.from({ length: 500 }, (_, i) => 3 * i);
      const part = {
        names: set.names,
        columns: set.columns.map((x) => Float64Array.from(rows, (i) => x[i])),
        label: Uint8Array.from(rows, (i) => set.label[i]),
      };
      const [a, b] = [
        await trainXgboost({ ...set, rows }, { rounds: 5 }),
        await trainXgboost(part, { rounds: 5 }),
      ];
      expect(hashOf(a.json)).toBe(hashOf(b.json));
    });

    it("gives a heavier sample more say", async () => {
      const two = {
        names: ["x"],
        columns: [new Float64Array(200)],
        label: Uint8Array.from({ length: 200 }, (_, i) => i % 2),
      };
      const weights = Float64Array.from(two.label, (y) => (y === 1 ? 3 : 1));
      const { json } = await trainXgboost({ ...two, weights }, { rounds: 200, eta: 0.5, lambda: 0 });
      const [p] = await predictXgboost(json, two.columns);
      expect(p).toBeCloseTo(0.75, 3);
    });

    it("grows no tree after the listener throws, and hands all memory back", async () => {
      const seen: number[] = [];
      const onRound = () => {
        seen.push(held.size);
        if (seen.length === 4) throw new Error("enough");
      };
      const training = trainXgboost(set, {}, { validation: drawn(50, 2), onRound });
      await expect(training).rejects.toThrow("enough");
      expect(seen).toEqual([3, 3, 3, 3]); // two matrices and a booster
      expect(held.size).toBe(0);
    });

    it("hands all memory back at the end, of the best rounds too", async () => {
      await trainXgboost(set, { rounds: 3 }, { validation: drawn(50, 2) });
      expect(held.size).toBe(0);
    });

    it("says the version of the library", async () => {
      expect((await trainXgboost(set, { rounds: 1 })).library).toMatch(/^\d+\.\d+\.\d+$/);
    });

    it("hands on what the library has to say", async () => {
      const columns = set.columns.map((x) => x.map((v) => v * 1e39)); // beyond float32
      await expect(trainXgboost({ ...set, columns }, { rounds: 1 })).rejects.toMatchObject({
        code: "E_XGBOOST_CALL",
        message: expect.stringContaining("inf"),
      });
    });

    it("refuses a validation part of other features", async () => {
      await expect(
        trainXgboost(set, {}, { validation: { ...drawn(50, 2), names: ["a", "b", "d", "c"] } }),
      ).rejects.toMatchObject({ code: "E_MODEL_FEATURES" });
    });

    it("refuses labels that are all alike", async () => {
      await expect(trainXgboost({ ...set, label: new Uint8Array(2000) })).rejects.toMatchObject({
        code: "E_TRAIN_SET",
      });
    });
  },
);

describe("without the library", () => {
  it("says what to install", async () => {
    await expect(openXgboost(["libxgboost-that-is-nowhere.so"])).rejects.toMatchObject({
      code: "E_XGBOOST_MISSING",
      message: expect.stringMatching(/apt-get install libxgboost0|npm install .*koffi/),
    });
  });

  it.each<[string, object]>([
    ["an unknown param", { depth: 3 }],
    ["no rounds", { rounds: 0 }],
    ["a base score of 1", { baseScore: 1 }],
  ])("refuses %s before it is opened", async (_, params) => {
    await expect(trainXgboost(drawn(10, 1), params)).rejects.toMatchObject({ code: "E_XGBOOST_PARAMS" });
  });
});
