import fc from "fast-check";
import { expect, it } from "vitest";
import { rowsToDraw } from "./decimate.ts";

it("keeps first, lowest, highest and last row of every stretch, in order and once", () => {
  const y = Float64Array.of(9, 5, 1, 8, 4, /* */ 3, 3, 7, 2, 6);
  expect(rowsToDraw(y, 0, 2)).toEqual([0, 2, 4, 5, 7, 8, 9]);
});

it("keeps all rows where there are few", () => {
  expect(rowsToDraw(Float64Array.of(1, 2, 3, 4), 1, 1)).toEqual([1, 2, 3]);
  expect(rowsToDraw(Float64Array.of(1, 2), 2, 1)).toEqual([]);
});

it("loses no peak, no trough and neither end, and stays below four rows a stretch", () => {
  const numbers = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(numbers, fc.nat(20), fc.integer({ min: 1, max: 20 }), (values, skip, buckets) => {
      const from = Math.min(skip, values.length - 1);
      const y = Float64Array.from(values);
      const rows = rowsToDraw(y, from, buckets);
      const drawn = rows.map((row) => y[row]);
      expect(rows.length).toBeLessThanOrEqual(4 * buckets);
      expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b));
      expect([rows[0], rows[rows.length - 1]]).toEqual([from, y.length - 1]);
      expect(Math.max(...drawn)).toBe(Math.max(...values.slice(from)));
      expect(Math.min(...drawn)).toBe(Math.min(...values.slice(from)));
    }),
  );
});
