import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Figure } from "./figure.ts";
import { performance } from "./performance.ts";
import {
  defaultLags,
  loFactor,
  minimumTrackRecord,
  probabilisticSharpe,
  type SharpeSample,
  sharpeSample,
  sharpeStandardError,
} from "./sharpe-inference.ts";
import { dailyReturns, noise, oracleCases } from "./test-series.ts";

// Oracle: shared data, oracles/02-sharpe-inference.json (closed forms in numpy and scipy; skfolio agrees), 1e-9.
interface Case {
  readonly name: string;
  readonly input: Record<string, number> & {
    readonly returns?: number[];
    readonly file: string;
    readonly first: string;
    readonly last: string;
  };
  readonly expected: Record<string, number | null> & {
    readonly by_benchmark: readonly Record<string, number | null>[];
    readonly eta: readonly Record<string, number | null>[];
  };
}
const cases = oracleCases<Case>("02-sharpe-inference.json");
const named = (start: string) =>
  cases.filter((c) => c.name.startsWith(start)).map((c) => [c.name, c] as const);
const returnsOfCase = ({ input: { returns, file, first, last } }: Case) =>
  returns === undefined ? dailyReturns(file, first, last) : Float64Array.from(returns);
const sampleOfCase = ({ input: { sr, T, skew, kurt } }: Case): SharpeSample => ({
  n: T,
  sharpe: sr,
  skew,
  kurtosis: kurt,
  lack: null,
});

function near(found: Figure | number, expected: number | null, what: string): void {
  const value = typeof found === "number" ? found : found.value;
  if (expected === null || value === null) expect(value, what).toBe(expected);
  else
    expect(Math.abs(value - expected), `${what}: ${value} for ${expected}`).toBeLessThanOrEqual(
      1e-9 * Math.abs(expected),
    );
}

describe.skipIf(cases.length === 0)("against the oracle (needs the shared test data)", () => {
  it.each(named("series-"))("%s: error, PSR and minimum track record of returns are equal", (_, c) => {
    const sample = sharpeSample(returnsOfCase(c));
    const e = c.expected;
    expect(sample.n).toBe(e.T);
    near(sample.sharpe, e.sr, "SR");
    near(performance(returnsOfCase(c), 365).sharpe, e.sr_annual, "annual SR");
    near(sample.skew, e.skew_population, "skew");
    near(sample.kurtosis, e.kurtosis_population, "kurtosis");
    near(sharpeStandardError(sample), e.sr_standard_error, "standard error");
    for (const b of e.by_benchmark) {
      near(probabilisticSharpe(sample, b.sr_star as number), b.psr, "PSR");
      const record = minimumTrackRecord(sample, b.sr_star as number, b.confidence as number);
      near(record, b.min_trl_periods, "MinTRL");
    }
  });

  it.each(named("scalar-"))("%s: error, PSR and minimum track record of given moments are equal", (_, c) => {
    const sample = sampleOfCase(c);
    const { sr_star, confidence } = c.input;
    near(sharpeStandardError(sample), c.expected.sr_standard_error, "standard error");
    near(probabilisticSharpe(sample, sr_star), c.expected.psr, "PSR");
    near(minimumTrackRecord(sample, sr_star, confidence), c.expected.min_trl_periods, "MinTRL");
  });

  it.each(named("lo-"))("%s: Lo's factor is equal for every q and number of lags", (_, c) => {
    const returns = returnsOfCase(c);
    const { sharpe } = sharpeSample(returns);
    for (const { q, lags_used, eta, annual_sharpe_lo } of c.expected.eta) {
      const factor = loFactor(returns, q as number, lags_used as number);
      near(factor, eta, `eta of ${q} with ${lags_used} lags`);
      if (annual_sharpe_lo !== null)
        near(sharpe * (factor.value as number), annual_sharpe_lo, "SR of a year");
    }
  });
});

describe("slips of other libraries", () => {
  const sample: SharpeSample = { n: 60, sharpe: 0.5, skew: -1, kurtosis: 12, lack: null };

  it("takes the kurtosis whose normal value is 3, not the excess (QuantStats before 0.0.86, vectorbt, LEAN)", () => {
    // sqrt((1 + 0.5 + 11/4 * 0.25) / 59) = 0.1926; the slip gives sqrt((1.5 + 8/4 * 0.25) / 59) = 0.1841
    expect(sharpeStandardError(sample).value).toBeCloseTo(Math.sqrt(2.1875 / 59), 14);
    const returns = noise(1, 20_000, 1)[0];
    expect(sharpeSample(returns).kurtosis).toBeGreaterThan(2.8);
  });

  it("has a PSR that does not know how long a year is (252 days; sqrt(252) on a probability)", () => {
    const returns = noise(1, 500, 2)[0].map((z) => 0.001 + 0.02 * z);
    const psr = probabilisticSharpe(sharpeSample(returns), 0).value as number;
    expect(psr).toBeLessThanOrEqual(1);
    const daily = (performance(returns, 365).sharpe.value as number) / Math.sqrt(365);
    expect(sharpeSample(returns).sharpe).toBeCloseTo(daily, 14);
  });

  it("counts idle days, so that trading seldom is no reason to be sure (a Sharpe of trades alone)", () => {
    const trades = noise(1, 50, 3)[0].map((z) => 0.01 + 0.02 * z);
    const days = new Float64Array(500);
    for (let k = 0; k < 50; k++) days[10 * k] = trades[k];
    expect(sharpeSample(days).n).toBe(500);
    expect(sharpeSample(days).sharpe).toBeLessThan(0.5 * sharpeSample(trades).sharpe);
  });
});

