import { describe, expect, test } from "vitest";
import { returnCorrelation, rollingCorrelation } from "./rolling-correlation.ts";
import { oracle, outputs, randomBars, realHours, talibColumn, worstDifference } from "./test-oracles.ts";

const hours = realHours();

describe.skipIf(hours === undefined)("on 72 real hours of XBT and ETH", () => {
  const closes = () => ({ x: hours!.x.close, y: hours!.y.close });

  test("the correlation of levels equals the direct value beside TA-Lib's", () => {
    const { correlation } = outputs(rollingCorrelation(72), closes());
    expect(worstDifference(correlation, oracle("09-indicators", "correl-72", "own_numpy"))).toBeLessThan(
      1e-11,
    );
    expect(worstDifference(correlation, oracle("09-indicators", "correl-72"))).toBeLessThan(1e-9);
  });

  test("the correlation of returns equals numpy", () => {
    const { correlation } = outputs(returnCorrelation(72), closes());
    expect(worstDifference(correlation, oracle("09-indicators", "correlation-of-returns-72"))).toBeLessThan(
      1e-11,
    );
  });
});

test.each([14, 30, 720])("CORREL %i equals TA-Lib on random prices", async (n) => {
  const x = randomBars(2000, n, 1).close;
  const y = randomBars(2000, n + 1, 2).close;
  const expected = await talibColumn("CORREL", { inReal0: x, inReal1: y, timePeriod: n }, n - 1);
  const { correlation } = outputs(rollingCorrelation(n), { x, y });
  expect(worstDifference(correlation, expected)).toBeLessThan(1e-8);
});

describe.each([
  ["levels", rollingCorrelation, 0],
  ["returns", returnCorrelation, 1],
] as const)("correlation of %s", (_, kernel, more) => {
  const n = 24;
  const from = n - 1 + more;

  test("with itself is exactly 1, and never beyond", () => {
    const x = randomBars(300, 1).close;
    const { correlation } = outputs(kernel(n), { x, y: x });
    expect(correlation.subarray(from)).toEqual(new Float64Array(300 - from).fill(1));
  });

  test("is 0 where either stands still", () => {
    const x = randomBars(300, 1).close.fill(5, 100, 200);
    const y = randomBars(300, 2).close.fill(7, 200);
    const { correlation } = outputs(kernel(n), { x, y });
    expect(correlation.subarray(100 + from, 200)).toEqual(new Float64Array(100 - from));
    expect(correlation.subarray(200 + from)).toEqual(new Float64Array(100 - from));
  });
});
