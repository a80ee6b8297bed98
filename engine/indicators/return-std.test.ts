import { expect, test } from "vitest";
import { returnStd } from "./return-std.ts";
import { rollingStd } from "./rolling-std.ts";
import { outputs, randomBars, worstDifference } from "./test-oracles.ts";

test.each([2, 24, 720])("it is the deviation of the last %i simple returns", (n) => {
  const { close } = randomBars(3000, n, 0.05, 0.2);
  const { y } = outputs(returnStd(n), { x: close });
  const expected = close.map((_, i) => {
    if (i < n) return Number.NaN;
    const r = Array.from({ length: n }, (_, k) => close[i - k] / close[i - k - 1] - 1);
    const mean = r.reduce((a, b) => a + b) / n;
    return Math.sqrt(r.reduce((a, b) => a + (b - mean) * (b - mean), 0) / (n - 1));
  });
  expect(worstDifference(y, expected)).toBeLessThan(1e-14);
  expect(worstDifference(y, expected, 0, true)).toBeLessThan(1e-9);
});

test("it is rollingStd of a column of returns to the bit", () => {
  const { close } = randomBars(500, 1);
  const returns = close.map((c, i) => (i === 0 ? Number.NaN : (c - close[i - 1]) / close[i - 1]));
  expect(outputs(returnStd(24), { x: close })).toEqual(outputs(rollingStd(24), { x: returns }));
});

test("a price that stands still has the volatility 0 as soon as the last move has left", () => {
  const x = randomBars(200, 2).close.fill(9, 100);
  const { y } = outputs(returnStd(24), { x });
  expect(y[123]).toBeGreaterThan(0);
  expect(y.subarray(124)).toEqual(new Float64Array(76));
});