describe("the Sharpe ratio's error", () => {
  it("covers the true ratio in about 95 of 100 samples of normal returns", () => {
    const [samples, truth] = [2000, 0.1];
    let covered = 0;
    for (const z of noise(samples, 250, 4)) {
      const sample = sharpeSample(z.map((x) => truth + x));
      const error = sharpeStandardError(sample).value as number;
      if (Math.abs(sample.sharpe - truth) < 1.96 * error) covered++;
    }
    // binomial: sd 0.5 %
    expect(Math.abs(covered / samples - 0.95)).toBeLessThan(0.02);
  });

  it("leaves a year at Sharpe 2 with 0.03 to 3.97, and needs 2.71 years for Sharpe 1", () => {
    const year = Math.sqrt(365);
    const sample = (sharpe: number): SharpeSample => ({ n: 365, sharpe, skew: 0, kurtosis: 3, lack: null });
    const error = (sharpeStandardError(sample(2 / year)).value as number) * year;
    expect(2 - 1.96 * error).toBeCloseTo(0.03, 2);
    expect(2 + 1.96 * error).toBeCloseTo(3.97, 2);
    const record = minimumTrackRecord(sample(1 / year), 0, 0.95).value as number;
    expect(record / 365).toBeCloseTo(2.71, 2);
  });

  it("makes PSR reach the confidence after exactly the minimum track record", () => {
    const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(
        number(0.01, 1),
        number(-1, 1),
        number(3, 20),
        number(0.6, 0.999),
        (sharpe, skew, kurtosis, p) => {
          const sample: SharpeSample = { n: 100, sharpe, skew, kurtosis, lack: null };
          const n = minimumTrackRecord(sample, 0, p).value as number;
          if (n >= 2) expect(probabilisticSharpe({ ...sample, n }, 0).value).toBeCloseTo(p, 10);
        },
      ),
    );
  });

  it("gives a reason instead of NaN, on any returns", () => {
    const value = fc.oneof(fc.constant(0), fc.constant(0.01), fc.double({ min: -1, max: 1, noNaN: true }));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 12 }), (returns) => {
        const sample = sharpeSample(returns);
        const figures = [
          sharpeStandardError(sample),
          probabilisticSharpe(sample, 0),
          minimumTrackRecord(sample, 0, 0.95),
          loFactor(returns, 365),
        ];
        for (const f of figures) {
          if (f.value === null) expect(f.why).toMatch(/./);
          else expect(Number.isFinite(f.value)).toBe(true);
        }
      }),
    );
  });

  it("says what is missing", () => {
    expect(probabilisticSharpe(sharpeSample([]), 0)).toEqual({ value: null, why: "no returns" });
    expect(sharpeStandardError(sharpeSample([1]))).toEqual({ value: null, why: "fewer than 2 returns" });
    const same = { value: null, why: "all returns are the same" };
    expect(minimumTrackRecord(sharpeSample([0, 0, 0]), 0, 0.95)).toEqual(same);
    expect(loFactor([0, 0, 0], 365)).toEqual(same);
    const below = { value: null, why: "the Sharpe ratio is not above the one it is held against" };
    expect(minimumTrackRecord(sharpeSample([0.1, -0.2, 0.05]), 0, 0.95)).toEqual(below);
  });
});

describe("loFactor", () => {
  it("looks at floor(4 (n / 100)^(2/9)) lags", () => {
    expect([0, 1, 99, 100, 365, 730, 51_199, 51_200].map(defaultLags)).toEqual([0, 1, 3, 4, 5, 6, 15, 16]);
  });

  it("is sqrt(q) without lags, and one lag by hand gives 1 + 2 (1 - 1/2) rho", () => {
    const returns = [1, 3, 2, 6]; // mean 3, deviations -2 0 -1 3, squares 14, products 0 + 0 - 3
    expect(loFactor(returns, 4, 0)).toEqual({ value: 2 });
    expect(loFactor(returns, 2, 1).value).toBeCloseTo(Math.sqrt(2 / (1 - 3 / 14)), 14);
  });

  it("lowers the annual ratio of returns that follow each other", () => {
    const x = noise(1, 2000, 5)[0];
    for (let t = 1; t < x.length; t++) x[t] += 0.4 * x[t - 1];
    // a long AR(1) has variance (1 + rho) / (1 - rho) times that of independent returns
    expect(loFactor(x, 365, 12).value).toBeCloseTo(Math.sqrt(365 / (1.4 / 0.6)), 0);
  });

  it("gives a reason where autocorrelations sum below nothing", () => {
    const flip = Array.from({ length: 40 }, (_, t) => (t % 2 === 0 ? 1 : -1));
    expect(loFactor(flip, 365, 1)).toEqual({ value: null, why: expect.stringContaining("take fewer lags") });
  });
});
