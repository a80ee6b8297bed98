import fc from "fast-check";
import { expect, test } from "vitest";
import { rollingMax, rollingMin } from "./rolling-extreme.ts";
import { outputs, randomBars, talibColumn } from "./test-oracles.ts";

test.each([2, 20, 24, 168])("the extremes of %i rows are TA-Lib's to the bit", async (n) => {
  const { close } = randomBars(3000, n, 100, 0.3);
  const highest = await talibColumn("MAX", { inReal: close, timePeriod: n }, n - 1);
  const lowest = await talibColumn("MIN", { inReal: close, timePeriod: n }, n - 1);
  expect(outputs(rollingMax(n), { x: close }).y).toEqual(highest);
  expect(outputs(rollingMin(n), { x: close }).y).toEqual(lowest);
});

test("any numbers up to 1e300, of either sign, give the extreme of the window itself", () => {
  const numbers = fc.float64Array({ minLength: 1, maxLength: 60, min: -1e300, max: 1e300, noNaN: true });
  fc.assert(
    fc.property(numbers, fc.integer({ min: 1, max: 20 }), (x, n) => {
      const highest = outputs(rollingMax(n), { x }).y;
      const lowest = outputs(rollingMin(n), { x }).y;
      for (let i = 0; i < x.length; i++) {
        const window = x.subarray(i - n + 1, i + 1);
        const known = i >= n - 1;
        // == and not Object.is: of 0 and -0 either may come
        expect(known ? highest[i] === Math.max(...window) : highest[i] !== highest[i]).toBe(true);
        expect(known ? lowest[i] === Math.min(...window) : lowest[i] !== lowest[i]).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});
