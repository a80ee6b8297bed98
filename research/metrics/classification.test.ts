import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Interval } from "./bootstrap.ts";
import { calibration } from "./calibration.ts";
import { classification, confusion, predict, wilson } from "./classification.ts";
import { type Figure, plain } from "./figure.ts";
import { averagePrecision, precisionRecallCurve, rocAuc, rocCurve, sweepThresholds } from "./score-curves.ts";
import { oracleCases } from "./test-series.ts";

// Oracle: shared data, oracles/05-classification.json (scikit-learn, statsmodels, scipy), 1e-12.
type Numbers = Readonly<Record<string, number | null>>;
interface Case {
  readonly name: string;
  readonly input: { readonly labels: number[]; readonly scores: number[] };
  readonly expected: Numbers & {
    readonly ece_bins: readonly Record<"bin" | "n" | "mean_score" | "share_positive", number>[];
    readonly by_threshold: readonly (Numbers & {
      readonly threshold: number;
      readonly precision_wilson95: readonly [number, number] | null;
      readonly recall_wilson95: readonly [number, number] | null;
    })[];
  };
}
const cases = oracleCases<Case>("05-classification.json");
const scored = cases.filter((c) => c.name !== "wilson").map((c) => [c.name, c] as const);

function near(found: Figure | number | null, expected: number | null, what: string): void {
  const value = typeof found === "number" || found === null ? found : found.value;
  if (expected === null || value === null) expect(value, what).toBe(expected);
  else expect(Math.abs(value - expected), `${what}: ${value} for ${expected}`).toBeLessThanOrEqual(1e-12);
}

function nearInterval(found: Interval, expected: readonly [number, number] | null, what: string): void {
  near(found.low, expected === null ? null : expected[0], `${what}, low`);
  near(found.high, expected === null ? null : expected[1], `${what}, high`);
}

describe.skipIf(cases.length === 0)("against the oracle (needs the shared test data)", () => {
  it.each(scored)("%s: figures of predictions are equal at every threshold", (_, { input, expected }) => {
    for (const e of expected.by_threshold) {
      const counts = confusion(input.labels, predict(input.scores, e.threshold));
      const { truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn } = counts;
      expect([tp, fp, fn, tn]).toEqual([e.tp, e.fp, e.fn, e.tn]);
      const found = classification(counts);
      expect(found).toMatchObject({
        n: expected.n,
        positives: expected.positives,
        predictedPositives: tp + fp,
      });
      near(found.baseRate, expected.base_rate, "base rate");
      near(found.constantF1, expected.constant_positive_f1, "constant F1");
      near(found.precision, e.precision, "precision");
      near(found.recall, e.recall, "recall");
      near(found.specificity, e.specificity, "specificity");
      near(found.f1, e.f1, "F1");
      near(found.mcc, e.mcc, "MCC");
      near(found.balancedAccuracy, e.balanced_accuracy, "balanced accuracy");
      near(found.accuracy, e.accuracy, "accuracy");
      nearInterval(wilson(found.precision.value ?? 0, tp + fp, 0.95), e.precision_wilson95, "precision");
      nearInterval(wilson(found.recall.value ?? 0, tp + fn, 0.95), e.recall_wilson95, "recall");
    }
  });

  it.each(scored)("%s: figures of scores are equal", (_, { input: { labels, scores }, expected: e }) => {
    const sweep = sweepThresholds(labels, scores);
    near(rocAuc(sweep), e.roc_auc, "ROC AUC");
    near(averagePrecision(sweep), e.average_precision, "average precision");
    const found = calibration(labels, scores);
    near(found.brier, e.brier, "Brier");
    near(found.logLoss, e.log_loss, "log loss");
    near(found.expectedError, e.ece_10, "ECE");
    expect(found.bins.map(({ bin, n }) => [bin, n])).toEqual(e.ece_bins.map(({ bin, n }) => [bin, n]));
    found.bins.forEach(({ meanScore, positiveShare }, k) => {
      near(meanScore, e.ece_bins[k].mean_score, "mean score");
      near(positiveShare, e.ece_bins[k].share_positive, "share of positives");
    });
  });

  it("has Wilson's intervals of statsmodels and scipy", () => {
    const rows = cases.find((c) => c.name === "wilson")?.expected as unknown as Record<
      "k" | "n" | "low" | "high",
      number
    >[];
    for (const { k, n, low, high } of rows) nearInterval(wilson(k / n, n, 0.95), [low, high], `${k} of ${n}`);
  });
});

