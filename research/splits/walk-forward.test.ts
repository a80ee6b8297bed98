import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitCases } from "./oracle.test-data.ts";
import type { Split } from "./split.ts";
import { type WalkForward, walkForward } from "./walk-forward.ts";

const plain = (splits: readonly Split[]) =>
  splits.map(({ train, test }) => ({ train: [...train], test: [...test] }));

const cases = splitCases("walk-forward");
const series = splitCases("time-series-split");

describe.skipIf(cases.length === 0)("walk-forward (needs the shared test data)", () => {
  it.each(cases.map((c) => [c.name, c] as const))("equals skfolio's rows in %s", (_, { input, expected }) => {
    expect(plain(walkForward(input.n, input as unknown as WalkForward))).toEqual(expected);
  });

  it.each(series.map((c) => [c.name, c] as const))("holds scikit-learn's TimeSeriesSplit: %s", (_, c) => {
    const { n, n_splits, gap, test_size, max_train_size } = c.input;
    const test = test_size ?? Math.floor(n / (n_splits + 1));
    const first = n - n_splits * test;
    const rolling = max_train_size !== undefined;
    const train = max_train_size ?? first - gap;
    expect(plain(walkForward(n, { train, test, purge: gap, expand: !rolling, first }))).toEqual(c.expected);
  });
});

const drawn = fc.record({
  n: fc.integer({ min: 0, max: 200 }),
  train: fc.integer({ min: 1, max: 40 }),
  test: fc.integer({ min: 1, max: 30 }),
  purge: fc.integer({ min: 0, max: 10 }),
  expand: fc.boolean(),
  reduce: fc.boolean(),
});

describe("walk-forward", () => {
  it("gives the rows that were worked out by hand", () => {
    // 12 rows, 4 to train on, 1 left out, 3 to test: tests from 5 and 8; row 11 alone is no whole test
    const options = { train: 4, test: 3, purge: 1 };
    const tests = [
      [5, 6, 7],
      [8, 9, 10],
    ];
    expect(plain(walkForward(12, options))).toEqual([
      { train: [0, 1, 2, 3], test: tests[0] },
      { train: [3, 4, 5, 6], test: tests[1] },
    ]);
    expect(plain(walkForward(12, { ...options, expand: true, reduce: true }))).toEqual([
      { train: [0, 1, 2, 3], test: tests[0] },
      { train: [0, 1, 2, 3, 4, 5, 6], test: tests[1] },
      { train: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], test: [11] },
    ]);
  });

  it("trains on nothing whose label of `purge` rows meets the test, and on every row before that", () => {
    fc.assert(
      fc.property(drawn, ({ n, ...options }) => {
        for (const { train, test } of walkForward(n, options)) {
          expect(train[train.length - 1] + options.purge).toBeLessThan(test[0]);
          expect(test[0] - train[0]).toBe(train.length + options.purge);
          if (options.expand) expect(train[0]).toBe(0);
          else expect(train).toHaveLength(options.train);
        }
      }),
    );
  });

  it("tests every row after the first train part and its purge once, but those of a last fold that is not whole", () => {
    fc.assert(
      fc.property(drawn, ({ n, ...options }) => {
        const tested = walkForward(n, options).flatMap(({ test }) => [...test]);
        const start = options.train + options.purge;
        const count = Math.max(0, n - start);
        const whole = options.reduce ? count : count - (count % options.test);
        expect(tested).toEqual(Array.from({ length: whole }, (_, i) => start + i));
      }),
    );
  });

  it("refuses lengths that are no whole numbers, and names them", () => {
    expect(() => walkForward(20, { train: 0, test: 4 })).toThrow(
      /train must be a whole number from 1, found 0/,
    );
    expect(() => walkForward(20, { train: 8, test: 2.5 })).toThrow(/test must be .* found 2.5/);
    expect(() => walkForward(20, { train: 8, test: 4, purge: -1 })).toThrow(/purge must be .* found -1/);
    expect(() => walkForward(20, { train: 8, test: 4, purge: 2, first: 2 })).toThrow(
      /first must be .* from 3/,
    );
  });
});
