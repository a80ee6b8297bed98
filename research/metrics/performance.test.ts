import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sharedData } from "../../engine/test-data.ts";
import { equityOf, longestUnderwater, maxDrawdown, returnsOf, ulcerIndex } from "./drawdown.ts";
import type { Figure } from "./figure.ts";
import { plain } from "./figure.ts";
import { cagr, performance, quantile } from "./performance.ts";

// Oracle: shared data, oracles/01-returns.json (numpy from the formulas; quantstats and empyrical agree), 1e-10.
interface Case {
  readonly name: string;
  readonly input: {
    readonly returns?: number[];
    readonly file?: string;
    readonly first: string;
    readonly last: string;
    readonly first_close: number;
    readonly periods: number;
    readonly mar_per_period: number;
    readonly omega_tau: number;
  };
  readonly expected: Record<string, number | null> & {
    readonly longest_drawdown: Record<string, number | null>;
  };
}

const path = sharedData("oracles/01-returns.json");
const cases: readonly Case[] = path === undefined ? [] : JSON.parse(readFileSync(path, "utf8")).cases;

/** Returns of a slice on the full grid: a hole is a flat bar. */
function returnsOfSlice({ file, first, last }: Case["input"]): Float64Array {
  const daily = file?.includes("daily");
  const step = daily ? 86_400 : 3_600;
  const close = new Map<number, number>();
  for (const line of readFileSync(sharedData(file as string) as string, "utf8").split("\n")) {
    const cells = line.split(",");
    if (cells.length > 5 && Number.isFinite(Number(cells[0]))) close.set(Number(cells[0]), Number(cells[4]));
  }
  const second = (s: string) => Date.parse(s.includes("T") ? `${s}:00Z` : `${s}T00:00:00Z`) / 1000;
  const equity: number[] = [];
  for (let t = second(first); t <= second(last); t += step) {
    equity.push(close.get(t) ?? (equity.at(-1) as number));
  }
  return returnsOf(equity);
}

function near(found: Figure, expected: number | null, what: string): void {
  if (expected === null) {
    expect(found.value, what).toBeNull();
    return;
  }
  expect(found.value, what).not.toBeNull();
  const error = Math.abs((found.value as number) - expected);
  expect(error, `${what}: ${found.value} for ${expected}`).toBeLessThanOrEqual(
    1e-10 * Math.max(1e-6, Math.abs(expected)),
  );
}

describe.skipIf(cases.length === 0)("return metrics (needs the shared test data)", () => {
  it.each(cases.map((c) => [c.name, c] as const))("equal the oracle on %s", (_, { input, expected: e }) => {
    const returns = input.returns ?? returnsOfSlice(input);
    const p = performance(returns, input.periods);
    const at = performance(returns, input.periods, { mar: input.mar_per_period, tau: input.omega_tau });
    expect(p.n).toBe(e.n);
    near(p.totalReturn, e.total_return, "total return");
    near(p.cagr, e.cagr, "cagr");
    near(p.mean, e.mean, "mean");
    near(p.volatility, e.annual_volatility, "volatility");
    const { value: annual } = p.volatility;
    if (annual !== null) near({ value: annual / Math.sqrt(input.periods) }, e.sd_ddof1, "deviation");
    near(p.sharpe, e.sharpe, "sharpe");
    near(p.sortino, e.sortino_mar0, "sortino");
    near(at.sortino, e.sortino_mar, "sortino at MAR");
    near(p.maxDrawdown, e.max_drawdown, "max drawdown");
    near(p.calmar, e.calmar, "calmar");
    near(p.omega, e.omega_0, "omega");
    near(at.omega, e.omega_tau, "omega at tau");
    near(p.skew, e.skew_population, "skew");
    near(p.kurtosis, e.kurtosis_population, "kurtosis");
    near(p.valueAtRisk, e.var_5, "VaR");
    near(p.conditionalValueAtRisk, e.cvar_5, "CVaR");
    near(p.tailRatio, e.tail_ratio, "tail ratio");
    near(p.ulcerIndex, e.ulcer_index, "ulcer index");
    const u = p.longestUnderwater;
    expect(u?.points ?? 0).toBe(e.longest_underwater_points);
    expect(u?.peak ?? null).toBe(e.longest_drawdown.peak_point);
    expect(u?.last ?? null).toBe(e.longest_drawdown.last_underwater_point);
    expect(u?.recovery ?? null).toBe(e.longest_drawdown.recovery_point);
    const periods = u === null || u.recovery === null ? null : u.recovery - u.peak;
    expect(periods).toBe(e.longest_drawdown.peak_to_recovery_periods);
  });
});

