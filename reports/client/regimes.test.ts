import { expect, it } from "vitest";
import { regimeStretches, regimesBetween } from "./regimes.js";

it("joins rows of one regime up to the start of the next, and leaves out rows without one", () => {
  const nan = Number.NaN;
  expect(regimeStretches([10, 20, 30, 40, 50, 60], [nan, nan, 1, 1, 3, 1])).toEqual([
    { from: 30, to: 50, regime: 1 },
    { from: 50, to: 60, regime: 3 },
    { from: 60, to: 60, regime: 1 },
  ]);
  expect(regimeStretches([10, 20], undefined)).toEqual([]);
});

it("names the regimes of a time in order, each once", () => {
  const stretches = regimeStretches([10, 20, 30, 40, 50], [2, 0, 2, 1, 1]);
  expect(regimesBetween(stretches, 15, 45)).toEqual([2, 0, 1]);
  expect(regimesBetween(stretches, 20, 30)).toEqual([0]);
});
