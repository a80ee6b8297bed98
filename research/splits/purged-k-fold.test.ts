import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitCases } from "./oracle.test-data.ts";
import { purgedKFold } from "./purged-k-fold.ts";
import { someSpans, spansOf } from "./spans.test-data.ts";
import { embargoOf } from "./split.ts";

const cases = splitCases("purged-kfold");

describe.skipIf(cases.length === 0)("purged k-fold (needs the shared test data)", () => {
  it.each(cases.map((c) => [c.name, c] as const))(
    "equals the oracle's rows in %s",
    (_, { input, expected }) => {
      const ends = input.ends ?? Array.from({ length: input.n }, (_, i) => i + input.horizon);
      const found = purgedKFold(spansOf(ends), input.k, input.embargo);
      expect(found.map(({ train, test }) => ({ train: [...train], test: [...test] }))).toEqual(expected);
    },
  );
});

describe("purged k-fold", () => {
  const drawn = fc.tuple(someSpans(2, 120), fc.integer({ min: 0, max: 15 })).chain(([spans, embargo]) =>
    fc.record({
      spans: fc.constant(spans),
      embargo: fc.constant(embargo),
      k: fc.integer({ min: 2, max: Math.min(9, spans.time.length) }),
    }),
  );

  it("gives the rows that were worked out by hand, the one just before a test left out (mlfinpy keeps it)", () => {
    // 10 rows whose labels reach one row on, embargo 1. The fold 4..6 spans 4 to 7: row 3 ends in it, row 7 begins in
    // it, row 8 is the embargo. The fold 0..3 spans 0 to 4, and 5 is the embargo; the fold 7..9 begins where row 6 ends.
    const folds = purgedKFold(spansOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), 3, 1);
    expect(folds.map(({ train, test }) => ({ train: [...train], test: [...test] }))).toEqual([
      { train: [6, 7, 8, 9], test: [0, 1, 2, 3] },
      { train: [0, 1, 2, 9], test: [4, 5, 6] },
      { train: [0, 1, 2, 3, 4, 5], test: [7, 8, 9] },
    ]);
  });

  it("trains on no row whose label's life meets the test's span", () => {
    fc.assert(
      fc.property(drawn, ({ spans: { time, end }, k, embargo }) => {
        for (const { train, test } of purgedKFold({ time, end }, k, embargo)) {
          const first = time[test[0]];
          const last = Math.max(...[...test].map((i) => end[i]));
          for (const i of train) expect(end[i] < first || time[i] > last + embargo).toBe(true);
        }
      }),
    );
  });

  it("loses nothing but the test, what meets it, and the embargo", () => {
    fc.assert(
      fc.property(drawn, ({ spans: { time, end }, k, embargo }) => {
        for (const { train, test } of purgedKFold({ time, end }, k, embargo)) {
          const first = time[test[0]];
          const last = Math.max(...[...test].map((i) => end[i]));
          const used = new Set([...train, ...test]);
          for (let i = 0; i < time.length; i++) {
            if (used.has(i)) continue;
            const meets = time[i] <= last && end[i] >= first;
            const isInEmbargo = time[i] > last && time[i] <= last + embargo;
            expect(meets || isInEmbargo).toBe(true);
          }
        }
      }),
    );
  });

  it("tests every row once, in folds whose sizes differ by one at most", () => {
    fc.assert(
      fc.property(drawn, ({ spans, k, embargo }) => {
        const folds = purgedKFold(spans, k, embargo);
        expect(folds.flatMap(({ test }) => [...test])).toEqual([...spans.time.keys()]);
        const sizes = folds.map(({ test }) => test.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("does not train on another pair's row of the time at which the test begins", () => {
    // two pairs, four times; the fold begins in the middle of time 10
    const spans = { time: Float64Array.of(0, 0, 10, 10, 20, 20), end: Float64Array.of(5, 5, 15, 15, 25, 25) };
    const [, second] = purgedKFold(spans, 2, 0);
    expect([...second.test]).toEqual([3, 4, 5]);
    expect([...second.train]).toEqual([0, 1]);
  });

  it("refuses rows out of order, labels that end before they begin, and folds or an embargo that cannot be", () => {
    expect(() => purgedKFold({ time: Float64Array.of(1, 0), end: Float64Array.of(1, 1) }, 2, 0)).toThrow(
      /row 1 from 0 to 1 after a row from 1/,
    );
    expect(() => purgedKFold({ time: Float64Array.of(0, 1), end: Float64Array.of(0, 0) }, 2, 0)).toThrow(
      /row 1 from 1 to 0/,
    );
    expect(() => purgedKFold({ time: Float64Array.of(0, 1), end: Float64Array.of(2) }, 2, 0)).toThrow(
      /2 times and 1 ends/,
    );
    expect(() => purgedKFold(spansOf([0, 1]), 3, 0)).toThrow(/k must be .* from 2 to 2, found 3/);
    expect(() => purgedKFold(spansOf([0, 1]), 2, Number.NaN)).toThrow(
      /embargo must be a time from 0, found NaN/,
    );
  });
});

describe("the embargo", () => {
  it("is the horizon, or 1 % of the rows' time where that is longer", () => {
    const over = (last: number) => ({ time: Float64Array.of(0, last), end: Float64Array.of(0, last) });
    expect(embargoOf(over(1000), 96)).toBe(96);
    expect(embargoOf(over(20_000), 96)).toBe(200);
    expect(embargoOf({ time: new Float64Array(0), end: new Float64Array(0) }, 96)).toBe(96);
  });
});
