import { expect, test } from "vitest";
import { sma } from "./sma.ts";
import { oracle, outputs, randomBars, realHours, talibColumn, worstDifference } from "./test-oracles.ts";

const hours = realHours();

test.skipIf(hours === undefined)("SMA 24 equals TA-Lib on real hours", () => {
  const { y } = outputs(sma(24), { x: hours!.x.close });
  expect(worstDifference(y, oracle("09-indicators", "sma-24"))).toBeLessThan(1e-12);
});

test.each([2, 20, 720])("SMA %i equals TA-Lib on random bars", async (n) => {
  const { close } = randomBars(3000, n, 60_000, 0.2);
  const expected = await talibColumn("SMA", { inReal: close, timePeriod: n }, n - 1);
  expect(worstDifference(outputs(sma(n), { x: close }).y, expected)).toBeLessThan(1e-11);
});

test("the mean of equal rows is that row to the bit", () => {
  const x = randomBars(200, 1).close.fill(60_000.1, 100);
  expect(outputs(sma(7), { x }).y.subarray(106)).toEqual(new Float64Array(94).fill(60_000.1));
});
