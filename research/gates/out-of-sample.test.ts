import { describe, expect, test } from "vitest";
import { DAY, HOUR } from "../../engine/market/bars.ts";
import type { Figure } from "../metrics/figure.ts";
import { probit } from "../metrics/normal.ts";
import { sharpeSample } from "../metrics/sharpe-inference.ts";
import { defaultBounds, type GateBounds } from "./bounds.ts";
import type { EquityEvidence } from "./equity-evidence.ts";
import type { GateResult } from "./gate.ts";
import { judgeOutOfSample, type OutOfSampleEvidence } from "./out-of-sample.ts";
import { type Pooled, type PredictionEvidence, predictionEvidence } from "./predictions.ts";
import { requiredChecks } from "./required-checks.ts";

const EDGE = Date.UTC(2022, 0, 1, 5);

/** A year of hours in which the label is positive every other block of 10 h, and predictions are right but for some. */
function pooledYear(isWrong: (k: number) => boolean, rows = 360 * 24): Pooled {
  const label = (k: number) => Math.floor(k / 10) % 2;
  const said = (k: number) => (isWrong(k) ? 1 - label(k) : label(k));
  const column = (of: (k: number) => number) => Float64Array.from({ length: rows }, (_, k) => of(k));
  return {
    labels: Uint8Array.from(column(label)),
    predicted: Uint8Array.from(column(said)),
    scores: column((k) => (said(k) === 1 ? 0.75 : 0.25)),
    pair: new Int32Array(rows),
    row: Int32Array.from({ length: rows }, (_, k) => k),
    time: column((k) => EDGE + k * HOUR),
    end: column((k) => EDGE + (k + 2) * HOUR),
  };
}

/** Daily returns of a given mean that swing by 1 %. */
const returnsOf = (mean: number, days = 360) =>
  Float64Array.from({ length: days }, (_, k) => mean + (k % 2 === 0 ? 0.01 : -0.01));

const equityOf = (returns: Float64Array, sharpe: number | null): EquityEvidence => ({
  returns,
  days: returns.length,
  sharpe: sharpe === null ? { value: null, why: "returns do not vary" } : { value: sharpe },
  sharpeInterval: { low: 0, high: 1 },
  drawdown: { value: 0.05 },
  resampledDrawdown: { value: 0.1 },
});

const good = pooledYear((k) => k % 5 === 0);
const goodEvidence = predictionEvidence(good, 1);

function judged(change: Partial<OutOfSampleEvidence> = {}, bounds: GateBounds = defaultBounds()): GateResult {
  return judgeOutOfSample(
    {
      folds: [0, 1, 2, 3].map((k) => ({ edge: EDGE + 90 * k * DAY, end: EDGE + 90 * (k + 1) * DAY })),
      beyond: 0,
      isSameModel: true,
      areSameFolds: true,
      leastBarrier: 0.03,
      differentScores: 0,
      certificate: { verdict: "passed", laws: [] },
      pooled: good,
      predictions: goodEvidence,
      equity: equityOf(returnsOf(0.002), 3.8),
      sharpe: {
        withModel: { value: { value: 3.8 }, interval: { low: 2, high: 5 } },
        without: { value: { value: 1.5 }, interval: { low: 0.5, high: 2.5 } },
        difference: { value: { value: 2.3 }, interval: { low: 0.25, high: 4 } },
      },
      trials: { effective: 1, variance: 0, replayed: 1 },
      overfitting: { value: null, why: "one trial" },
      ...change,
    },
    bounds,
  );
}

const verdictOf = (gate: GateResult, name: string) => gate.checks.find((c) => c.name === name)?.verdict;

const withFigures = (figures: Partial<PredictionEvidence["figures"]>): Partial<OutOfSampleEvidence> => ({
  predictions: { ...goodEvidence, figures: { ...goodEvidence.figures, ...figures } },
});