describe("performance", () => {
  it("gives a reason instead of a figure without returns", () => {
    const p = performance([], 365);
    for (const f of [p.totalReturn, p.cagr, p.sharpe, p.sortino, p.maxDrawdown, p.skew, p.tailRatio]) {
      expect(f).toEqual({ value: null, why: expect.stringMatching(/./) });
    }
  });

  it("sees no variation in returns that differ only by the rounding of equity ratios", () => {
    const equity = [100_000];
    for (let i = 0; i < 50; i++) equity.push(equity[i] * 1.001);
    expect(performance(returnsOf(equity), 365).sharpe).toEqual({
      value: null,
      why: "all returns are the same",
    });
  });

  it("refuses to annualise what overflows", () => {
    expect(cagr(10, 1 / 8760)).toEqual({ value: null, why: "too short a time to annualise" });
    expect(cagr(0, 1)).toEqual({ value: -1 });
  });

  it("never gives NaN, infinity or -0 on any finite returns from a total loss up", () => {
    const values = fc.array(
      fc.oneof(fc.constant(0), fc.constant(-1), fc.double({ min: -1, max: 1e6, noNaN: true })),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(values, (returns) => {
        const text = JSON.stringify(plain(performance(returns, 365)), (_, v) =>
          typeof v === "number" && (!Number.isFinite(v) || Object.is(v, -0)) ? "bad" : v,
        );
        expect(text).not.toContain("bad");
      }),
    );
  });

  it("has Sharpe, omega and drawdown that do not depend on the account's size", () => {
    const equity = fc.array(fc.double({ min: 1, max: 1000, noNaN: true }), { minLength: 3, maxLength: 30 });
    fc.assert(
      fc.property(equity, (e) => {
        const scaled = e.map((x) => x * 1024); // a power of two is exact
        expect(performance(returnsOf(scaled), 365)).toEqual(performance(returnsOf(e), 365));
      }),
    );
  });

  it("agrees with drawdowns found by comparing every pair of points", () => {
    const equity = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 25 });
    fc.assert(
      fc.property(equity, (e) => {
        let worst = 0;
        const below: number[] = [];
        for (let i = 0; i < e.length; i++) {
          const peak = Math.max(...e.slice(0, i + 1));
          worst = Math.min(worst, e[i] / peak - 1);
          below.push(e[i] < peak ? 1 : 0);
        }
        const longest = Math.max(
          0,
          ...below
            .join("")
            .split("0")
            .map((run) => run.length),
        );
        expect(maxDrawdown(e)).toBe(worst);
        expect(longestUnderwater(e)?.points ?? 0).toBe(longest);
      }),
    );
  });
});

describe("parts", () => {
  it("interpolates a quantile between order statistics (type 7)", () => {
    expect(quantile([1, 2, 4], 0.25)).toBe(1.5);
    expect(quantile([1, 2, 4], 1)).toBe(4);
    expect(quantile([3], 0.05)).toBe(3);
  });

  it("counts the start as a peak", () => {
    expect(maxDrawdown(equityOf([-0.5, 0.2]))).toBe(-0.5);
    expect(ulcerIndex([1, 0.5])).toBe(0.5);
  });

  it("has returns of 0 once nothing is left", () => {
    expect([...returnsOf([2, 0, 0, 1])]).toEqual([-1, 0, 0]);
  });

  it("writes figures into JSON as numbers or reasons", () => {
    expect(
      plain({ a: { value: 1 }, b: { value: null, why: "x" }, c: [{ value: 2 }], d: null, e: "t" }),
    ).toEqual({
      a: 1,
      b: { value: null, why: "x" },
      c: [2],
      d: null,
      e: "t",
    });
  });
});
