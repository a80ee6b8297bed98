import { expect, it } from "vitest";
import { regimeStretches } from "./regimes.js";

it("joins rows of one regime up to the start of the next, and leaves out rows without one", () => {
  const nan = Number.NaN;
  expect(regimeStretches([10, 20, 30, 40, 50, 60], [nan, nan, 1, 1, 3, 1])).toEqual([
    { from: 30, to: 50, regime: 1 },
    { from: 50, to: 60, regime: 3 },
    { from: 60, to: 60, regime: 1 },
  ]);
  expect(regimeStretches([10, 20], undefined)).toEqual([]);
});