test("a model that keeps every bound passes, with n and an interval beside its figures", () => {
  const gate = judged();
  expect(gate.checks.filter((c) => c.verdict !== "PASS")).toEqual([]);
  expect(gate.verdict).toBe("PASS");
  // 8 of 10 of either class are right, by hand: 6,912 of 8,640
  expect(gate.checks.find((c) => c.name === "precision")).toMatchObject({
    value: { value: 0.8 },
    n: 4320,
    interval: { low: expect.any(Number), high: expect.any(Number) },
  });
});

describe("the gate fails", () => {
  test.each([
    ["precision", { precision: { value: 0.6499999 } }],
    ["recall", { recall: { value: 0.5999999 } }],
    ["F1", { f1: { value: 0.6199999 } }],
    ["MCC", { mcc: { value: 0 } }],
    ["precision, lower bound, above base rate", { baseRate: { value: 0.9 } }],
  ] as const)("for %s below its bound", (name, figures) => {
    const gate = judged(withFigures(figures));
    expect(verdictOf(gate, name)).toBe("FAIL");
    expect(gate.verdict).toBe("FAIL");
  });

  test.each(["precision", "recall", "f1", "mcc"] as const)("for %s of NaN or without a value", (key) => {
    for (const value of [{ value: Number.NaN }, { value: null, why: "no samples" }] as const)
      expect(judged(withFigures({ [key]: value })).verdict).toBe("FAIL");
  });

  test("for a Sharpe ratio of 1, of NaN and without a value", () => {
    for (const sharpe of [1, Number.NaN, null])
      expect(judged({ equity: equityOf(returnsOf(0.002), sharpe) }).verdict).toBe("FAIL");
  });

  test("where the recipe gives other bytes, the replay other scores, or a law is broken", () => {
    expect(judged({ isSameModel: false }).verdict).toBe("FAIL");
    expect(judged({ areSameFolds: false }).verdict).toBe("FAIL");
    expect(judged({ differentScores: 1 }).verdict).toBe("FAIL");
    const law = { law: "no look-ahead", trials: 1, compared: 1, violation: "it peeks" } as const;
    const gate = judged({ certificate: { verdict: "failed", laws: [law] } });
    expect(gate.checks.find((c) => c.verdict === "FAIL")?.why).toBe("it peeks");
    expect(judged({ certificate: { verdict: "failed", laws: [] } }).verdict).toBe("FAIL");
  });

  test("for a coin, and for whoever always says yes", () => {
    const coin = pooledYear((k) => k % 2 === 0);
    expect(judged({ pooled: coin, predictions: predictionEvidence(coin, 1) }).verdict).toBe("FAIL");
    // two thirds of the labels are positive: precision .67, recall 1 and F1 .8 pass by themselves
    const rows = 360 * 24;
    const labels = Uint8Array.from({ length: rows }, (_, k) => (Math.floor(k / 10) % 3 === 0 ? 0 : 1));
    const always: Pooled = { ...good, labels, predicted: new Uint8Array(rows).fill(1) };
    const gate = judged({ pooled: always, predictions: predictionEvidence(always, 1) });
    for (const name of ["precision", "recall", "F1"]) expect(verdictOf(gate, name)).toBe("PASS");
    expect(verdictOf(gate, "precision, lower bound, above base rate")).toBe("FAIL");
    expect(verdictOf(gate, "MCC")).toBe("FAIL");
    expect(gate.verdict).toBe("FAIL");
  });
});

