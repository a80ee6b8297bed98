import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom, fillNormals } from "../../datasets/random.ts";
import { sharedData } from "../../engine/test-data.ts";
import { type BlockLength, blockLength, createResampler, percentileInterval } from "./bootstrap.ts";
import { returnsOf } from "./drawdown.ts";

// Oracle: shared data, oracles/04-bootstrap.json (block lengths also by arch 8.0.0, exact values by numpy).
interface Quantile {
  readonly q: number;
  readonly value: number;
}
interface Case {
  readonly name: string;
  readonly input: {
    readonly values?: number[];
    readonly file?: string;
    readonly first: string;
    readonly last: string;
    readonly transform: "return" | "squared" | "absolute";
    readonly block: number;
  };
  readonly expected: Record<string, number | null> & {
    readonly quantiles: readonly Quantile[];
    readonly reps: number;
  };
}

const path = sharedData("oracles/04-bootstrap.json");
const cases: readonly Case[] = path === undefined ? [] : JSON.parse(readFileSync(path, "utf8")).cases;
const named = (start: string) =>
  cases.filter((c) => c.name.startsWith(start)).map((c) => [c.name, c] as const);

function seriesOf({ values, file, first, last, transform }: Case["input"]): Float64Array {
  if (values !== undefined) return Float64Array.from(values);
  const close = new Map<number, number>();
  for (const line of readFileSync(sharedData(file as string) as string, "utf8").split("\n")) {
    const cells = line.split(",");
    if (cells.length > 5) close.set(Number(cells[0]), Number(cells[4]));
  }
  const second = (day: string) => Date.parse(`${day}T00:00:00Z`) / 1000;
  const equity: number[] = [];
  for (let t = second(first); t <= second(last); t += 86_400) {
    equity.push(close.get(t) ?? (equity.at(-1) as number)); // a hole is a flat bar
  }
  const change = { return: (r: number) => r, squared: (r: number) => r * r, absolute: Math.abs };
  return returnsOf(equity).map(change[transform]);
}

/**
 * Standard deviation of the mean over all resamples, without drawing any: Var = (1/n) [C_0 + 2 sum (1 - i/n) (1 - p)^i C_i],
 * C_i the circular autocovariance, p = 1 / block (Politis and Romano 1994, lemma 1).
 */
function exactStandardError(x: ArrayLike<number>, block: number): number {
  const n = x.length;
  const mean = Array.from(x).reduce((a, b) => a + b, 0) / n;
  let variance = 0;
  for (let i = 0; i < n; i++) {
    let c = 0;
    for (let t = 0; t < n; t++) c += ((x[t] - mean) * (x[(t + i) % n] - mean)) / n;
    variance += (i === 0 ? 1 : 2 * (1 - i / n) * (1 - 1 / block) ** i) * c;
  }
  return Math.sqrt(variance / n);
}

function meansOf(x: ArrayLike<number>, block: number, draws: number, seed: number): Float64Array {
  const resampler = createResampler(x.length, block, seed);
  return Float64Array.from({ length: draws }, () => {
    resampler.next();
    let sum = 0;
    for (const i of resampler.indices) sum += x[i];
    return sum / x.length;
  });
}

const deviation = (x: Float64Array): number => {
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  return Math.sqrt(x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length);
};

function normals(n: number, seed: number): Float64Array {
  const x = new Float64Array(n);
  fillNormals(createRandom(seed, 7), x);
  return x;
}

describe.skipIf(cases.length === 0)("against the oracle (needs the shared test data)", () => {
  it.each(named("block-length-"))("%s: the block length and every step to it are equal", (_, c) => {
    const found = blockLength(seriesOf(c.input));
    const keys: Record<string, keyof BlockLength> = {
      K_n: "inRow",
      m_max: "maxLag",
      critical: "critical",
      first_insignificant_lag: "firstInsignificant",
      m: "bandwidth",
      g: "g",
      long_run_variance: "longRunVariance",
      b_max: "cap",
      b_stationary_uncapped: "uncapped",
      b_stationary: "stationary",
      b_circular: "circular",
    };
    for (const [theirs, ours] of Object.entries(keys)) {
      const expected = c.expected[theirs] as number;
      const error = Math.abs((found[ours] as number) - expected);
      expect(error, `${ours}: ${found[ours]} for ${expected}`).toBeLessThanOrEqual(
        1e-10 * Math.abs(expected),
      );
    }
  });

  it.each(named("mean-"))("%s: resampled means scatter as the exact standard error says", (_, c) => {
    const { input, expected } = c;
    const x = seriesOf(input);
    const exact = exactStandardError(x, input.block);
    expect(Math.abs(exact / (expected.exact_standard_error as number) - 1)).toBeLessThan(1e-10);
    const draws = 40_000;
    const means = meansOf(x, input.block, draws, 1);
    // a standard deviation of R normal draws has relative error 1 / sqrt(2 R): four of them
    expect(Math.abs(deviation(means) / exact - 1)).toBeLessThan(4 / Math.sqrt(2 * draws));
    const mean = means.reduce((a, b) => a + b, 0) / draws;
    expect(Math.abs(mean - (expected.sample_mean as number))).toBeLessThan((4 * exact) / Math.sqrt(draws));
    for (const { q, value } of expected.quantiles) {
      const below = means.filter((m) => m < value).length / draws;
      const band = 4 * Math.sqrt(q * (1 - q) * (1 / draws + 1 / expected.reps));
      expect(Math.abs(below - q), `share below the ${q} quantile`).toBeLessThan(band);
    }
  });
});

