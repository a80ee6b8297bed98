import { expect, test } from "vitest";
import { roc } from "./roc.ts";
import { oracle, outputs, realHours, worksheet, worstDifference } from "./test-oracles.ts";

const hours = realHours();
const percent = (column: Float64Array) => column.map((v) => 100 * v);

test.skipIf(hours === undefined)("ROC 24 is TA-Lib's divided by 100 on real hours", () => {
  const { y } = outputs(roc(24), { x: hours!.x.close });
  expect(worstDifference(percent(y), oracle("09-indicators", "roc-24"))).toBeLessThan(1e-12);
});

const sheet = worksheet("cs-roc");

test.skipIf(sheet === undefined)("ROC 12 is the published worksheet's divided by 100", () => {
  const { y } = outputs(roc(12), { x: sheet!.Close });
  expect(worstDifference(percent(y), sheet!.ROC)).toBeLessThan(1e-8);
});

test("a change from 0 is 0", () => {
  const x = Float64Array.from([0, 1, 2, 3]);
  expect(outputs(roc(1), { x }).y).toEqual(Float64Array.from([Number.NaN, 0, 1, 0.5]));
});
