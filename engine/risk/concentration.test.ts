import * as fc from "fast-check";
import { expect, it } from "vitest";
import { column } from "../test-data.ts";
import { topThree } from "./concentration.ts";

it("sums the three greatest, wherever they stand", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 10 }), (values) => {
      const expected = [...values].sort((a, b) => b - a).slice(0, 3);
      expect(topThree(column(values), values.length)).toBe(expected.reduce((a, b) => a + b, 0));
    }),
  );
});

it("looks at the first n values only", () => {
  expect(topThree(column([1, 2, 3, 4, 50]), 4)).toBe(9);
});

it("knows nothing where a value is not known", () => {
  for (const values of [
    [Number.NaN, 1, 2],
    [5, 6, 7, Number.NaN, 8],
    [9, 8, 7, 1, Number.NaN],
  ]) {
    expect(topThree(column(values), values.length)).toBeNaN();
  }
});
