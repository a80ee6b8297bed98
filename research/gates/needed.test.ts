import { describe, expect, test } from "vitest";
import { DAY } from "../../engine/market/bars.ts";
import { defaultBounds } from "./bounds.ts";
import { dataNeeded, dataNeededAtFirst, monthsNeeded } from "./needed.ts";
import type { OutOfSampleEvidence } from "./out-of-sample.ts";

interface Found {
  readonly folds?: number;
  /** Days of a next fold. */
  readonly beyond?: number;
  readonly positives?: number;
  readonly predicted?: number;
  readonly returns?: Float64Array;
}

/** Daily returns of mean `mean` that swing by 1 %. */
const swing = (mean: number, days: number) =>
  Float64Array.from({ length: days }, (_, k) => mean + (k % 2 === 0 ? 0.01 : -0.01));

function daysNeeded(
  { folds = 4, beyond = 0, positives = 400, predicted = 400, returns = swing(0.002, 360) }: Found,
  bounds = defaultBounds(),
) {
  const found = {
    folds: Array.from({ length: folds }, (_, k) => ({ edge: 90 * k * DAY, end: 90 * (k + 1) * DAY })),
    beyond: beyond * DAY,
    predictions: { effectivePositives: positives, effectivePredicted: predicted },
    equity: { returns, days: returns.length },
  };
  const needed = dataNeeded(found as unknown as OutOfSampleEvidence, bounds);
  return { needed, ...Object.fromEntries(needed.map(({ what, days }) => [what, days])) };
}

describe("data still needed", () => {
  test("is 0 days of everything where there is enough", () => {
    const { needed } = daysNeeded({});
    expect(needed.map(({ what }) => what)).toEqual([
      "days out of sample",
      "folds",
      "effective positives",
      "effective predicted positives",
      "PSR(0)",
    ]);
    expect(needed.map(({ days }) => days)).toEqual(Array(5).fill({ value: 0 }));
    expect(monthsNeeded(needed)).toEqual({ name: "months of data still needed", value: { value: 0 } });
  });

  test("is what the bounds ask for less what there is: of 180 days 90, of 4 folds 3 of 90 days", () => {
    const found = daysNeeded({ folds: 1 });
    expect(found).toMatchObject({ "days out of sample": { value: 90 }, folds: { value: 270 } });
  });

  test("comes at the rate so far, in whole folds", () => {
    // 60 in 360 days are one in 6 days; the 40 that are missing take 240 days, which end in the third fold from here
    expect(daysNeeded({ positives: 60 })).toMatchObject({ "effective positives": { value: 270 } });
    // 75 in 360 days: the 25 that are missing take 120 days, two folds
    expect(daysNeeded({ predicted: 75 })).toMatchObject({ "effective predicted positives": { value: 180 } });
  });

  test("is less by what the data hold of the next fold", () => {
    const found = daysNeeded({ folds: 2, beyond: 89.5, positives: 60 });
    // 60 in 180 days: the 40 that are missing take 120 days, two folds
    expect(found).toMatchObject({
      "days out of sample": { value: 0 },
      folds: { value: 90.5 },
      "effective positives": { value: 90.5 },
    });
  });

  test("has no value where nothing came so far that could come on", () => {
    const { needed } = daysNeeded({ predicted: 0 });
    expect(needed[3]).toEqual({
      what: "effective predicted positives",
      days: { value: null, why: "none was predicted so far" },
    });
    expect(monthsNeeded(needed)).toEqual({
      name: "months of data still needed",
      value: { value: null, why: "effective predicted positives: none was predicted so far" },
    });
    expect(daysNeeded({ positives: Number.NaN }).needed[2].days.value).toBeNull();
  });

  test("of PSR(0) is its minimum track record less the days so far", () => {
    // mean .0005, swings of .01: SR = .0005 / (.01 sqrt(360/359)) = .04993, skew 0, kurtosis 1, so that the spread is 1 and
    // the record 1 + (1.64485 / .04993)^2 = 1,086.2 days; 360 are there, 726.2 take nine folds
    expect(daysNeeded({ returns: swing(0.0005, 360) })).toMatchObject({ "PSR(0)": { value: 810 } });
    // a stricter bound takes a longer record: 1 + (2.32635 / .04993)^2 = 2,171.8, less 360 are 21 folds
    const strict = { ...defaultBounds(), psr: 0.99 };
    expect(daysNeeded({ returns: swing(0.0005, 360) }, strict)).toMatchObject({ "PSR(0)": { value: 1890 } });
  });

  test("of PSR(0) has no value where the Sharpe ratio is not above 0", () => {
    const { needed } = daysNeeded({ returns: swing(-0.001, 360) });
    expect(needed[4].days).toMatchObject({ value: null, why: expect.stringContaining("not above") });
    expect(monthsNeeded(needed).value).toMatchObject({
      value: null,
      why: expect.stringMatching(/^PSR\(0\): /),
    });
  });
});

test("months are those of the longest wait, which is named", () => {
  const { needed } = daysNeeded({ folds: 3, positives: 20 });
  // 20 in 270 days: the 80 that are missing take 1,080 days, twelve folds
  expect(monthsNeeded(needed)).toEqual({
    name: "months of data still needed",
    value: { value: 1080 / (365 / 12) },
    why: "the longest wait: effective positives",
  });
});

test("before the first fold is whole, days are missing until it is, and then those of the others", () => {
  expect(dataNeededAtFirst(100 * DAY, defaultBounds())).toEqual([
    { what: "days out of sample", days: { value: 190 } },
    { what: "folds", days: { value: 370 } },
  ]);
  // a moment before the first fold is whole and the moment it is, the wait is the same
  expect(dataNeededAtFirst(0, defaultBounds())[1].days).toEqual({ value: 270 });
});
