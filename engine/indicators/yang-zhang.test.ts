import { expect, test } from "vitest";
import { oracle, outputs, realHours, worstDifference } from "./test-oracles.ts";
import { yangZhang } from "./yang-zhang.ts";

const hours = realHours();

test.skipIf(hours === undefined).each([24, 96])("over %i real hours it equals numpy", (n) => {
  const { y } = outputs(yangZhang(n), hours!.x);
  expect(worstDifference(y, oracle("09-volatility", `yang-zhang-${n}`), 0, true)).toBeLessThan(1e-10);
});

test("bars that do not move have the volatility 0", () => {
  const flat = new Float64Array(40).fill(7.3);
  const { y } = outputs(yangZhang(5), { open: flat, high: flat, low: flat, close: flat });
  expect(y.subarray(5)).toEqual(new Float64Array(35));
});
