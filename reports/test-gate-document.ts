import { DAY, HOUR } from "../engine/market/bars.ts";
import { FEATURE_NAMES } from "../engine/scoring/feature-schema.ts";
import { defaultBounds } from "../research/gates/bounds.ts";
import type { GateDetail } from "../research/gates/detail.ts";
import { faults, type GateResult, gateResult, judge, notRun } from "../research/gates/gate.ts";
import { MONTHS_NEEDED } from "../research/gates/needed.ts";
import { type GateDocument, overall } from "../research/gates/report.ts";
import { classification } from "../research/metrics/classification.ts";
import { plain, unsupported } from "../research/metrics/figure.ts";
import { labelSettings } from "../research/training/labels.ts";
import { parseRecipe } from "../research/training/recipe.ts";

/** What others may call things by; whatever is not given is harmless. */
export interface GateNames {
  readonly pairs?: readonly string[];
  readonly features?: readonly string[];
  readonly notes?: readonly string[];
  /** Reasons, names of checks and of what is needed. */
  readonly words?: readonly string[];
  readonly quote?: string;
}

export type GateCase = "passing" | "failing" | "insufficient" | "not run";

export const HASH = "0f".repeat(32);

const START = Date.UTC(2022, 0, 31);
const EDGE = Date.UTC(2023, 0, 31, 5);
const FOLD = 90 * DAY;

/** For tests: a report of the four gates with numbers as they may come out, in four outcomes. */
export function testGateDocument(outcome: GateCase = "passing", names: GateNames = {}): GateDocument {
  const gates = gatesOf(outcome, names.words ?? []);
  const isSeen = outcome !== "not run";
  return plain({
    artifact: "trend-score-v3",
    digest: "1a".repeat(32),
    data: isSeen ? "2b".repeat(32) : null,
    config: isSeen ? "3c".repeat(32) : null,
    code: isSeen ? "4d".repeat(32) : null,
    judge: "5e".repeat(32),
    created: "2024-11-26T04:53:08.434Z",
    bounds: { ...defaultBounds(), ...(outcome === "failing" && { sharpe: 1.5 }) },
    settings: isSeen ? settingsOf(outcome, names.words ?? []) : null,
    bars: isSeen ? { loaded: outcome !== "failing", series: seriesOf(names) } : null,
    gates,
    verdict: overall(gates),
    notes: names.notes ?? ["A note."],
    detail: isSeen ? detailOf(outcome, names) : null,
  });
}

/** Everything at its default, but where gates failed. */
function settingsOf(outcome: GateCase, words: readonly string[]): GateDocument["settings"] {
  if (outcome !== "failing") return [];
  return [
    { path: "execution.price", value: words[0] ?? "best", usual: "modelled", isOfCosts: true },
    { path: "pairs.LTC.half_spread", value: "0.0002", usual: null, isOfCosts: true },
    { path: "labels.horizon", value: "48", usual: "96", isOfCosts: false },
  ];
}

function seriesOf({ pairs = ["BTC", "ETH", "SOL"], quote = "USD", words = [] }: GateNames) {
  const venue = words[0] ?? "kraken";
  return pairs.map((symbol) => ({
    ...{ venue, symbol, quote, interval: HOUR, rows: 26_280 },
    ...{ first: START, last: EDGE + 8 * FOLD },
  }));
}

const PASSING = { precision: 0.681, recall: 0.766, sharpe: 2.31, folds: 7, positives: 1439.5 };
const FIGURES = {
  passing: PASSING,
  failing: { ...PASSING, precision: 0.6498, sharpe: 0.42 },
  insufficient: { ...PASSING, sharpe: 1.9, folds: 3, positives: 62.4 },
};

