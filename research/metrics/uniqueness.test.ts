import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { oracleCases } from "./test-series.ts";
import { effectiveCount, uniqueness } from "./uniqueness.ts";

// Oracle: shared data, oracles/07-labels.json, sum_of_uniqueness by counting bars in plain Python.
interface Case {
  readonly name: string;
  readonly expected: {
    readonly sum_of_uniqueness: number;
    readonly bar_open_time: readonly number[];
    readonly bars_held: readonly number[];
  };
}
const cases = oracleCases<Case>("07-labels.json");

const onePair = (time: readonly number[], end: readonly number[]) =>
  uniqueness({ pair: time.map(() => 0), time, end });

describe.skipIf(cases.length === 0)("against the oracle (needs the shared test data)", () => {
  it.each(cases.map((c) => [c.name, c] as const))("%s: effective labels are equal", (_, { expected: e }) => {
    const time = e.bar_open_time.map((t) => (t + 3600) * 1000);
    const end = time.map((t, i) => t + e.bars_held[i] * 3_600_000);
    const found = effectiveCount(onePair(time, end));
    expect(Math.abs(found / e.sum_of_uniqueness - 1)).toBeLessThan(1e-12);
  });
});

describe("uniqueness", () => {
  it("by hand: of (0, 2], (1, 3] and (3, 4] the first two share an hour", () => {
    expect([...onePair([0, 1, 3], [2, 3, 4])]).toEqual([0.75, 0.75, 1]);
  });

  it("shares each bar among the labels that live in it", () => {
    // bars 1..4: one, two, two, one labels alive
    const [a, b] = onePair([0, 1], [3, 4]);
    expect(a).toBeCloseTo((1 + 1 / 2 + 1 / 2) / 3, 15);
    expect(b).toBeCloseTo((1 / 2 + 1 / 2 + 1) / 3, 15);
  });

  it("is 1 for labels that do not meet, and 1 / n for n that are the same", () => {
    expect([...onePair([0, 3, 9], [3, 6, 10])]).toEqual([1, 1, 1]);
    for (const u of onePair([4, 4, 4, 4], [9, 9, 9, 9])) expect(u).toBeCloseTo(1 / 4, 14);
  });

  it("has nothing to say of no labels", () => {
    expect(onePair([], [])).toHaveLength(0);
  });

  it("is 1 / 96 for hourly labels that look 96 hours ahead, once the row is full", () => {
    const time = Array.from({ length: 400 }, (_, i) => i);
    const found = onePair(
      time,
      time.map((t) => t + 96),
    );
    expect(found[200]).toBeCloseTo(1 / 96, 14);
    expect(found[0]).toBeGreaterThan(1 / 96);
  });

  it("equals counting bar by bar, pair by pair, in any order of the samples", () => {
    const life = fc.tuple(
      fc.integer({ min: 0, max: 2 }),
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 1, max: 8 }),
    );
    fc.assert(
      fc.property(fc.array(life, { minLength: 1, maxLength: 30 }), (lives) => {
        const found = uniqueness({
          pair: lives.map(([pair]) => pair),
          time: lives.map(([, time]) => time),
          end: lives.map(([, time, bars]) => time + bars),
        });
        lives.forEach(([pair, time, bars], i) => {
          let sum = 0;
          for (let bar = time + 1; bar <= time + bars; bar++) {
            sum += 1 / lives.filter(([p, t, b]) => p === pair && t < bar && bar <= t + b).length;
          }
          expect(found[i]).toBeCloseTo(sum / bars, 12);
        });
      }),
    );
  });

  it("adds up over the samples that are asked for", () => {
    const unique = Float64Array.of(0.5, 0.25, 1);
    expect(effectiveCount(unique)).toBe(1.75);
    expect(effectiveCount(unique, [1, 0, 1])).toBe(1.5);
  });

  it("refuses a label that ends before it begins", () => {
    expect(() => onePair([5], [5])).toThrow(/the label of sample 0 lives from 5 to 5/);
  });
});
