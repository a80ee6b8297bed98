import { beforeAll, describe, expect, it } from "vitest";
import { synthetic } from "../../datasets/load.ts";
import { engineConfig } from "../../engine/config.ts";
import { FathomError } from "../../engine/errors.ts";
import { DAY, HOUR } from "../../engine/market/bars.ts";
import { gateFolds } from "../splits/gate-folds.ts";
import { outOfSample } from "./fold-figures.ts";
import { openXgboost } from "./libxgboost.ts";
import { parseRecipe, type Recipe } from "./recipe.ts";
import { type Samples, samplesOf } from "./samples.ts";
import { madeSamples } from "./test-samples.ts";
import { type Fold, walkForward } from "./walk-forward.ts";

const recipe = parseRecipe({ model: "logistic", lambda: 1 });
const hasXgboost = await openXgboost().then(
  () => true,
  () => false,
);

/** 365 d and some hours to the first edge, and two folds of 90 d. */
const DAYS = 365 + 180 + 1;

describe("a walk forward", () => {
  const samples = madeSamples(DAYS);
  let folds: readonly Fold[];
  beforeAll(async () => {
    folds = await walkForward(samples, recipe, { seed: 1 });
  });

  it("has its edges at 05:00, 90 days apart, from 365 days after the first row on", () => {
    expect(folds.map(({ edge }) => new Date(edge).toISOString())).toEqual([
      "2022-01-02T05:00:00.000Z",
      "2022-04-02T05:00:00.000Z",
    ]);
    for (const { edge, end } of folds) expect(end - edge).toBe(90 * DAY);
  });

  it("trains each model on labels that were known before its edge, all of them", () => {
    for (const { edge, train } of folds) {
      for (let k = 0; k < train; k++) {
        expect(samples.time[k] + 96 * HOUR < edge && samples.end[k] < edge).toBe(true);
      }
      expect(samples.time[train] + 96 * HOUR).toBeGreaterThanOrEqual(edge);
    }
  });

  it("judges every sample of the 90 days from the edge on, once", () => {
    const expected = folds.map(({ edge, end }) =>
      Array.from({ length: samples.n }, (_, k) => k).filter(
        (k) => samples.time[k] >= edge && samples.time[k] < end,
      ),
    );
    expect(folds.map(({ test }) => Array.from(test))).toEqual(expected);
    for (const { test, scores } of folds) expect(scores).toHaveLength(test.length);
  });

  it("does not depend on what comes after: garbage behind an edge changes no model of it, and no threshold", async () => {
    const { edge } = folds[1];
    const garbled: Samples = {
      ...samples,
      columns: samples.columns.map((x) => x.map((v, k) => (samples.time[k] >= edge ? 1e3 * Math.sin(k) : v))),
      // a label becomes known at `end`: before the edge nobody knows it
      label: samples.label.map((y, k) => (samples.time[k] + 96 * HOUR >= edge ? 1 - y : y)),
    };
    const again = await walkForward(garbled, recipe, { seed: 1 });
    expect(again.map((f) => f.trained)).toEqual(folds.map((f) => f.trained));
    expect(again[1].scores).not.toEqual(folds[1].scores);
  });

  it("gives the same bytes, thresholds and scores each time", async () => {
    expect(await walkForward(samples, recipe, { seed: 1 })).toEqual(folds);
  });

  it("finds what there is to find: precision 0.8 where half are positive", () => {
    const { pooled, folds: own } = outOfSample(samples, folds);
    expect(pooled.n).toBe(folds[0].test.length + folds[1].test.length);
    expect(Math.abs(pooled.baseRate.value! - 0.5)).toBeLessThan(0.04);
    expect(Math.abs(pooled.precision.value! - 0.8)).toBeLessThan(0.04);
    expect(own.reduce((sum, { predictedPositives }) => sum + predictedPositives, 0)).toBe(
      pooled.predictedPositives,
    );
  });

  it("tells how far it is, and ends where the listener throws", async () => {
    const seen: string[] = [];
    const onProgress = (done: number, of: number) => {
      seen.push(`${done}/${of}`);
      if (done === 1 && seen.length > 3) throw new Error("enough");
    };
    await walkForward(samples, recipe, { seed: 1, onProgress });
    expect(seen).toEqual(["0/2", "1/2", "2/2"]);
    await expect(walkForward(samples, recipe, { seed: 1, onProgress })).rejects.toThrow("enough");
  });

  it("refuses samples without a whole fold", async () => {
    await expect(walkForward(madeSamples(454), recipe, { seed: 1 })).rejects.toThrow(
      expect.objectContaining({ code: "E_SPLIT_SHORT" }),
    );
  });
});

