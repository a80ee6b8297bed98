import * as fc from "fast-check";
import { expect, it } from "vitest";
import { factorInPlace, solveFactored } from "./cholesky.ts";

it("solves by hand: [[4, 2], [2, 3]] x = [8, 7]", () => {
  // x = [1.25, 1.5]: 4 * 1.25 + 2 * 1.5 = 8, 2 * 1.25 + 3 * 1.5 = 7
  const a = Float64Array.of(4, Number.NaN, 2, 3); // the upper half is not read
  expect(factorInPlace(a, 2)).toBe(true);
  const x = solveFactored(a, Float64Array.of(8, 7));
  expect(x[0]).toBeCloseTo(1.25, 14);
  expect(x[1]).toBeCloseTo(1.5, 14);
});

it("gives back x from A x for any A = M M' + I", () => {
  const number = fc.double({ min: -2, max: 2, noNaN: true });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 7 }),
      fc.array(number, { minLength: 56, maxLength: 56 }),
      (n, draws) => {
        const m = (i: number, j: number) => draws[i * n + j];
        const at = (i: number, j: number) => {
          let sum = i === j ? 1 : 0;
          for (let k = 0; k < n; k++) sum += m(i, k) * m(j, k);
          return sum;
        };
        const x = draws.slice(49, 49 + n);
        const a = Float64Array.from({ length: n * n }, (_, k) => at(Math.floor(k / n), k % n));
        const b = Float64Array.from({ length: n }, (_, i) => x.reduce((sum, v, j) => sum + at(i, j) * v, 0));
        expect(factorInPlace(a, n)).toBe(true);
        const found = solveFactored(a, b);
        x.forEach((v, i) => {
          expect(found[i]).toBeCloseTo(v, 9);
        });
      },
    ),
  );
});

it.each([
  ["indefinite", [1, 0, 2, 1]],
  ["singular", [1, 0, 1, 1]],
  ["not a number", [Number.NaN, 0, 0, 1]],
])("says that a matrix is %s", (_, a) => {
  expect(factorInPlace(Float64Array.from(a), 2)).toBe(false);
});
