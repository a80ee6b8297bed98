import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Figure } from "./figure.ts";
import { overfitting } from "./overfitting.ts";
import { sharpeSample } from "./sharpe-inference.ts";
import { noise, oracleCases } from "./test-series.ts";

// Oracle: shared data, oracles/03-pbo.json (brute force in numpy; every logit also by ffn), 1e-12, ranks exact.
interface Case {
  readonly name: string;
  readonly input: { readonly S: number; readonly matrix: readonly number[][] };
  readonly expected: {
    readonly splits: number;
    readonly rows_used: number;
    readonly pbo: number;
    readonly probability_of_oos_loss: number;
    readonly is_oos_slope: number;
    readonly is_oos_intercept: number;
    readonly mean_logit: number;
    readonly logit_by_rank: Record<string, number>;
    readonly best?: readonly number[];
    readonly oos_rank?: readonly number[];
    readonly best_as_digits: string;
    readonly oos_rank_as_digits: string;
  };
}
const cases = oracleCases<Case>("03-pbo.json");

const columnsOf = (matrix: readonly number[][]): Float64Array[] =>
  matrix[0].map((_, c) => Float64Array.from(matrix, (row) => row[c]));

function near(found: Figure | number, expected: number, what: string): void {
  const value = typeof found === "number" ? found : found.value;
  expect(value, what).not.toBeNull();
  const error = Math.abs((value as number) - expected);
  expect(error, `${what}: ${value} for ${expected}`).toBeLessThanOrEqual(
    1e-12 * Math.max(1, Math.abs(expected)),
  );
}

describe.skipIf(cases.length === 0)("against the oracle (needs the shared test data)", () => {
  it.each(cases.map((c) => [c.name, c] as const))("%s: every choice, rank and figure is equal", (_, c) => {
    const e = c.expected;
    const found = overfitting(columnsOf(c.input.matrix), c.input.S);
    expect(found.splits).toBe(e.splits);
    expect(found.rows).toBe(e.rows_used);
    expect([...found.best]).toEqual(e.best ?? [...e.best_as_digits].map(Number));
    expect([...found.rank]).toEqual(e.oos_rank ?? [...e.oos_rank_as_digits].map(Number));
    const off = found.logit.map((logit, k) => Math.abs(logit - e.logit_by_rank[found.rank[k].toFixed(1)]));
    expect(Math.max(...off)).toBeLessThanOrEqual(1e-12);
    near(found.pbo, e.pbo, "PBO");
    near(found.lossProbability, e.probability_of_oos_loss, "loss");
    near(found.slope, e.is_oos_slope, "slope");
    near(found.intercept, e.is_oos_intercept, "intercept");
    near(found.meanLogit, e.mean_logit, "mean logit");
  });
});

/** The definition, re-summing the rows of each half. */
function byDefinition(configs: readonly Float64Array[], blocks: number) {
  const size = Math.floor(configs[0].length / blocks);
  const halves: number[][] = [];
  const grow = (from: number, half: number[]) => {
    if (half.length === blocks / 2) halves.push(half);
    else for (let b = from; b < blocks; b++) grow(b + 1, [...half, b]);
  };
  grow(0, []);
  const ratio = (returns: Float64Array, half: readonly number[]) => {
    const rows = half.flatMap((b) => [...returns.subarray(b * size, (b + 1) * size)]);
    return sharpeSample(rows).sharpe; // 0 where nothing varies
  };
  return halves.map((half) => {
    const rest = Array.from({ length: blocks }, (_, b) => b).filter((b) => !half.includes(b));
    const inSample = configs.map((r) => ratio(r, half));
    const best = inSample.indexOf(Math.max(...inSample));
    return { best, inSample: inSample[best], outOfSample: ratio(configs[best], rest) };
  });
}

describe("overfitting", () => {
  it("agrees with re-summing the rows of every half, level and idle spells or not", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 2, max: 5 }),
        fc.constantFrom(2, 4, 6),
        fc.constantFrom(0, 1, 1000),
        (seed, n, blocks, level) => {
          const configs = noise(n, 4 * blocks + 1, seed).map((x) => x.map((z) => z + level));
          configs[0].fill(0, 0, 2 * blocks); // did not trade in the first half
          const found = overfitting(configs, blocks);
          byDefinition(configs, blocks).forEach((split, k) => {
            expect(found.best[k]).toBe(split.best);
            for (const side of ["inSample", "outOfSample"] as const) {
              const off = Math.abs(found[side][k] - split[side]);
              expect(off, side).toBeLessThanOrEqual(1e-9 * Math.abs(split[side]));
            }
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it("is about one half on average where nobody has skill", () => {
    let sum = 0;
    for (let m = 0; m < 100; m++) sum += overfitting(noise(10, 240, m), 8).pbo.value as number;
    // one matrix scatters by 0.24: four of the mean's
    expect(Math.abs(sum / 100 - 0.5)).toBeLessThan(0.1);
  });

  it("is near 0 where one has a true edge", () => {
    let sum = 0;
    let chosen = 0;
    for (let m = 0; m < 30; m++) {
      const configs = noise(10, 240, 500 + m);
      configs[3] = configs[3].map((z) => z + 0.4);
      const found = overfitting(configs, 8);
      sum += found.pbo.value as number;
      for (const c of found.best) if (c === 3) chosen++;
    }
    expect(sum / 30).toBeLessThan(0.05);
    expect(chosen / (30 * 70)).toBeGreaterThan(0.98);
  });

  it("does not depend on the unit of the returns nor on who stands where", () => {
    const configs = noise(6, 96, 1);
    const found = overfitting(configs, 8);
    const scaled = overfitting(
      configs.map((x) => x.map((z) => z * 2 ** -10)),
      8,
    );
    expect(scaled).toEqual(found);
    const turned = overfitting([...configs].reverse(), 8);
    expect(turned.pbo).toEqual(found.pbo);
    expect([...turned.best]).toEqual([...found.best].map((c) => 5 - c));
  });

  it("counts a middle rank as overfitted and halves ties", () => {
    const [x] = noise(1, 32, 2);
    const { pbo, rank, best } = overfitting([x, x, x], 4);
    expect(pbo).toEqual({ value: 1 });
    expect([...rank]).toEqual(Array(6).fill(2));
    expect([...best]).toEqual(Array(6).fill(0));
  });

  it("gives a reason where there is nothing to measure", () => {
    const of = (configs: ArrayLike<number>[]) => overfitting(configs, 4).pbo;
    expect(of([])).toEqual({ value: null, why: "fewer than 2 configurations: nothing was chosen" });
    expect(
      of([
        [1, 2],
        [1, 2],
      ]),
    ).toEqual({ value: null, why: "2 rows are too few for 4 blocks" });
    const broken = [1, 2, 3, Number.NaN];
    expect(of([[1, 2, 3, 4], broken])).toEqual({
      value: null,
      why: "a return of configuration 1 is not finite",
    });
    const idle = overfitting([new Float64Array(16), new Float64Array(16)], 4);
    expect(idle.slope).toEqual({ value: null, why: expect.stringMatching(/same Sharpe ratio/) });
    expect(idle.intercept).toEqual(idle.slope);
  });

  it("refuses odd blocks and rows that do not match", () => {
    for (const blocks of [0, 3, 22, 2.5, Number.NaN]) {
      expect(() => overfitting([], blocks)).toThrow(/even number from 2 to 20, found/);
    }
    expect(() => overfitting([[1, 2], [1]])).toThrow(/configuration 1 has 1 returns, expected 2/);
  });
});