describe("the gate is INSUFFICIENT", () => {
  const folds = (n: number, days: number) =>
    Array.from({ length: n }, (_, k) => ({ edge: EDGE + k * days * DAY, end: EDGE + (k + 1) * days * DAY }));

  test("below 4 folds, below 180 days, below 100 effective positives, found or predicted", () => {
    const less = (part: Partial<PredictionEvidence>) => ({ predictions: { ...goodEvidence, ...part } });
    for (const change of [
      { folds: folds(3, 90) },
      { folds: folds(4, 44.9) },
      less({ effectivePositives: 99.9 }),
      less({ effectivePredicted: 99.9 }),
      less({ effectivePositives: Number.NaN }),
    ])
      expect(judged(change).verdict).toBe("INSUFFICIENT");
  });

  test("before any figure can fail: too little says nothing, neither good nor bad", () => {
    const gate = judged({ ...withFigures({ precision: { value: 0 } }), folds: folds(3, 90) });
    expect(gate.verdict).toBe("INSUFFICIENT");
    expect(verdictOf(gate, "precision")).toBe("INSUFFICIENT");
  });

  test("where a Sharpe ratio that passes may be luck", () => {
    // sd 1 % a day over 20 days: 1.1 a year is 0.06 a day, a quarter of its error
    const gate = judged({ equity: equityOf(returnsOf(0.0006, 20), 1.1) });
    expect(verdictOf(gate, "Sharpe")).toBe("PASS");
    expect(verdictOf(gate, "PSR(0)")).toBe("INSUFFICIENT");
    expect(gate.verdict).toBe("INSUFFICIENT");
  });

  test("and fails all the same where another model is in the artifact", () => {
    expect(judged({ folds: folds(3, 90), isSameModel: false }).verdict).toBe("FAIL");
  });
});

describe("settings that price fills otherwise than by default", () => {
  test("are asked for the Sharpe ratio at the default ones too", () => {
    const of = (sharpeAtDefaultCosts: Figure) => judged({ sharpeAtDefaultCosts });
    const name = "Sharpe at the default costs";
    expect(verdictOf(judged(), name)).toBeUndefined();
    expect(of({ value: 1.01 }).verdict).toBe("PASS");
    for (const value of [{ value: 1 }, { value: Number.NaN }, { value: null, why: "no orders" }] as const) {
      expect(verdictOf(of(value), name)).toBe("FAIL");
      expect(of(value).verdict).toBe("FAIL");
    }
    expect(
      judged({ sharpeAtDefaultCosts: { value: 9 }, equity: equityOf(returnsOf(0.002), 0.9) }).verdict,
    ).toBe("FAIL");
  });

  test("are not judged where there is too little to judge by", () => {
    const folds = [{ edge: EDGE, end: EDGE + 90 * DAY }];
    expect(judged({ folds, sharpeAtDefaultCosts: { value: 0 } }).verdict).toBe("INSUFFICIENT");
  });
});

test("DSR and PBO are reported, and decide once their bounds say so", () => {
  const trials = { effective: 1000, variance: 0.05, replayed: 2 };
  const overfitting = { value: 0.8 };
  expect(judged({ trials, overfitting }).verdict).toBe("PASS");
  const strict = { ...defaultBounds(), dsr: 0.95, pbo: 0.5 };
  const gate = judged({ trials, overfitting }, strict);
  expect(verdictOf(gate, "DSR")).toBe("FAIL");
  expect(verdictOf(gate, "PBO")).toBe("FAIL");
});

const reportedOf = (gate: GateResult, name: string) => gate.reported.find((r) => r.name === name);

test("the Sharpe ratio without the model, and above it, are reported with n and interval, and decide nothing", () => {
  const gate = judged();
  expect(reportedOf(gate, "Sharpe without the model")).toEqual({
    name: "Sharpe without the model",
    value: { value: 1.5 },
    n: 360,
    interval: { low: 0.5, high: 2.5 },
  });
  expect(reportedOf(gate, "Sharpe above that without the model")).toEqual({
    name: "Sharpe above that without the model",
    value: { value: 2.3 },
    n: 360,
    interval: { low: 0.25, high: 4 },
  });
  const worse = { value: { value: -1 }, interval: { low: -3, high: -0.5 } };
  expect(judged({ sharpe: { withModel: worse, without: worse, difference: worse } }).verdict).toBe("PASS");
});

test("the months of data still needed are reported: 0 where there is enough, 3 folds of 90 days where there is one", () => {
  expect(reportedOf(judged(), "months of data still needed")).toEqual({
    name: "months of data still needed",
    value: { value: 0 },
  });
  const one = judged({ folds: [{ edge: EDGE, end: EDGE + 90 * DAY }] });
  expect(reportedOf(one, "months of data still needed")).toEqual({
    name: "months of data still needed",
    value: { value: 270 / (365 / 12) },
    why: "the longest wait: folds",
  });
});

