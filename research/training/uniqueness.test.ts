import fc from "fast-check";
import { expect, it } from "vitest";
import { uniqueness } from "./uniqueness.ts";

it("shares each bar among the labels that live in it", () => {
  // bars 0..3: one, two, two, one labels alive
  const [a, b] = uniqueness([0, 1], [2, 3]);
  expect(a).toBeCloseTo((1 + 1 / 2 + 1 / 2) / 3, 15);
  expect(b).toBeCloseTo((1 / 2 + 1 / 2 + 1) / 3, 15);
});

it("is 1 for labels that do not meet, and 1 / n for n that are the same", () => {
  expect([...uniqueness([0, 3, 9], [2, 5, 9])]).toEqual([1, 1, 1]);
  for (const u of uniqueness([4, 4, 4, 4], [8, 8, 8, 8])) expect(u).toBeCloseTo(1 / 4, 14);
});

it("has nothing to say of no labels", () => {
  expect(uniqueness([], [])).toHaveLength(0);
});

it("equals counting by hand, bar by bar", () => {
  const lives = fc.array(fc.tuple(fc.nat(40), fc.nat(15)), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(lives, (drawn) => {
      const first = drawn.map(([from]) => from);
      const last = drawn.map(([from, life]) => from + life);
      const found = uniqueness(first, last);
      for (let k = 0; k < drawn.length; k++) {
        let sum = 0;
        for (let bar = first[k]; bar <= last[k]; bar++) {
          sum += 1 / first.filter((f, m) => f <= bar && last[m] >= bar).length;
        }
        expect(found[k]).toBeCloseTo(sum / (last[k] - first[k] + 1), 12);
      }
    }),
  );
});
