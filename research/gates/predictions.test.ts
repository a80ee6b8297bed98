import { expect, test } from "vitest";
import { HOUR } from "../../engine/market/bars.ts";
import { type Pooled, precisionWithinFolds, predictionEvidence } from "./predictions.ts";

/** One pair, a sample an hour, each label two hours long. */
function pooledOf(labels: readonly number[], predicted: readonly number[]): Pooled {
  const time = Float64Array.from(labels, (_, k) => k * HOUR);
  return {
    labels: Uint8Array.from(labels),
    predicted: Uint8Array.from(predicted),
    scores: Float64Array.from(predicted),
    pair: new Int32Array(labels.length),
    row: Int32Array.from(labels.keys()),
    time,
    end: time.map((t) => t + 2 * HOUR),
  };
}

const folds = [{ end: 4 * HOUR }, { end: 8 * HOUR }];

test("always yes in an easy fold and never in a hard one is precise over all, and worth nothing within them", () => {
  const pooled = pooledOf([1, 1, 1, 0, 0, 0, 0, 1], [1, 1, 1, 1, 0, 0, 0, 0]);
  const { figures } = predictionEvidence(pooled, 1);
  expect(figures.precision).toEqual({ value: 0.75 });
  expect(figures.baseRate).toEqual({ value: 0.5 });
  expect(precisionWithinFolds(pooled, folds)).toEqual({ value: 0 });
});

test("precision within folds is what each yes gains on its own fold's base rate", () => {
  // by hand: fold 1 has base rate 1/2 and 2 of 2 right, fold 2 base rate 1/4 and 1 of 2 right: 3 right of 4, 1.5 expected
  const pooled = pooledOf([1, 1, 0, 0, 0, 0, 0, 1], [1, 1, 0, 0, 1, 0, 0, 1]);
  expect(precisionWithinFolds(pooled, folds)).toEqual({ value: 1.5 / 4 });
});

test("a fold without a yes counts for nothing, and without any there is no value", () => {
  expect(precisionWithinFolds(pooledOf([1, 0], [0, 0]), [{ end: HOUR }, { end: 2 * HOUR }])).toMatchObject({
    value: null,
  });
  const pooled = pooledOf([1, 0, 1, 1], [1, 0, 0, 0]);
  expect(precisionWithinFolds(pooled, [{ end: 2 * HOUR }, { end: 3 * HOUR }, { end: 4 * HOUR }])).toEqual({
    value: 0.5,
  });
});
