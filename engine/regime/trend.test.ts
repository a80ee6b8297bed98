import { expect, it } from "vitest";
import { column, runKernel } from "../test-data.ts";
import { trendGap, trendSettings } from "./trend.ts";

it("is the fast average over the slow one, less 1", () => {
  const fast = column([102, 98, 100, Number.NaN, 100]);
  const slow = column([100, 100, 100, 100, Number.NaN]);
  const { gap } = runKernel(trendGap(), { fast, slow }, 5);
  expect(gap[0]).toBeCloseTo(0.02, 15);
  expect(gap[1]).toBeCloseTo(-0.02, 15);
  expect([...gap.subarray(2)]).toEqual([0, Number.NaN, Number.NaN]);
});

it("compares 480 h with 1200 h", () => {
  expect(trendSettings.parse({})).toEqual({ fast: 480, slow: 1200, beyond: 0.02, inside: 0.01 });
});
