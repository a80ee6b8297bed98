import { describe, expect, test } from "vitest";
import { rollingStd } from "./rolling-std.ts";
import { oracle, outputs, randomBars, realHours, talibColumn, worstDifference } from "./test-oracles.ts";

const hours = realHours();

describe.skipIf(hours === undefined)("on real hours", () => {
  test("the population's deviation of 24 closes equals the direct value beside TA-Lib's", () => {
    const { y } = outputs(rollingStd(24, 0), { x: hours!.x.close });
    expect(worstDifference(y, oracle("09-indicators", "stddev-24", "own_numpy"), 0, true)).toBeLessThan(
      1e-11,
    );
  });

  test("the sample's deviation is sqrt(n / (n - 1)) of the population's", () => {
    const { y } = outputs(rollingStd(24), { x: hours!.x.close });
    const expected = oracle("09-indicators", "stddev-24", "own_numpy").map((v) => v * Math.sqrt(24 / 23));
    expect(worstDifference(y, expected, 0, true)).toBeLessThan(1e-11);
  });
});

test.each([2, 20, 96])("the square of deviation %i equals TA-Lib's VAR on random bars", async (n) => {
  const { close } = randomBars(1000, n, 1);
  const expected = await talibColumn("VAR", { inReal: close, timePeriod: n, nbDev: 1 }, n - 1);
  const squares = outputs(rollingStd(n, 0), { x: close }).y.map((v) => v * v);
  // not STDDEV: this build of it takes the root of its first n values only
  expect(worstDifference(squares, expected)).toBeLessThan(1e-12);
});

test("moves of a tenth of a tick on a large price keep ten digits", () => {
  const n = 72;
  const x = randomBars(4000, 5, 1).close.map((v) => 60_000 + Math.round(v * 10) * 0.01);
  const { y } = outputs(rollingStd(n), { x });
  const expected = x.map((_, i) => {
    if (i < n - 1) return Number.NaN;
    const w = x.subarray(i - n + 1, i + 1).map((v) => v - x[i]);
    const mean = w.reduce((a, b) => a + b) / n;
    return Math.sqrt(w.reduce((a, b) => a + (b - mean) * (b - mean), 0) / (n - 1));
  });
  expect(worstDifference(y, expected, 0, true)).toBeLessThan(1e-10);
});