test("labels whose barriers may be narrower than costs allow fail the gate, whatever the figures", () => {
  const gate = judged({ leastBarrier: 0.02 });
  expect(verdictOf(gate, "least barrier of a label")).toBe("FAIL");
  expect(gate.verdict).toBe("FAIL");
});

test("beside the precision stands Wilson's interval of as many independent predictions as the labels are worth", () => {
  const gate = judged();
  const { value, n, interval } = reportedOf(gate, "precision, Wilson interval")!;
  expect(value).toEqual({ value: 0.8 });
  expect(n).toBe(goodEvidence.effectivePredicted);
  // Wilson 1927 by hand: centre (p + z2/2n) / (1 + z2/n), z = 1.959964
  const z2 = 1.959963984540054 ** 2 / n!;
  const half = Math.sqrt(z2 * (0.8 * 0.2 + z2 / 4));
  expect(interval!.low).toBeCloseTo((0.8 + z2 / 2 - half) / (1 + z2), 12);
  expect(interval!.high).toBeCloseTo((0.8 + z2 / 2 + half) / (1 + z2), 12);
});

test("Wilson's interval counts pairs that say the same at the same time as one", () => {
  const twice = <T extends Uint8Array | Int32Array | Float64Array>(x: T) =>
    Reflect.construct(x.constructor, [[...x, ...x]]) as T;
  const columns = Object.fromEntries(Object.entries(good).map(([name, x]) => [name, twice(x)]));
  const pair = Int32Array.from({ length: 2 * good.pair.length }, (_, k) => (k < good.pair.length ? 0 : 1));
  const predictions = predictionEvidence({ ...(columns as unknown as Pooled), pair }, 1);
  expect(predictions.effectivePredicted).toBeCloseTo(2 * goodEvidence.effectivePredicted, 6);
  const { n } = reportedOf(judged({ predictions }), "precision, Wilson interval")!;
  expect(n).toBeCloseTo(goodEvidence.effectivePredicted, 6);
});

test("PSR(0) is reported also for so many days as returns that follow each other are worth", () => {
  // up for nine days, down for nine
  const returns = Float64Array.from(
    { length: 360 },
    (_, k) => 0.001 + 0.01 * Math.sign(Math.sin((k + 0.5) / 2.87)),
  );
  const sharpe = Math.sqrt(365) * sharpeSample(returns).sharpe;
  const gate = judged({ equity: equityOf(returns, sharpe) });
  const { value } = reportedOf(gate, "Sharpe, autocorrelation allowed for")!;
  const share = value.value! / sharpe;
  expect(share).toBeLessThan(0.6);
  const found = reportedOf(gate, "PSR(0), autocorrelation allowed for")!;
  // the error of a mean goes with one over the root of the days
  expect(found.n).toBeCloseTo(1 + 359 * share * share, 9);
  const psr = gate.checks.find(({ name }) => name === "PSR(0)")!.value.value!;
  expect(probit(found.value.value!)).toBeCloseTo(share * probit(psr), 6);
});

test("precision above the folds' own base rates is reported, with the number of predictions", () => {
  const found = reportedOf(judged(), "precision above the folds' own base rates")!;
  expect(found.n).toBe(4320);
  // each fold is half positive, and 8 of 10 predictions are right in each
  expect(found.value.value).toBeCloseTo(0.3, 12);
});

test("the checks are those that a report must have to say PASS, DSR and PBO where the bounds ask for them", () => {
  for (const bounds of [defaultBounds(), { ...defaultBounds(), dsr: 0.5, pbo: 0.5, days: 200, sharpe: 1.5 }])
    for (const hasOwnCosts of [false, true]) {
      const gate = judged(hasOwnCosts ? { sharpeAtDefaultCosts: { value: 2 } } : {}, bounds);
      const baseRate = reportedOf(gate, "base rate")!.value.value!;
      expect(gate.checks.map(({ name, op, bound }) => ({ name, op, bound }))).toEqual(
        requiredChecks(3, bounds, baseRate, hasOwnCosts),
      );
    }
});
