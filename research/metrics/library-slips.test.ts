import { describe, expect, it } from "vitest";
import { DAY } from "../../engine/market/bars.ts";
import { equityFigures } from "../runs/equity-figures.ts";
import { classification, confusion } from "./classification.ts";
import { returnsOf } from "./drawdown.ts";
import { overfitting } from "./overfitting.ts";
import { performance } from "./performance.ts";
import { averagePrecision, sweepThresholds } from "./score-curves.ts";
import { loFactor, minimumTrackRecord, type SharpeSample, sharpeSample } from "./sharpe-inference.ts";
import { superiorAbility } from "./superior-ability.ts";
import { noise } from "./test-series.ts";

/*
 * What well-known libraries get wrong, or define otherwise than the papers do, one test each. Every expected number is worked
 * out by hand beside it. The slips of PSR and the standard error (excess kurtosis, sqrt(252) on a probability, a Sharpe ratio of
 * trades) are in sharpe-inference.test.ts, mlfinpy's leak before a test fold in ../splits/purged-k-fold.test.ts.
 */

const close = (found: { value: number | null }, expected: number) =>
  expect(found.value).toBeCloseTo(expected, 12);

describe("returns", () => {
  it("Sortino divides by the losses of all periods (freqtrade: by the deviation of the losers alone)", () => {
    // mean 0.0025, squared losses 0.0001 + 0.0009 over 4 periods; the losers' deviation would be 0.01
    const { sortino } = performance([0.02, -0.01, 0.03, -0.03], 365);
    close(sortino, (0.0025 / Math.sqrt(0.001 / 4)) * Math.sqrt(365));
  });

  it("Calmar is annual growth over the drawdown (freqtrade: mean daily percent * sqrt(365) over it), a year has 365 days (backtesting.py: 365.25)", () => {
    const year = new Float64Array(365);
    year.set([-0.2, 0.375]); // 0.8 * 1.375 = 1.1
    const { cagr, calmar } = performance(year, 365);
    close(cagr, 0.1);
    close(calmar, 0.5);
  });

  it("drawdown is that of marked equity (freqtrade: of closed trades)", () => {
    // bought at 100, halved, sold at 110: the closed trade only gained
    expect(performance(returnsOf([100, 50, 110]), 365).maxDrawdown).toEqual({ value: -0.5 });
  });

  it("a run's daily figures count 365 days a year (QuantStats, NautilusTrader: 252)", () => {
    // +2 % and -1 % in turn: mean 0.005, deviation of four 0.015 * sqrt(4 / 3)
    const equity = Float64Array.of(1, 1.02, 1.0098, 1.029996, 1.01969604);
    const time = equity.map((_, i) => Date.UTC(2024, 0, 1) + i * DAY);
    const { sharpe } = equityFigures(time, equity, 0, DAY);
    close(sharpe, (0.005 / (0.015 * Math.sqrt(4 / 3))) * Math.sqrt(365));
  });

  it("ulcer index has the n points after the start below it (QuantStats: n - 1)", () => {
    // 50 % and 25 % below the peak
    close(performance([-0.5, 0.5], 365).ulcerIndex, Math.sqrt((0.25 + 0.0625) / 2));
  });

  it("VaR is a quantile of what happened (QuantStats: of a normal distribution)", () => {
    // -10 % to 10 %: position 0.05 * 20 is the second lowest; the normal one of sd 6.2 % would be -10.2 %
    const returns = Array.from({ length: 21 }, (_, k) => (k - 10) / 100);
    expect(performance(returns, 365).valueAtRisk).toEqual({ value: -0.09 });
  });

  it("without a drawdown Calmar says so (QuantStats: raises)", () => {
    expect(performance([0.01, 0.02], 365).calmar).toEqual({ value: null, why: "no drawdown" });
  });

  it("a series under water from its first point to its last has a spell, which is open (QuantStats: none)", () => {
    const { longestUnderwater } = performance([-0.1, -0.1, 0.05], 365);
    expect(longestUnderwater).toEqual({ peak: 0, last: 3, recovery: null, points: 3 });
  });

  it("a loss that is the same each day has no Sharpe ratio (QuantStats: -1e17)", () => {
    expect(performance(new Float64Array(50).fill(-0.01), 365).sharpe.value).toBeNull();
  });

  it("skew and kurtosis are the population's (QuantStats, ffn: adjusted for bias), also in PSR", () => {
    // mean 4, deviations -3 -2 -1 6: m2 12.5, m3 45, m4 348.5
    const found = [performance([1, 2, 3, 10], 365), sharpeSample([1, 2, 3, 10])];
    const [{ skew, kurtosis }, sample] = found as [ReturnType<typeof performance>, SharpeSample];
    close(skew, 45 / 12.5 ** 1.5);
    close(kurtosis, 348.5 / 12.5 ** 2);
    close({ value: sample.skew }, 45 / 12.5 ** 1.5);
    close({ value: sample.kurtosis }, 348.5 / 12.5 ** 2);
  });
});

