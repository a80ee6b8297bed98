import fc from "fast-check";
import { median } from "simple-statistics";
import { expect, test } from "vitest";
import { rollingMedian } from "./rolling-median.ts";
import { outputs } from "./test-oracles.ts";

test("it is the median of each window by simple-statistics", () => {
  const numbers = fc.float64Array({ minLength: 1, maxLength: 50, min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(numbers, fc.integer({ min: 1, max: 12 }), (x, n) => {
      const { y } = outputs(rollingMedian(n), { x });
      for (let i = 0; i < x.length; i++) {
        if (i < n - 1) expect(y[i]).toBeNaN();
        else expect(Math.abs(y[i] - median([...x.subarray(i - n + 1, i + 1)]))).toBeLessThan(1e-9);
      }
    }),
    { numRuns: 300 },
  );
});
