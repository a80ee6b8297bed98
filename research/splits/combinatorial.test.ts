import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { combinatorial, combinatorialCounts } from "./combinatorial.ts";
import { splitCases } from "./oracle.test-data.ts";
import { someSpans, spansOf } from "./spans.test-data.ts";

const counted = splitCases("cpcv-counts");
const cases = splitCases("cpcv-").filter((c) => c.name !== "cpcv-counts");

describe.skipIf(cases.length === 0)(
  "combinatorial purged cross-validation (needs the shared test data)",
  () => {
    it.each(cases.map((c) => [c.name, c] as const))(
      "equals skfolio's rows, splits and paths in %s",
      (_, c) => {
        const { n, N, k, purge, embargo } = c.input;
        const spans = spansOf(Array.from({ length: n }, (_, i) => i + purge));
        const found = [...combinatorial(spans, { groups: N, test: k, embargo })].map((s) => ({
          test_groups: s.groups,
          train: [...s.train],
          test: s.test.map((rows) => [...rows]),
          path_of_each_group: s.paths,
        }));
        expect(found).toEqual(c.expected);
        expect(combinatorialCounts(N, k)).toEqual({ splits: c.splits, paths: c.paths });
      },
    );

    it("has as many splits and paths as the oracle counts", () => {
      for (const { N, k, splits, paths } of counted[0].expected) {
        expect(combinatorialCounts(N, k), `${N}, ${k}`).toEqual({ splits, paths });
      }
    });
  },
);

describe("combinatorial purged cross-validation", () => {
  const drawn = fc.record({
    spans: someSpans(12, 60),
    groups: fc.integer({ min: 2, max: 7 }),
    share: fc.double({ min: 0, max: 0.999, noNaN: true }),
    embargo: fc.integer({ min: 0, max: 6 }),
  });
  const made = ({
    spans,
    groups,
    share,
    embargo,
  }: typeof drawn extends fc.Arbitrary<infer T> ? T : never) => {
    const test = 1 + Math.floor(share * (groups - 1));
    return { test, splits: [...combinatorial(spans, { groups, test, embargo })] };
  };

  it("gives the rows and paths that were worked out by hand", () => {
    // 8 rows whose labels reach one row on, 4 groups of 2, 2 of them the test: the groups span 0-2, 2-4, 4-6 and 6-8,
    // and take from the train part every row that begins or ends in them
    const splits = combinatorial(spansOf([1, 2, 3, 4, 5, 6, 7, 8]), { groups: 4, test: 2, embargo: 0 });
    expect([...splits].map(({ groups, paths, train }) => [groups, paths, [...train]])).toEqual([
      [
        [0, 1],
        [0, 0],
        [5, 6, 7],
      ],
      [[0, 2], [1, 0], [7]],
      [
        [0, 3],
        [2, 0],
        [3, 4],
      ],
      [
        [1, 2],
        [1, 1],
        [0, 7],
      ],
      [[1, 3], [2, 1], [0]],
      [
        [2, 3],
        [2, 2],
        [0, 1, 2],
      ],
    ]);
  });

  it("trains on no row whose label's life meets the span of a test group", () => {
    fc.assert(
      fc.property(drawn, (options) => {
        const { time, end } = options.spans;
        for (const { train, test } of made(options).splits) {
          for (const rows of test) {
            const last = Math.max(...[...rows].map((i) => end[i]));
            for (const i of train) {
              expect(end[i] < time[rows[0]] || time[i] > last + options.embargo).toBe(true);
            }
          }
        }
      }),
    );
  });

  it("puts every group on every path once", () => {
    fc.assert(
      fc.property(drawn, (options) => {
        const { test, splits } = made(options);
        const { groups } = options;
        const { paths } = combinatorialCounts(groups, test);
        const places = splits.flatMap((s) => s.groups.map((g, k) => `${s.paths[k]}:${g}`));
        const all = Array.from(
          { length: paths * groups },
          (_, i) => `${Math.floor(i / groups)}:${i % groups}`,
        );
        expect(places.sort()).toEqual(all.sort());
      }),
    );
  });

  it("gives every row to one group", () => {
    const rows = [...combinatorial(spansOf([...Array(23).keys()]), { groups: 5, test: 1, embargo: 0 })];
    expect(rows.flatMap((s) => [...s.test[0]])).toEqual([...Array(23).keys()]);
    expect(rows.map((s) => s.test[0].length)).toEqual([4, 4, 4, 4, 7]);
  });

  it("refuses more splits than anybody would fit, and groups that cannot be filled", () => {
    const spans = spansOf([...Array(40).keys()]);
    expect(() => combinatorial(spans, { groups: 40, test: 20, embargo: 0 })).toThrow(/20 of 40 groups are/);
    expect(() => combinatorial(spans, { groups: 41, test: 1, embargo: 0 })).toThrow(/from 2 to 40, found 41/);
    expect(() => combinatorial(spans, { groups: 5, test: 5, embargo: 0 })).toThrow(/test must be .* 1 to 4/);
  });
});
