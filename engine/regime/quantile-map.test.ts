import * as fc from "fast-check";
import { expect, it } from "vitest";
import { column, runKernel } from "../test-data.ts";
import { quantileMap } from "./quantile-map.ts";

const KNOTS = [
  [0, 9],
  [0.627, 20],
  [0.914, 30],
  [0.974, 40],
  [1, 80],
];

/** Points of a rank share, straight between the knots of the text. */
function points(share: number): number {
  const k = KNOTS.findIndex(([s], n) => n > 0 && share <= s);
  const [[s0, p0], [s1, p1]] = [KNOTS[k - 1], KNOTS[k]];
  return p0 + ((share - s0) / (s1 - s0)) * (p1 - p0);
}

/** The same by counting: rows below, and half of the rows alike, of the trailing window. */
function bruteForce(values: readonly number[], window: number, least: number): number[] {
  return values.map((v, i) => {
    const last = values.slice(i + 1 > window ? i + 1 - window : 0, i + 1);
    if (last.length < least) return Number.NaN;
    const below = last.filter((x) => x < v).length;
    const alike = last.filter((x) => x === v).length;
    return points((below + alike / 2) / last.length);
  });
}

it("agrees with a count of the trailing rows, ties and all", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 80 }),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 30 }),
      (values, a, b) => {
        const [least, window] = a < b ? [a, b] : [b, a];
        const { mapped } = runKernel(quantileMap(window, least), { index: column(values) }, values.length);
        const expected = bruteForce(values, window, least);
        for (let i = 0; i < values.length; i++) {
          if (i < least - 1) expect(mapped[i]).toBeNaN();
          else expect(mapped[i]).toBeCloseTo(expected[i], 10);
        }
      },
    ),
    { numRuns: 200 },
  );
});

it("maps VIX's long-run shares to its levels", () => {
  // 1,000 distinct values in a scrambled order, the last of which has the rank asked for
  for (const [share, level] of [
    [0.627, 20],
    [0.914, 30],
    [0.974, 40],
  ]) {
    const last = share * 1000 - 0.5;
    const others = Array.from({ length: 1000 }, (_, k) => (k * 617) % 1000).filter(
      (v) => v !== Math.floor(last),
    );
    const values = [...others, last];
    const { mapped } = runKernel(quantileMap(1000, 1000), { index: column(values) }, 1000);
    // rows below = 1000 * share - 1/2 rounded up, and half of itself
    expect(mapped[999]).toBeCloseTo(level, 0);
    expect(mapped[999]).toBeCloseTo(bruteForce(values, 1000, 1000)[999], 10);
  }
});

it("gives a constant index the middle rank", () => {
  const { mapped } = runKernel(quantileMap(10, 3), { index: column(20, () => 5) }, 20);
  for (const x of mapped.subarray(2)) expect(x).toBeCloseTo(points(0.5), 12);
});

it("counts rows from the first that is known", () => {
  const values = [Number.NaN, Number.NaN, 1, 2, 3];
  const { mapped } = runKernel(quantileMap(3, 2), { index: column(values) }, 5);
  expect([...mapped].map((x) => x === x)).toEqual([false, false, false, true, true]);
});