const samples = fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 16 })), {
  maxLength: 60,
});
const split = (pairs: readonly (readonly [number, number])[]) => ({
  labels: pairs.map(([label]) => label),
  scores: pairs.map(([, score]) => score / 16),
});

describe("figures of predictions", () => {
  it("are never NaN and say why they are missing", () => {
    fc.assert(
      fc.property(samples, (pairs) => {
        const { labels, scores } = split(pairs);
        const sweep = sweepThresholds(labels, scores);
        const all = {
          ...classification(confusion(labels, predict(scores, 0.5))),
          ...calibration(labels, scores),
          auc: rocAuc(sweep),
          precision: averagePrecision(sweep),
        };
        const text = JSON.stringify(plain(all), (_, v) =>
          typeof v === "number" && (!Number.isFinite(v) || Object.is(v, -0)) ? "bad" : v,
        );
        expect(text).not.toContain("bad");
      }),
    );
    expect(classification(confusion([], [])).precision).toEqual({
      value: null,
      why: "no sample is predicted positive",
    });
  });

  it("show that always saying yes has F1 2p / (1 + p), no correlation and balanced accuracy 1/2", () => {
    const labels = [1, 1, 1, 0]; // base rate 3/4: 1.5 / 1.75
    const found = classification(confusion(labels, [1, 1, 1, 1]));
    expect(found.f1).toEqual({ value: 6 / 7 });
    expect(found.constantF1).toEqual(found.f1);
    expect(found.precision).toEqual(found.baseRate);
    expect(found.mcc).toEqual({ value: 0 });
    expect(found.balancedAccuracy).toEqual({ value: 0.5 });
  });

  it("turn the correlation round when every prediction is turned round", () => {
    fc.assert(
      fc.property(samples, (pairs) => {
        const { labels, scores } = split(pairs);
        const predicted = predict(scores, 0.5);
        const turned = predicted.map((x) => 1 - x);
        const of = (p: Uint8Array) => classification(confusion(labels, p)).mcc.value ?? 0;
        expect(of(turned)).toBeCloseTo(-of(predicted), 12);
      }),
    );
  });

  it("do not overflow on a million samples", () => {
    const big = { truePositives: 3e8, falsePositives: 1e8, falseNegatives: 2e8, trueNegatives: 4e8 };
    const small = { truePositives: 3, falsePositives: 1, falseNegatives: 2, trueNegatives: 4 };
    expect(classification(big).mcc.value).toBeCloseTo(classification(small).mcc.value as number, 14);
  });

  it("refuse what is neither 0 nor 1 or does not match the labels", () => {
    expect(() => confusion([1, 0.5], [1, 0])).toThrow("sample 1 has the label 0.5, expected 0 or 1");
    expect(() => confusion([1, 0], [Number.NaN, 0])).toThrow(
      "sample 0 has the prediction NaN, expected 0 or 1",
    );
    expect(() => sweepThresholds([2], [0.5])).toThrow("sweepThresholds: sample 0 has the label 2");
    expect(() => confusion([1, 0], [1])).toThrow(
      "confusion: found 1 predictions for 2 labels, expected one a label",
    );
  });
});

describe("wilson", () => {
  it("needs about 500 independent trials to place 0.55 above 0.50", () => {
    expect(wilson(0.55, 500, 0.95).low).toBeCloseTo(0.506, 3);
    expect(wilson(0.55, 300, 0.95).low).toBeLessThan(0.5);
  });

  it("is wider for the few labels that overlapping ones are worth", () => {
    const low = (n: number) => wilson(0.65, n, 0.95).low as number;
    expect(low(9600)).toBeGreaterThan(0.64);
    expect(low(9600 / 96)).toBeCloseTo(0.5525, 3);
    expect(wilson(0.5, 0, 0.95)).toEqual({ low: null, high: null, why: "no trials" });
  });
});

