import { expect, test } from "vitest";
import { outputs, randomBars, worstDifference } from "./test-oracles.ts";
import { zScore } from "./z-score.ts";

/** Two passes over every window. */
function twoPass(x: Float64Array, n: number): Float64Array {
  return x.map((v, i) => {
    if (i < n - 1) return Number.NaN;
    let sum = 0;
    for (let k = i - n + 1; k <= i; k++) sum += x[k] - v;
    const mean = sum / n;
    let squares = 0;
    for (let k = i - n + 1; k <= i; k++) squares += (x[k] - v - mean) * (x[k] - v - mean);
    return squares === 0 ? 0 : -mean / Math.sqrt(squares / (n - 1));
  });
}

test.each([2, 3, 24, 72, 720])("z-scores of %i rows equal those of two passes", (n) => {
  const { close } = randomBars(4000, n, 60_000, 0.2);
  expect(worstDifference(outputs(zScore(n), { x: close }).y, twoPass(close, n))).toBeLessThan(1e-10);
});

test("a window of equal rows has the z-score 0 whatever came before it", () => {
  const n = 24;
  const x = randomBars(500, 1, 60_000).close;
  for (let i = 100; i < 500; i++) if (i % 100 < 60) x[i] = x[i - (i % 100)];
  const { y } = outputs(zScore(n), { x });
  const flat = Array.from({ length: 400 }, (_, k) => k + 100).filter((i) => i % 100 >= n - 1 && i % 100 < 60);
  expect(new Set(flat.map((i) => y[i]))).toEqual(new Set([0]));
});

test("one wrong tick leaves no trace once it has left the window", () => {
  const n = 24;
  const x = randomBars(500, 2, 60_000).close;
  const wrong = Float64Array.from(x);
  wrong[250] *= 1e9;
  const { y } = outputs(zScore(n), { x: wrong });
  expect(worstDifference(y.subarray(250 + n), twoPass(x, n).subarray(250 + n))).toBeLessThan(1e-10);
});

test("a window of one row has no standard deviation and is refused", () => {
  expect(() => zScore(1)).toThrow("z-score: n must be a whole number from 2, found 1");
});
