import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createResampler } from "./bootstrap.ts";
import { superiorAbility } from "./superior-ability.ts";
import { noise, oracleCases } from "./test-series.ts";

// Oracle: shared data, oracles/04-bootstrap.json: exact parts 1e-10 (numpy), p-values by 400,000 resamples.
interface Case {
  readonly name: string;
  readonly input: {
    readonly benchmark?: readonly number[];
    readonly models?: readonly number[][];
    readonly selection: readonly number[];
    readonly block: number;
  };
  readonly expected_studentised: {
    readonly mean_loss_difference: readonly number[];
    readonly omega2: readonly number[];
    readonly consistent_threshold: readonly number[];
    readonly statistic: number;
    readonly p: Record<"lower" | "consistent" | "upper", number>;
    readonly reps: number;
  };
}
const cases = oracleCases<Case>("04-bootstrap.json").filter((c) => c.name.startsWith("spa-"));

function differencesOf({ input }: Case): Float64Array[] {
  const { benchmark = [], models = [] } = input.benchmark === undefined ? cases[0].input : input;
  return input.selection.map((k) => Float64Array.from(benchmark, (loss, t) => loss - models[t][k]));
}

function near(found: number, expected: number, what: string): void {
  expect(Math.abs(found - expected), what).toBeLessThanOrEqual(1e-10 * Math.abs(expected));
}

describe.skipIf(cases.length === 0)("against the oracle (needs the shared test data)", () => {
  it.each(cases.map((c) => [c.name, c] as const))(
    "%s: exact parts are equal, p-values within the bands",
    (_, c) => {
      const e = c.expected_studentised;
      const draws = 20_000;
      const found = superiorAbility(differencesOf(c), { draws, seed: 1, block: c.input.block });
      c.input.selection.forEach((_, k) => {
        near(found.mean[k], e.mean_loss_difference[k], "mean");
        near(found.variance[k], e.omega2[k], "omega squared");
        near(found.threshold[k], e.consistent_threshold[k], "threshold");
      });
      near(found.statistic.value as number, e.statistic, "statistic");
      for (const key of ["lower", "consistent", "upper"] as const) {
        const p = e.p[key];
        const band = 4 * Math.sqrt(p * (1 - p) * (1 / draws + 1 / e.reps));
        expect(Math.abs((found[key].value as number) - p), key).toBeLessThanOrEqual(band);
      }
    },
  );
});

describe("superiorAbility", () => {
  const resampling = { draws: 500, seed: 3 };

  it("studentises by the variance that means of resamples have", () => {
    const [x] = noise(1, 120, 1);
    for (let t = 1; t < 120; t++) x[t] += 0.6 * x[t - 1];
    const { variance } = superiorAbility([x], { ...resampling, block: 6 });
    const resampler = createResampler(120, 6, 5);
    let [sum, squares] = [0, 0];
    for (let d = 0; d < 20_000; d++) {
      resampler.next();
      let mean = 0;
      for (const i of resampler.indices) mean += x[i] / 120;
      sum += mean;
      squares += mean * mean;
    }
    const drawn = 120 * (squares / 20_000 - (sum / 20_000) ** 2);
    // a variance of R normal draws has relative error sqrt(2 / R): four of them
    expect(Math.abs(drawn / variance[0] - 1)).toBeLessThan(4 * Math.sqrt(2 / 20_000));
  });

  it("seldom finds skill among many models of noise, and does where one has it", () => {
    let found = 0;
    for (let s = 0; s < 60; s++) {
      const p = superiorAbility(noise(20, 200, s), { draws: 300, seed: s, block: 1 }).consistent
        .value as number;
      if (p < 0.05) found++;
    }
    expect(found).toBeLessThanOrEqual(9); // binomial(60, 0.05): above 9 in 1 of 1,000
    const models = noise(20, 200, 99);
    models[7] = models[7].map((z) => z + 0.4);
    const skilled = superiorAbility(models, resampling);
    expect(skilled.best).toBe(7);
    expect(skilled.upper.value).toBeLessThan(0.01);
  });

  it("has p-values in the order lower, consistent, upper, and 1 where no model is better", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 6 }),
        fc.double({ min: -1, max: 0.5, noNaN: true }),
        (s, n, shift) => {
          const models = noise(n, 40, s).map((x, k) => x.map((z) => z + shift * k));
          const { statistic, best, lower, consistent, upper } = superiorAbility(models, {
            draws: 50,
            seed: s,
          });
          expect(lower.value).toBeLessThanOrEqual(consistent.value as number);
          expect(consistent.value).toBeLessThanOrEqual(upper.value as number);
          expect(best === null).toBe(statistic.value === 0);
          if (best === null) expect(lower.value).toBe(1);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("does not depend on the unit, and a model equal to the benchmark changes nothing", () => {
    const models = noise(3, 60, 4);
    const given = { ...resampling, block: 2 };
    const found = superiorAbility(models, given);
    const scaled = superiorAbility(
      models.map((x) => x.map((z) => z / 1024)),
      given,
    );
    const more = superiorAbility([...models, new Float64Array(60)], given);
    for (const key of ["statistic", "lower", "consistent", "upper", "best", "block"] as const) {
      expect(scaled[key]).toEqual(found[key]);
      expect(more[key]).toEqual(found[key]);
    }
    expect(superiorAbility([new Float64Array(60)], resampling).consistent).toEqual({ value: 1 });
  });

  it("takes blocks of the mean length that the models ask for unless told otherwise", () => {
    const [white, red] = noise(2, 300, 6);
    for (let t = 1; t < 300; t++) red[t] += 0.8 * red[t - 1];
    const block = (models: Float64Array[]) => superiorAbility(models, resampling).block;
    expect(block([white])).toBeLessThan(4);
    expect(block([red])).toBeGreaterThan(8);
    expect(block([white, red])).toBeCloseTo((block([white]) + block([red])) / 2, 12);
    expect(superiorAbility([red], { ...resampling, block: 0.5 }).block).toBe(1);
  });

  it("gives a reason where there is nothing to test", () => {
    const of = (models: ArrayLike<number>[], draws = 10) =>
      superiorAbility(models, { draws, seed: 1 }).consistent;
    expect(of([])).toEqual({ value: null, why: "no models" });
    expect(of([[1, 2]])).toEqual({ value: null, why: "2 periods: a long-run variance needs at least 3" });
    expect(of([[1, 2, 3]], 0)).toEqual({ value: null, why: "no resamples" });
    expect(of([[1, 2, Number.NaN]])).toEqual({ value: null, why: "a difference of model 0 is not finite" });
    expect(of([[1, 1, 1]])).toEqual({
      value: null,
      why: expect.stringContaining("by the same in every period"),
    });
    expect(() => of([[1, 2, 3], [1]])).toThrow(/model 1 has 1 differences, expected 3/);
  });
});
