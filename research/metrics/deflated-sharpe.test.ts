import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countTrials, deflatedSharpe, effectiveTrials, expectedBestSharpe } from "./deflated-sharpe.ts";
import { momentsOf } from "./performance.ts";
import { probabilisticSharpe, type SharpeSample, sharpeSample } from "./sharpe-inference.ts";
import { dailyReturns, noise, oracleCases } from "./test-series.ts";

// Oracle: shared data, oracles/02-sharpe-inference.json (scipy; skfolio and ffn agree), 1e-9.
interface Case {
  readonly name: string;
  readonly input: Record<string, number> & { returns?: number[]; file: string; first: string; last: string };
  readonly expected: {
    readonly sr: number;
    readonly sr_star: number;
    readonly dsr: number & {
      trial_srs: number[];
      N: number;
      variance_ddof1: number;
      sr_star: number;
      dsr: number;
    };
  } & readonly Record<string, number>[];
}
const cases = oracleCases<Case>("02-sharpe-inference.json");
const named = (start: string) =>
  cases.filter((c) => c.name.startsWith(start)).map((c) => [c.name, c] as const);
const one = (name: string) => cases.find((c) => c.name === name) as Case;

function near(found: number | null, expected: number): void {
  expect(found).not.toBeNull();
  expect(Math.abs((found as number) - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected));
}

describe.skipIf(cases.length === 0)("against the oracle (needs the shared test data)", () => {
  it.each(named("dsr-"))("%s: benchmark and deflated Sharpe ratio are equal", (_, { input, expected }) => {
    const { sr_annual, ppy, T, skew, kurt, N, var_annual } = input;
    const sample = { n: T, sharpe: sr_annual / Math.sqrt(ppy), skew, kurtosis: kurt, lack: null };
    const found = deflatedSharpe(sample, { effective: N, variance: var_annual / ppy });
    near(found.benchmark.value, expected.sr_star);
    near(found.probability.value, expected.dsr);
  });

  it.each(named("series-"))("%s: the same from returns and trials", (_, { input, expected: { dsr } }) => {
    const returns = input.returns ?? dailyReturns(input.file, input.first, input.last);
    const { m2 } = momentsOf(dsr.trial_srs);
    const variance = (m2 * dsr.N) / (dsr.N - 1);
    near(variance, dsr.variance_ddof1);
    const found = deflatedSharpe(sharpeSample(returns), { effective: dsr.N, variance });
    near(found.benchmark.value, dsr.sr_star);
    near(found.probability.value, dsr.dsr);
  });

  it("counts effective trials and the best of skill-less ones equally", () => {
    for (const { N, rho, N_effective } of one("effective-number-of-trials").expected) {
      near(effectiveTrials(N, rho), N_effective);
    }
    for (const { N, days, annual_sharpe } of one("best-of-skill-less").expected) {
      near(expectedBestSharpe({ effective: N, variance: 1 / days }) * Math.sqrt(365), annual_sharpe);
    }
  });
});

describe("deflatedSharpe", () => {
  it("meets the four digits that the paper of 2014 prints", () => {
    const sample: SharpeSample = {
      n: 1250,
      sharpe: 2.5 / Math.sqrt(250),
      skew: -3,
      kurtosis: 10,
      lack: null,
    };
    const variance = 0.5 / 250;
    const of = (s: SharpeSample, effective: number) => deflatedSharpe(s, { effective, variance });
    expect(of(sample, 100).benchmark.value).toBeCloseTo(0.1132, 4);
    expect(of(sample, 100).probability.value).toBeCloseTo(0.9004, 4);
    expect(of(sample, 46).probability.value).toBeCloseTo(0.9505, 4);
    expect(of({ ...sample, skew: 0, kurtosis: 3 }, 88).probability.value).toBeCloseTo(0.9505, 4);
  });

  it("is PSR(0) for one trial and falls with every further one", () => {
    const sample: SharpeSample = { n: 500, sharpe: 0.1, skew: 0.2, kurtosis: 6, lack: null };
    expect(deflatedSharpe(sample, { effective: 1, variance: 0 })).toEqual({
      benchmark: { value: 0 },
      probability: probabilisticSharpe(sample, 0),
    });
    const n = fc.double({ min: 1, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(n, n, (a, b) => {
        const of = (effective: number) =>
          deflatedSharpe(sample, { effective, variance: 0.002 }).probability.value;
        expect(of(Math.max(a, b))).toBeLessThanOrEqual(of(Math.min(a, b)) as number);
      }),
    );
  });

  it("gives a reason without trials and without returns", () => {
    const sample = sharpeSample([0.1, 0.2, -0.1]);
    const none = { value: null, why: expect.stringContaining("no trial is counted") };
    expect(deflatedSharpe(sample, countTrials([]))).toEqual({ benchmark: none, probability: none });
    expect(deflatedSharpe(sharpeSample([]), { effective: 2, variance: 0.1 }).probability).toEqual({
      value: null,
      why: "no returns",
    });
  });
});

describe("trials", () => {
  it("expect of the best what the best of many series of noise shows", () => {
    const [rounds, trials, n] = [40, 100, 365];
    let sum = 0;
    for (let round = 0; round < rounds; round++) {
      sum += Math.max(...noise(trials, n, round).map((x) => sharpeSample(x).sharpe));
    }
    const expected = expectedBestSharpe({ effective: trials, variance: 1 / n });
    expect(expected * Math.sqrt(365)).toBeCloseTo(2.53, 2);
    // the best of 100 scatters by about 0.43 of a trial's deviation; four of the mean's
    expect(Math.abs(sum / rounds - expected)).toBeLessThan((4 * 0.43) / Math.sqrt(rounds * n));
  });

  it("are worth less where they move together", () => {
    const [common, ...own] = noise(21, 2000, 7);
    const mixed = own.map((x) => x.map((z, t) => Math.sqrt(0.7) * common[t] + Math.sqrt(0.3) * z));
    const found = countTrials(mixed);
    expect(found.count).toBe(20);
    expect(found.correlation).toBeCloseTo(0.7, 1);
    expect(found.effective).toBeCloseTo(20 - 19 * found.correlation, 10);
    expect(countTrials(own).effective).toBeGreaterThan(19);
  });

  it("have the mean of all pairwise correlations", () => {
    const series = noise(5, 30, 8);
    const correlation = (a: Float64Array, b: Float64Array) => {
      const [p, q] = [momentsOf(a), momentsOf(b)];
      return a.reduce((s, x, t) => s + (x - p.mean) * (b[t] - q.mean), 0) / (30 * Math.sqrt(p.m2 * q.m2));
    };
    let sum = 0;
    for (let i = 0; i < 5; i++) for (let j = 0; j < i; j++) sum += correlation(series[i], series[j]);
    expect(countTrials(series).correlation).toBeCloseTo(sum / 10, 12);
  });

  it("that never traded are not counted, and opposite ones are no more than they are", () => {
    const [x] = noise(1, 50, 9);
    const found = countTrials([x, new Float64Array(50), x.map((z) => -z)]);
    expect(found).toMatchObject({ count: 2, effective: 2 });
    expect(found.correlation).toBeCloseTo(-1, 12);
    expect(countTrials([x])).toEqual({ count: 1, effective: 1, correlation: 0, variance: 0 });
  });

  it("are counted for at least nothing where the approximation dips below", () => {
    expect(expectedBestSharpe({ effective: 1.2, variance: 1 })).toBe(0);
  });
});