describe("how much to believe", () => {
  it("the least track record has its variance at the ratio that was found (ml4t: at the one it is held against)", () => {
    // 1 + 0.1 + (5 - 1) / 4 * 0.01 = 1.11 at 0.1, and 1 at 0
    const sample: SharpeSample = { n: 100, sharpe: 0.1, skew: -1, kurtosis: 5, lack: null };
    const z = 1.6448536269514722;
    expect(minimumTrackRecord(sample, 0, 0.95).value).toBeCloseTo(1 + 1.11 * (z / 0.1) ** 2, 8);
  });

  it("Lo's factor keeps the sign of an autocorrelation (QuantStats: |rho_1| to the k)", () => {
    // rho_1 = -3 / 14: returns that take each other back leave less to a sum of two
    const factor = loFactor([1, 3, 2, 6], 2, 1).value as number;
    expect(factor).toBeCloseTo(Math.sqrt(2 / (1 - 3 / 14)), 12);
    expect(factor).toBeGreaterThan(Math.sqrt(2));
  });

  it("a middle rank out of sample is overfitted (ml4t: only what lies below the middle)", () => {
    const [x] = noise(1, 32, 2);
    expect(overfitting([x, x, x], 4).pbo).toEqual({ value: 1 });
  });

  it("superior ability is measured in standard errors (arch: its flag changes nothing)", () => {
    // 0.5 +- 5 / sqrt(200) against 0.05 +- 0.1 / sqrt(200): the second is sure
    const [wild, calm] = noise(2, 200, 3);
    const models = [wild.map((z) => 0.5 + 5 * z), calm.map((z) => 0.05 + 0.1 * z)];
    const { best, consistent, mean } = superiorAbility(models, { draws: 500, seed: 1, block: 1 });
    expect(mean[0]).toBeGreaterThan(mean[1]);
    expect(best).toBe(1);
    expect(consistent.value).toBeLessThan(0.01);
  });
});

describe("classification", () => {
  it("average precision is a sum of steps (an area by trapezoids promises what lies between them)", () => {
    // recall 0.5 at precision 1, 1 at 2/3; the trapezoids give 0.5 + 0.5 * (1/2 + 2/3) / 2 = 0.79
    const sweep = sweepThresholds([1, 0, 1], [0.9, 0.8, 0.7]);
    close(averagePrecision(sweep), 0.5 + 0.5 * (2 / 3));
  });

  it("0 of 0 is no figure (scikit-learn: 0)", () => {
    const { precision, mcc } = classification(confusion([1, 0], [0, 0]));
    expect(precision.value).toBeNull();
    expect(mcc).toEqual({ value: 0 }); // by definition: no correlation with what never changes
    expect(classification(confusion([0, 0], [1, 0])).recall.value).toBeNull();
    expect(classification(confusion([1, 1], [1, 0])).balancedAccuracy.value).toBeNull();
  });
});
