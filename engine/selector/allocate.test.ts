import * as fc from "fast-check";
import { expect, it } from "vitest";
import { column, runKernel } from "../test-data.ts";
import { allocate } from "./allocate.ts";

const MULTIPLIERS = [2, 1.5, 1];

interface Case {
  readonly first?: number;
  readonly second?: number;
  readonly share?: number;
  readonly eligible?: number;
  readonly desires?: readonly number[];
  readonly cap?: number;
}

function allocated({ first = 0, second = 1, share = 0.6, eligible = 1, desires = [0, 0, 0], cap = 1 }: Case) {
  const out = runKernel(
    allocate(MULTIPLIERS, 0.05, cap),
    {
      first: column([first]),
      second: column([second]),
      share: column([share]),
      eligible: column([eligible]),
      desires: desires.map((d) => column([d])),
    },
    1,
  );
  return { target: out.target[0], owner: out.owner[0], desire: out.desire[0] };
}

it("is desire times 5 % times multiplier times allocation", () => {
  // 0.5 * 0.05 * 2 * 0.6
  expect(allocated({ desires: [0.5, 0, 0] })).toEqual({ target: 0.03, owner: 0, desire: 0.5 });
});

it("gives the pair to the higher-ranked strategy that wants it", () => {
  expect(allocated({ desires: [0.01, 1, 1] })).toMatchObject({ owner: 0, desire: 0.01 });
});

it("gives it to the second, at the rest of the allocation, where the first does not", () => {
  const { target, owner, desire } = allocated({ desires: [0, 0.5, 1] });
  expect([owner, desire]).toEqual([1, 0.5]);
  expect(target).toBeCloseTo(0.5 * 0.05 * 1.5 * 0.4, 15);
});

it("leaves a strategy that was not chosen out", () => {
  expect(allocated({ desires: [0, 0, 1] })).toEqual({ target: 0, owner: -1, desire: 0 });
});

it("takes a desire that is not known for none", () => {
  expect(allocated({ desires: [Number.NaN, 0.5, 0] })).toMatchObject({ owner: 1 });
  expect(allocated({ desires: [Number.NaN, Number.NaN, 0] })).toEqual({ target: 0, owner: -1, desire: 0 });
});

it("wants nothing for cash, first or second", () => {
  expect(allocated({ first: -1, desires: [1, 0.5, 1] })).toMatchObject({ owner: 1 });
  expect(allocated({ second: -1, desires: [0, 1, 1] })).toEqual({ target: 0, owner: -1, desire: 0 });
});

it("wants nothing of a pair that is not eligible", () => {
  for (const eligible of [0, Number.NaN]) {
    expect(allocated({ eligible, desires: [1, 1, 1] })).toEqual({ target: 0, owner: -1, desire: 0 });
  }
});

it("caps the target", () => {
  expect(allocated({ desires: [1, 0, 0], cap: 0.05 }).target).toBe(0.05); // 0.06 without
  expect(allocated({ desires: [0.5, 0, 0], cap: 0.05 }).target).toBe(0.03);
});

it("is unknown while the choice is", () => {
  const unknown = Number.NaN;
  expect(allocated({ first: unknown, second: unknown, share: unknown, desires: [1, 1, 1] })).toEqual({
    target: unknown,
    owner: unknown,
    desire: unknown,
  });
});

it("has one owner a pair, the first in rank that wants it, within the cap", () => {
  const desire = fc.oneof(fc.constantFrom(0, 1, Number.NaN), fc.double({ min: 0, max: 1, noNaN: true }));
  fc.assert(
    fc.property(
      fc.record({
        first: fc.integer({ min: -1, max: 2 }),
        second: fc.integer({ min: -1, max: 2 }),
        share: fc.double({ min: 0.5, max: 0.7, noNaN: true }),
        eligible: fc.constantFrom(0, 1),
        desires: fc.array(desire, { minLength: 3, maxLength: 3 }),
        cap: fc.double({ min: 0, max: 0.1, noNaN: true }),
      }),
      (c) => {
        const { target, owner, desire: d } = allocated(c);
        const ranked = [
          { k: c.first, part: c.share },
          { k: c.second, part: 1 - c.share },
        ];
        const expected = ranked.find(({ k }) => c.eligible === 1 && k >= 0 && c.desires[k] > 0);
        expect(owner).toBe(expected?.k ?? -1);
        const weight = expected ? d * 0.05 * MULTIPLIERS[owner] * expected.part : 0;
        expect(target).toBe(Math.min(weight, c.cap));
      },
    ),
    { numRuns: 500 },
  );
});

it("gives away exactly one: the first's allocation, the second's, and cash", () => {
  const part = (first: number, second: number, share: number, desires: readonly number[]) =>
    runKernel(
      allocate([1, 1, 1], 1, 1),
      {
        first: column([first]),
        second: column([second]),
        share: column([share]),
        eligible: column([1]),
        desires: desires.map((d) => column([d])),
      },
      1,
    ).target[0];
  for (const share of [0.5, 0.57, 0.6123, 0.7]) {
    expect(part(0, 1, share, [1, 0, 0]) + part(0, 1, share, [0, 1, 0])).toBe(1);
    // with cash second nobody has the rest
    expect(part(0, -1, share, [1, 1, 1])).toBe(share);
    expect(part(0, -1, share, [0, 1, 1])).toBe(0);
    expect(part(-1, 1, share, [1, 1, 1])).toBe(1 - share);
  }
});