describe("curves", () => {
  it("have an area that is the share of pairs in the right order, ties counting half", () => {
    fc.assert(
      fc.property(samples, (pairs) => {
        const positive = pairs.filter(([y]) => y === 1).map(([, s]) => s);
        const negative = pairs.filter(([y]) => y === 0).map(([, s]) => s);
        let right = 0;
        for (const a of positive) for (const b of negative) right += a > b ? 1 : a === b ? 0.5 : 0;
        const { labels, scores } = split(pairs);
        const area = rocAuc(sweepThresholds(labels, scores)).value;
        if (positive.length === 0 || negative.length === 0) expect(area).toBeNull();
        else expect(area).toBeCloseTo(right / (positive.length * negative.length), 12);
      }),
    );
  });

  it("hold what confusion counts at each threshold", () => {
    fc.assert(
      fc.property(samples, (pairs) => {
        const { labels, scores } = split(pairs);
        const sweep = sweepThresholds(labels, scores);
        expect([...sweep.threshold]).toEqual([...new Set(scores)].sort((a, b) => b - a));
        sweep.threshold.forEach((threshold, k) => {
          const counts = confusion(labels, predict(scores, threshold));
          expect(sweep.truePositives[k]).toBe(counts.truePositives);
          expect(sweep.falsePositives[k]).toBe(counts.falsePositives);
        });
      }),
    );
  });

  it("run from corner to corner, point by point by hand", () => {
    const sweep = sweepThresholds([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1]);
    expect(rocCurve(sweep, 200)).toEqual([
      { falsePositiveRate: 0, truePositiveRate: 0 },
      { falsePositiveRate: 0, truePositiveRate: 0.5 },
      { falsePositiveRate: 0.5, truePositiveRate: 0.5 },
      { falsePositiveRate: 0.5, truePositiveRate: 1 },
      { falsePositiveRate: 1, truePositiveRate: 1 },
    ]);
    expect(precisionRecallCurve(sweep, 200)).toEqual([
      { threshold: 0.9, recall: 0.5, precision: 1 },
      { threshold: 0.8, recall: 0.5, precision: 0.5 },
      { threshold: 0.7, recall: 1, precision: 2 / 3 },
      { threshold: 0.1, recall: 1, precision: 0.5 },
    ]);
    expect(averagePrecision(sweep).value).toBeCloseTo(0.5 + (0.5 * 2) / 3, 14);
  });

  it("keep few points of many samples and lose no more than the detail asked for", () => {
    const n = 20_000;
    const scores = Array.from({ length: n }, (_, i) => i / n);
    const labels = scores.map((s, i) => ((i * 7919) % n < s * n ? 1 : 0));
    const sweep = sweepThresholds(labels, scores);
    const points = rocCurve(sweep, 50);
    expect(points.length).toBeLessThan(110);
    expect(points.at(-1)).toEqual({ falsePositiveRate: 1, truePositiveRate: 1 });
    for (let k = 1; k < points.length; k++) {
      expect(points[k].truePositiveRate - points[k - 1].truePositiveRate).toBeLessThan(1 / 50 + 1e-3);
    }
    expect(precisionRecallCurve(sweep, 50).length).toBeLessThan(200);
  });

  it("have no points where there is no class to compare", () => {
    expect(rocCurve(sweepThresholds([1, 1], [0.1, 0.2]), 10)).toEqual([]);
    expect(precisionRecallCurve(sweepThresholds([0], [0.1]), 10)).toEqual([]);
  });

  it("refuse scores that are no probabilities", () => {
    for (const bad of [1.5, -0.1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => sweepThresholds([1, 0], [0.5, bad])).toThrow(
        `sample 1 has the score ${bad}, expected 0 to 1`,
      );
      expect(() => calibration([1, 0], [0.5, bad])).toThrow(/calibration: sample 1/);
    }
  });
});

describe("calibration", () => {
  it("puts a score on a bin's edge into the upper bin and 1 into the last", () => {
    const { bins, expectedError } = calibration([1, 0, 1], [0.5, 0.1, 1]);
    expect(bins.map(({ bin }) => bin)).toEqual([1, 5, 9]);
    expect(expectedError.value).toBeCloseTo((0.1 + 0.5 + 0) / 3, 15);
  });

  it("has a finite log loss for a sure prediction that was wrong", () => {
    expect(calibration([0], [1]).logLoss.value).toBeCloseTo(36.04, 2); // -ln 2.2e-16
  });
});