function gatesOf(outcome: GateCase, words: readonly string[]): GateResult[] {
  const word = (k: number, usual: string) => words[k % words.length] ?? usual;
  const files = faults("files, signature and log at odds", 0, 3);
  if (outcome === "not run") {
    const why = word(0, "BTC 0123456789ab, ETH 456789abcdef");
    const series = faults(word(1, "series that are not those it was trained on"), 2, 10, why);
    return [gateResult(1, [files, series]), notRun(2), notRun(3), notRun(4)];
  }
  return [
    gateResult(1, [files, faults("series that are not those it was trained on", 0, 10)]),
    gateResult(2, [
      faults("features missing, added or moved", 0, 35),
      faults("values out of range", 0, 8_536_844),
    ]),
    thirdGate(outcome, word),
    fourthGate(outcome, word),
  ];
}

type Word = (k: number, usual: string) => string;

function thirdGate(outcome: keyof typeof FIGURES, word: Word): GateResult {
  const { precision, recall, sharpe, folds, positives } = FIGURES[outcome];
  const isShort = outcome === "insufficient";
  const lack = isShort ? word(0, "too little to judge by: folds") : undefined;
  const around = (x: number, by: number) => ({ low: x - by, high: x + by });
  const enough = (name: string, value: number, bound: number, n?: number) =>
    judge({ name, value: { value }, op: ">=", bound, n }, { otherwise: "INSUFFICIENT" });
  const share = (name: string, value: number, bound: number) =>
    judge({ name, value: { value }, op: ">=", bound, n: 83_061, interval: around(value, 0.04) }, { lack });
  const none = unsupported(word(1, "fewer than 2 trials were replayed over these days"));
  const base = { name: "base rate", value: { value: BASE_RATE }, n: 148_524 };
  return gateResult(
    3,
    [
      faults("laws that the replay breaks", 0, 6),
      enough("days out of sample", folds * 90, 180),
      enough("folds", folds, 4),
      enough("effective positives", positives, 100, 73_823),
      share("precision", precision, 0.65),
      share("recall", recall, 0.6),
      share("F1", (2 * precision * recall) / (precision + recall), 0.62),
      judge(
        {
          name: "Sharpe",
          value: { value: sharpe },
          op: ">",
          bound: outcome === "failing" ? 1.5 : 1,
          n: folds * 90,
          interval: isShort
            ? { low: null, high: null, why: word(2, "fewer than 20 days moved") }
            : around(sharpe, 1.6),
        },
        { lack },
      ),
    ],
    [
      { ...base, why: word(3, "the precision of always saying yes") },
      { name: "ROC AUC", value: { value: 0.761 }, n: 148_524 },
      { name: "PBO", value: none },
      isShort
        ? {
            name: MONTHS_NEEDED,
            value: { value: 5.4 },
            why: word(4, "for effective positives, at the rate so far"),
          }
        : { name: MONTHS_NEEDED, value: { value: 0 } },
    ],
  );
}

const fourthGate = (outcome: keyof typeof FIGURES, word: Word): GateResult =>
  gateResult(
    4,
    [
      judge({
        name: "greatest weight of a pair",
        value: { value: 0.0553 },
        op: "<=",
        bound: 0.075,
        n: 15_121,
      }),
      judge({
        name: "drawdown at bar closes",
        value: { value: outcome === "failing" ? 0.231 : 0.031 },
        op: "<=",
        bound: 0.2,
        n: 15_121,
      }),
    ],
    [{ name: word(5, "share of requests refused"), value: { value: 0.268 }, n: 2_596 }],
  );

const BASE_RATE = 0.497;

