import fc from "fast-check";
import { expect, it } from "vitest";
import { createRandom, fillUniforms } from "../../datasets/random.ts";
import { addUp, addWeighted, BLOCK, createDesign, weightedSquares } from "./design.ts";

/** A design of drawn features, and its rows as they are meant: 1, then (x - mean) / sd of the samples taken. */
function drawn(n: number, features: number) {
  const u = new Float64Array(2 * n * features + n);
  fillUniforms(createRandom(3), u);
  const columns = Array.from({ length: features }, (_, j) => u.subarray(2 * n * j, 2 * n * (j + 1)));
  const samples = Int32Array.from({ length: n }, (_, i) => (i % 2 === 0 ? i : 2 * n - i));
  const scales = columns.map((_, j) => ({ mean: 0.1 * j, sd: 1 + j }));
  const rows = Array.from(samples, (i) => [1, ...columns.map((x, j) => (x[i] - 0.1 * j) / (1 + j))]);
  return { design: createDesign(columns, samples, scales), rows, c: u.subarray(2 * n * features) };
}

const sizes = [
  fc.constantFrom(1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 3),
  fc.integer({ min: 1, max: 8 }),
] as const;

it("has the weighted squares that a plain sum has, and 0 where it fills up", () => {
  fc.assert(
    fc.property(...sizes, (n, features) => {
      const { design, rows, c } = drawn(n, features);
      const { width } = design;
      const found = weightedSquares(design, c);
      for (let j = 0; j < width; j++) {
        for (let k = 0; k <= j; k++) {
          const sum = j > features ? 0 : rows.reduce((all, x, r) => all + c[r] * x[j] * x[k], 0);
          expect(Math.abs(found[j * width + k] - sum)).toBeLessThanOrEqual(1e-12 * n);
        }
      }
    }),
    { numRuns: 48 },
  );
});

it("has the sums over columns and over rows that plain sums have", () => {
  fc.assert(
    fc.property(...sizes, (n, features) => {
      const { design, rows, c } = drawn(n, features);
      const w = Float64Array.from({ length: design.width }, (_, j) => 1 / (1 + j));
      const margin = new Float64Array(BLOCK);
      const sums = new Float64Array(design.width);
      for (let first = 0; first < n; first += BLOCK) {
        addUp(design, first, w, margin);
        rows.slice(first, first + BLOCK).forEach((x, r) => {
          const sum = x.reduce((all, v, j) => all + w[j] * v, 0);
          expect(Math.abs(margin[r] - sum)).toBeLessThanOrEqual(1e-13);
        });
        addWeighted(design, first, c.subarray(first), sums);
      }
      rows[0].forEach((_, j) => {
        const sum = rows.reduce((all, x, r) => all + c[r] * x[j], 0);
        expect(Math.abs(sums[j] - sum)).toBeLessThanOrEqual(1e-12 * n);
      });
    }),
    { numRuns: 48 },
  );
});
