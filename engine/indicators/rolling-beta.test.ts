import { describe, expect, test } from "vitest";
import { rollingBeta } from "./rolling-beta.ts";
import { oracle, outputs, randomBars, realHours, talibColumn, worstDifference } from "./test-oracles.ts";

const hours = realHours();

test.skipIf(hours === undefined)("beta of ETH on XBT over 72 real hours equals TA-Lib", () => {
  const { beta } = outputs(rollingBeta(72), { x: hours!.x.close, y: hours!.y.close });
  expect(worstDifference(beta, oracle("09-indicators", "beta-72"))).toBeLessThan(1e-11);
});

test.each([14, 24, 720])("beta over %i returns equals TA-Lib on random bars", async (n) => {
  const x = randomBars(2000, n).close;
  const y = randomBars(2000, n + 1, 3).close;
  const expected = await talibColumn("BETA", { inReal0: x, inReal1: y, timePeriod: n }, n);
  expect(worstDifference(outputs(rollingBeta(n), { x, y }).beta, expected)).toBeLessThan(1e-9);
});

describe("where the formula divides by nothing or by itself", () => {
  test("the reference's own beta is exactly 1", () => {
    const x = randomBars(300, 1).close;
    expect(outputs(rollingBeta(24), { x, y: x }).beta.subarray(24)).toEqual(new Float64Array(276).fill(1));
  });

  test("beta is 0 while the reference stands still", () => {
    const x = randomBars(300, 1).close.fill(5, 100);
    const { beta } = outputs(rollingBeta(24), { x, y: randomBars(300, 2).close });
    expect(beta.subarray(124)).toEqual(new Float64Array(176));
  });

  test("beta of a price that stands still is 0", () => {
    const y = randomBars(300, 1).close.fill(5, 100);
    const { beta } = outputs(rollingBeta(24), { x: randomBars(300, 2).close, y });
    expect(beta.subarray(124)).toEqual(new Float64Array(176));
  });
});

test("a reference that is older than the pair changes nothing", () => {
  const x = randomBars(300, 1).close;
  const y = randomBars(300, 2).close.fill(Number.NaN, 0, 77);
  const whole = outputs(rollingBeta(24), { x, y }).beta;
  const part = outputs(rollingBeta(24), { x: x.subarray(77), y: y.subarray(77) }).beta;
  expect(whole.subarray(77)).toEqual(part);
});
