import * as fc from "fast-check";
import { expect, it } from "vitest";
import { column, runKernel } from "../test-data.ts";
import { defensiveHedge, defensiveHedgeSettings } from "./defensive-hedge.ts";

const defaults = defensiveHedgeSettings.parse({});

interface Pair {
  readonly close?: number | readonly number[];
  readonly average?: number | readonly number[];
  readonly beta?: number | readonly number[];
  readonly eligible?: number | readonly number[];
}

/** Desires a pair and row; numbers hold for every row. Pairs are on and eligible unless they say otherwise. */
function desires(pairs: readonly Pair[], rows = 1, settings = defaults): number[][] {
  const values = (x: number | readonly number[] | undefined, usual: number) =>
    typeof x === "object" ? column(x) : column(rows, () => x ?? usual);
  const out = runKernel(
    defensiveHedge(pairs.length, settings),
    {
      pairs: pairs.map((p) => ({
        close: values(p.close, 110),
        average: values(p.average, 100),
        beta: values(p.beta, 1),
        eligible: values(p.eligible, 1),
      })),
    },
    rows,
  );
  return out.pairs.map((p) => [...p.desire]);
}
const first = (pairs: readonly Pair[]) => desires(pairs).map(([d]) => d);

it("wants half of the two pairs of lowest beta", () => {
  expect(first([{ beta: 1 }, { beta: 0.5 }, { beta: 1.2 }, { beta: -0.1 }])).toEqual([0, 0.5, 0, 0.5]);
});

it("counts the reference, of beta 1, among the pairs", () => {
  expect(first([{ beta: 1 }, { beta: 1.3 }, { beta: 1.4 }])).toEqual([0.5, 0.5, 0]);
});

it("breaks ties in universe order", () => {
  expect(first([{ beta: 1 }, { beta: 1 }, { beta: 1 }])).toEqual([0.5, 0.5, 0]);
  expect(first([{ beta: 2 }, { beta: 1 }, { beta: 1 }, { beta: 1 }])).toEqual([0, 0.5, 0.5, 0]);
  expect(first([{ beta: 1 }, { beta: 0.5 }, { beta: 1 }])).toEqual([0.5, 0.5, 0]);
});

it("leaves the place of a chosen pair empty while its trigger is off", () => {
  expect(first([{ beta: 0.1, close: 100 }, { beta: 0.2 }, { beta: 0.3 }])).toEqual([0, 0.5, 0]);
});

it("chooses among eligible pairs whose beta is known", () => {
  expect(first([{ beta: 0.1, eligible: 0 }, { beta: 0.2 }, { beta: Number.NaN }, { beta: 0.4 }])).toEqual([
    0, 0.5, 0, 0.5,
  ]);
});

it("wants one where only one is eligible, and none where none is", () => {
  expect(first([{}, { eligible: 0 }])).toEqual([0.5, 0]);
  expect(first([{ eligible: 0 }, { eligible: 0 }])).toEqual([0, 0]);
});

it("has a pair's trigger on above its average and off below 98 % of it", () => {
  const [found] = desires([{ close: [100, 100.01, 98, 97.99, 100, 101] }], 6);
  expect(found).toEqual([0, 0.5, 0.5, 0, 0, 0.5]);
});

it("keeps a trigger on while the pair is not chosen", () => {
  // on at row 0, between the bounds at row 1; chosen only there
  const [found] = desires([{ close: [101, 99], beta: [2, 0] }, { beta: 1 }, { beta: 1 }], 2);
  expect(found).toEqual([0, 0.5]);
});

it("is unknown until the pair's average is known", () => {
  const [found, other] = desires([{ average: [Number.NaN, 100] }, {}], 2);
  expect(found).toEqual([Number.NaN, 0.5]);
  expect(other).toEqual([0.5, 0.5]);
});

it("chooses as a sort by beta does", () => {
  const pair = fc.record({
    beta: fc.constantFrom(-1, 0, 0.5, 0.5, 1, 2, Number.NaN),
    eligible: fc.constantFrom(0, 1, 1),
    close: fc.constantFrom(90, 110),
  });
  fc.assert(
    fc.property(
      fc.array(pair, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 5 }),
      (pairs, n) => {
        const chosen = [...pairs.keys()]
          .filter((p) => pairs[p].eligible === 1 && !Number.isNaN(pairs[p].beta))
          .sort((a, b) => pairs[a].beta - pairs[b].beta || a - b)
          .slice(0, n);
        const expected = pairs.map((p, k) => (chosen.includes(k) && p.close > 100 ? 0.5 : 0));
        expect(desires(pairs, 1, { ...defaults, pairs: n }).map(([d]) => d)).toEqual(expected);
      },
    ),
    { numRuns: 500 },
  );
});

it("has the numbers of the text", () => {
  expect(defaults).toEqual({ ema: 480, exit: 0.02, desire: 0.5, pairs: 2 });
});
