import { expect, it } from "vitest";
import { column, runKernel } from "../test-data.ts";
import { trendFollower, trendFollowerSettings } from "./trend-follower.ts";

const defaults = trendFollowerSettings.parse({});

/** Desires of closes against a slow average of 100 and a fast one of 105 (a full gap). */
const desires = (closes: readonly number[], fast: number | readonly number[] = 105, slow = 100) => [
  ...runKernel(
    trendFollower(defaults.exit, defaults.full),
    {
      close: column(closes),
      fast: typeof fast === "number" ? column(closes.length, () => fast) : column(fast),
      slow: column(closes.length, () => slow),
    },
    closes.length,
  ).desire,
];

it("enters above the slow average, not at it", () => {
  expect(desires([99, 100, 100.01])).toEqual([0, 0, 1]);
});

it("leaves below 98 % of the slow average, not at it", () => {
  expect(desires([101, 98, 97.99, 99])).toEqual([1, 1, 0, 0]);
});

it("enters again above the slow average after an exit", () => {
  expect(desires([101, 97, 100, 101])).toEqual([1, 0, 0, 1]);
});

it("wants the gap of the averages over 5 %, from 0 to 1, anew at every bar", () => {
  const found = desires([110, 110, 110, 110, 110], [99, 100, 102.5, 105, 110]);
  expect(found[0]).toBe(0);
  expect(found[1]).toBe(0);
  expect(found[2]).toBeCloseTo(0.5, 12);
  expect(found[3]).toBeCloseTo(1, 12);
  expect(found[4]).toBe(1);
});

it("is unknown until both averages are known", () => {
  expect(desires([101, 101], [Number.NaN, 105])).toEqual([Number.NaN, 1]);
  expect(desires([101], 105, Number.NaN)).toEqual([Number.NaN]);
});

it("has the numbers of the text, and refuses a fast average that is not the shorter", () => {
  expect(defaults).toEqual({ fast: 480, slow: 1200, exit: 0.02, full: 0.05 });
  const refused = trendFollowerSettings.safeParse({ fast: 1300 });
  expect(refused.error?.issues.map((i) => i.message)).toEqual([
    "fast must be shorter than slow, found fast 1300 h and slow 1200 h",
  ]);
});
