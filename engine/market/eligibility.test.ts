import * as fc from "fast-check";
import { expect, it } from "vitest";
import { column, runKernel } from "../test-data.ts";
import { eligibility, eligibilitySettings } from "./eligibility.ts";

const run = (age: number, window: number, present: number, volumes: readonly number[]) => [
  ...runKernel(eligibility(age, window, present), { volume: column(volumes) }, volumes.length).eligible,
];

it("lets a liquid pair in 1,200 h past its listing and not an hour before", () => {
  const { age, window, present } = eligibilitySettings.parse({});
  const found = run(age, window, present, new Array(1300).fill(1));
  // the row that closes 1,200 h after the listing is the 1,200th
  expect(found.indexOf(1)).toBe(1199);
  expect(found.slice(1199).every((x) => x === 1)).toBe(true);
});

it("asks for volume in 480 of the last 720 hours", () => {
  const { age, window, present } = eligibilitySettings.parse({});
  const with480 = Array.from({ length: 1200 }, (_, i) => (i >= 480 && i < 480 + 480 ? 1 : 0));
  const with479 = with480.map((v, i) => (i === 480 ? 0 : v));
  expect(run(age, window, present, with480)[1199]).toBe(1);
  expect(run(age, window, present, with479)[1199]).toBe(0);
});

it("puts a pair out when its volume dries up, and back in when it returns", () => {
  // window 3, two of three
  const volumes = [1, 1, 1, 0, 0, 0, 1, 1];
  expect(run(1, 3, 2 / 3, volumes)).toEqual([0, 1, 1, 1, 0, 0, 0, 1]);
});

it("is unknown before the listing, and ages from there", () => {
  expect(run(2, 1, 1, [Number.NaN, Number.NaN, 1, 1, 1])).toEqual([Number.NaN, Number.NaN, 0, 1, 1]);
});

it("takes a share that is met exactly", () => {
  const volumes = Array.from({ length: 100 }, (_, i) => (i < 7 ? 1 : 0));
  expect(0.07 * 100).toBeGreaterThan(7);
  expect(run(1, 100, 0.07, volumes)[99]).toBe(1);
  expect(run(1, 100, 0.0701, volumes)[99]).toBe(0);
});

it("agrees with a count of the last rows", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(0, 0, 1, 5), { maxLength: 60 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom(0, 0.1, 0.5, 2 / 3, 0.9, 1),
      (volumes, age, window, present) => {
        const expected = volumes.map((_, i) => {
          const last = volumes.slice(i + 1 > window ? i + 1 - window : 0, i + 1);
          const share = last.filter((v) => v > 0).length / window;
          return i + 1 >= age && share >= present ? 1 : 0;
        });
        expect(run(age, window, present, volumes)).toEqual(expected);
      },
    ),
    { numRuns: 500 },
  );
});