function detailOf(outcome: keyof typeof FIGURES, names: GateNames): GateDetail {
  const { precision, recall, sharpe, folds } = FIGURES[outcome];
  const {
    pairs = ["BTC", "ETH", "SOL"],
    features = FEATURE_NAMES.slice(0, 12),
    words = [],
    quote = "USD",
  } = names;
  const word = (k: number, usual: string) => words[k % words.length] ?? usual;
  const edges = Array.from({ length: folds }, (_, k) => EDGE + k * FOLD);
  // a curve of constant elasticity, through the model's own point
  const falsePositiveRate = (recall * BASE_RATE * (1 - precision)) / (precision * (1 - BASE_RATE));
  const power = Math.log(recall) / Math.log(falsePositiveRate);
  const rates = Array.from({ length: 61 }, (_, k) => (k / 60) ** 2);
  const rocPoints = rates.map((x) => ({ falsePositiveRate: x, truePositiveRate: x ** power }));
  const isShort = outcome === "insufficient";
  const around = (value: number) => ({ value: { value }, interval: { low: value - 1.6, high: value + 1.6 } });
  return {
    quote,
    model: {
      recipe: parseRecipe({ model: "logistic" }),
      labels: labelSettings.parse({}),
      pairs,
      seed: 1,
      threshold: 0.512,
      influence: features.map((feature, k) => ({ feature, value: (k % 3 === 1 ? -0.6 : 0.6) / (k + 1) })),
    },
    samples: {
      n: 224_946,
      rows: 237_240,
      dropped: { "warm-up": 8_640, unfinished: 960, "not traded": 12, narrow: 2_682 },
      medianBarrier: 0.0791,
      first: START,
      last: EDGE + folds * FOLD + 20 * DAY,
    },
    folds: edges.map((edge, k) => ({
      edge,
      end: edge + FOLD,
      train: 76_000 + 21_300 * k,
      threshold: 0.47 + 0.015 * ((k * 5) % 7),
      // a fold in which the model never said yes
      ...(isShort && k === 1
        ? countsOf(0, 0, 10_600, 10_617)
        : countsOf(8_100 + 130 * k, 3_700 + 90 * k, 2_500, 6_900)),
      auc: { value: 0.74 + 0.01 * (k % 4) },
    })),
    roc: rocPoints,
    precisionRecall: rocPoints.slice(1).map(({ falsePositiveRate: x, truePositiveRate: y }, k) => ({
      threshold: 1 - k / 60,
      recall: y,
      precision: (BASE_RATE * y) / (BASE_RATE * y + (1 - BASE_RATE) * x),
    })),
    operating: {
      falsePositiveRate: { value: falsePositiveRate },
      recall: { value: recall },
      precision: { value: precision },
    },
    calibration: Array.from({ length: 9 }, (_, bin) => {
      const meanScore = (bin + 0.55) / 10;
      return {
        bin,
        n: 3_000 + 4_000 * Math.min(bin, 9 - bin),
        meanScore,
        positiveShare: 0.06 + 0.85 * meanScore,
      };
    }),
    scores: Array.from({ length: 20 }, (_, k) => {
      const [x, bell] = [(k + 0.5) / 20, 24_000 * Math.exp(-(((k - 9.5) / 4.2) ** 2))];
      return {
        from: k / 20,
        to: (k + 1) / 20,
        positives: Math.round(bell * x),
        negatives: Math.round(bell * (1 - x)),
      };
    }),
    equity: equityOf(edges[0], folds * 90, sharpe / 1000),
    sharpe: {
      withModel: around(sharpe),
      without: around(0.5),
      difference: isShort
        ? {
            value: { value: sharpe - 0.5 },
            interval: { low: null, high: null, why: word(6, "too few days") },
          }
        : around(sharpe - 0.5),
    },
    needed: [
      { what: "days out of sample", days: { value: 0 } },
      { what: word(7, "effective positives"), days: { value: isShort ? 164.25 : 0 } },
      {
        what: "PSR(0)",
        days: isShort ? unsupported(word(8, "the Sharpe ratio is not above 0")) : { value: 0 },
      },
    ],
    trials: { count: 12, replayed: 3, effective: 7.4 },
  };
}

function countsOf(
  truePositives: number,
  falsePositives: number,
  falseNegatives: number,
  trueNegatives: number,
) {
  return classification({ truePositives, falsePositives, falseNegatives, trueNegatives });
}

/** Equity at each 00:00 UTC, drifting by so much a day, and without the model by a third of it. */
function equityOf(from: number, days: number, drift: number): GateDetail["equity"] {
  const time = Array.from({ length: days }, (_, k) => Math.ceil(from / DAY) * DAY + k * DAY);
  const line = (slope: number, swing: number) =>
    time.map((_, k) => 100_000 * (1 + slope * k) * (1 + swing * Math.sin(k / 9) * Math.sin(k / 31)));
  return { time, withModel: line(drift / 3, 0.012), without: line(drift / 9, 0.015) };
}
