import { expect, test } from "vitest";
import { parkinson } from "./parkinson.ts";
import { oracle, outputs, realHours, worstDifference } from "./test-oracles.ts";

const hours = realHours();

test.skipIf(hours === undefined).each([24, 96])("over %i real hours it equals numpy", (n) => {
  const { y } = outputs(parkinson(n), hours!.x);
  expect(worstDifference(y, oracle("09-volatility", `parkinson-${n}`), 0, true)).toBeLessThan(1e-10);
});

test("bars that do not move have the volatility 0", () => {
  const flat = new Float64Array(40).fill(7.3);
  const { y } = outputs(parkinson(5), { high: flat, low: flat });
  expect(y.subarray(5)).toEqual(new Float64Array(35));
});