describe("in threads", () => {
  const samples = madeSamples(365 + 3 * 90 + 1);

  it("folds are what they are one after the other, and in their order", async () => {
    const alone = await walkForward(samples, recipe, { seed: 1, threads: 1 });
    expect(alone).toHaveLength(3);
    expect(await walkForward(samples, recipe, { seed: 1, threads: 2 })).toEqual(alone);
  });

  it.skipIf(!hasXgboost)(
    "trees that draw rows and features have the same bytes (skipped: needs koffi and libxgboost)",
    async () => {
      const drawing = { rounds: 20, subsample: 0.5, colsample: 0.5, minChildWeight: 1 };
      const trees = parseRecipe({ model: "xgboost", ...drawing });
      const alone = await walkForward(samples, trees, { seed: 1, threads: 1 });
      expect(await walkForward(samples, trees, { seed: 1, threads: 3 })).toEqual(alone);
    },
  );

  it("the walk ends where the listener throws, which is told of no fold after", async () => {
    const seen: number[] = [];
    const onProgress = (done: number) => {
      seen.push(done);
      if (done === 1) throw new Error("the downtime is over");
    };
    const walk = walkForward(samples, recipe, { seed: 1, threads: 2, onProgress });
    await expect(walk).rejects.toThrow("the downtime is over");
    expect(seen).toEqual([0, 1]);
  });

  it("the error of a fold is handed on as it was", async () => {
    const { edge } = gateFolds(samples).folds[0];
    const alike: Samples = {
      ...samples,
      label: samples.label.map((y, k) => (samples.time[k] < edge ? 0 : y)),
    };
    const error = await walkForward(alike, recipe, { seed: 1, threads: 2 }).catch((found) => found);
    expect(error).toBeInstanceOf(FathomError);
    expect(error).toMatchObject({
      code: "E_TRAIN_SET",
      message: expect.stringContaining("found 0 positive labels of"),
    });
  });
});

describe("on the made market", () => {
  /** Five pairs in bars of 4 h over three years: six folds. */
  async function judged(planted: boolean, by: Recipe) {
    const pairs = ["BTC", "ETH", "SOL", "XRP", "ADA"];
    const { panel } = synthetic({ pairs, interval: 4 * HOUR, planted });
    const samples = samplesOf(panel, engineConfig.parse({}));
    const folds = await walkForward(samples, by, { seed: 1 });
    expect(folds.length).toBeGreaterThanOrEqual(6);
    const { precision, baseRate, mcc } = outOfSample(samples, folds).pooled;
    return { lift: precision.value! - baseRate.value!, mcc: mcc.value! };
  }

  it("the planted component is found: precision well above the base rate", async () => {
    const { lift, mcc } = await judged(true, parseRecipe({ model: "logistic" }));
    expect(lift).toBeGreaterThan(0.15);
    expect(mcc).toBeGreaterThan(0.25);
  });

  it("without it nothing is", async () => {
    const { lift, mcc } = await judged(false, parseRecipe({ model: "logistic" }));
    expect(lift).toBeLessThan(0.05);
    expect(mcc).toBeLessThan(0.1);
  });
});