describe("blockLength", () => {
  it("is 1 where nothing varies and never NaN, on as few items as there are", () => {
    for (const x of [[], [3], [0.1, 0.1, 0.1, 0.1], Array(50).fill(0.1)]) {
      expect(blockLength(x).stationary).toBe(Math.min(1, blockLength(x).cap));
    }
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true })), (x) => {
        const b = blockLength(x);
        expect(b.stationary).toBeGreaterThanOrEqual(0);
        expect(b.stationary).toBeLessThanOrEqual(b.cap);
      }),
    );
  });

  it("does not depend on the unit or the level of the series", () => {
    const x = normals(300, 1);
    for (let i = 1; i < 300; i++) x[i] += 0.6 * x[i - 1];
    const b = blockLength(x).stationary;
    expect(b).toBeGreaterThan(4);
    expect(blockLength(x.map((v) => 3 - 1000 * v)).stationary).toBeCloseTo(b, 8);
  });
});

describe("createResampler", () => {
  it("gives the same draws for a seed and others for another seed or stream", () => {
    const drawn = (seed: number, stream: number) => {
      const resampler = createResampler(100, 5, seed, stream);
      resampler.next();
      resampler.next();
      return [...resampler.indices];
    };
    expect(drawn(1, 0)).toEqual(drawn(1, 0));
    expect(drawn(2, 0)).not.toEqual(drawn(1, 0));
    expect(drawn(1, 1)).not.toEqual(drawn(1, 0));
  });

  it("counts what it drew, and draws only items that there are", () => {
    const block = fc.double({ min: 0, max: 50, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), block, fc.integer(), (n, b, seed) => {
        const { indices, counts, next } = createResampler(n, b, seed);
        next();
        next();
        const own = new Float64Array(n);
        for (const i of indices) own[i]++;
        expect(counts).toEqual(own);
        expect(counts.reduce((a, c) => a + c, 0)).toBe(n);
      }),
    );
  });

  it("draws blocks of geometric length that wrap around, every item as often as any other", () => {
    const [n, block, draws] = [50, 4, 4000];
    const { indices, counts, next } = createResampler(n, block, 3);
    let begins = 0;
    let wraps = 0;
    const total = new Float64Array(n);
    for (let d = 0; d < draws; d++) {
      next();
      for (let i = 1; i < n; i++) {
        if (indices[i] !== (indices[i - 1] + 1) % n) begins++;
        else if (indices[i] === 0) wraps++;
      }
      for (let i = 0; i < n; i++) total[i] += counts[i];
    }
    // a block begins with p = 1/4 and shows unless it begins where the last one would have gone on
    const steps = draws * (n - 1);
    const p = (1 / block) * (1 - 1 / n);
    expect(Math.abs(begins / steps - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / steps));
    expect(wraps / steps).toBeGreaterThan(0.5 / n);
    // counts of an item vary by about 2 block - 1 times what single draws would
    const scatter = Math.sqrt(draws * (2 * block - 1));
    for (const count of total) expect(Math.abs(count - draws)).toBeLessThan(5 * scatter);
  });

  it("draws with a standard error that longer blocks raise where returns follow each other", () => {
    const x = normals(200, 5);
    for (let i = 1; i < x.length; i++) x[i] += 0.5 * x[i - 1];
    for (const block of [1, 3, 10]) {
      const found = deviation(meansOf(x, block, 10_000, 9));
      expect(Math.abs(found / exactStandardError(x, block) - 1)).toBeLessThan(4 / Math.sqrt(20_000));
    }
    expect(exactStandardError(x, 10)).toBeGreaterThan(1.3 * exactStandardError(x, 1));
  });
});

describe("percentileInterval", () => {
  const draws = Float64Array.from({ length: 101 }, (_, i) => 100 - i);

  it("cuts the same share off either end", () => {
    expect(percentileInterval(draws, 0.5)).toEqual({ low: 25, high: 75 });
    const { low, high } = percentileInterval(draws, 0.95);
    expect(low).toBeCloseTo(2.5, 12);
    expect(high).toBeCloseTo(97.5, 12);
    expect(draws[0]).toBe(100);
  });

  it("leaves draws without a value out and gives up where they are more than 5 %", () => {
    const some = draws.slice();
    some.fill(Number.NaN, 96);
    expect(percentileInterval(some, 0.9)).toEqual({ low: 9.75, high: 95.25 });
    some[0] = Number.POSITIVE_INFINITY;
    expect(percentileInterval(some, 0.9)).toEqual({
      low: null,
      high: null,
      why: "6 of 101 resamples have no value",
    });
  });

  it("is not as sure as draws that are all the same", () => {
    const why = "all resamples give the same";
    expect(percentileInterval(new Float64Array(50).fill(1), 0.95)).toEqual({ low: null, high: null, why });
  });

  it("covers the true mean of independent returns in about 95 of 100 series", () => {
    const [series, n] = [300, 250];
    let covered = 0;
    for (let s = 0; s < series; s++) {
      const x = normals(n, 1000 + s).map((z) => 0.001 + 0.02 * z);
      const interval = percentileInterval(meansOf(x, blockLength(x).stationary, 400, s), 0.95);
      if (interval.low !== null && interval.low <= 0.001 && 0.001 <= interval.high) covered++;
    }
    // binomial: 95 % of 300 has a standard deviation of 1.3 %; blocks of a finite series cost one or two
    expect(covered / series).toBeGreaterThan(0.9);
    expect(covered / series).toBeLessThan(0.985);
  });
});
