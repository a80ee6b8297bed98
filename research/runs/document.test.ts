import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE } from "../../engine/market/bars.ts";
import { feeSettings } from "../../engine/market/fee-schedule.ts";
import { RULES } from "../../engine/risk/limits.ts";
import { intervalName, type RunDocument, runDocument } from "./document.ts";
import { runFigures } from "./figures.ts";
import { type TestRun, testReplay } from "./test-replay.ts";

const RUN: TestRun = {
  interval: 6 * HOUR,
  start: Date.UTC(2024, 0, 1),
  symbols: ["BTC"],
  strategies: ["A"],
  closes: [[100, 100, 101, 103, 102, 99, 104, 105, 107]],
  cash: 1000,
  firstRow: 1,
  halted: [0, 0, 0, 0, 0, 1, 1, 0, 1],
  fills: [{ row: 2, pair: 0, strategy: 0, side: 1, quantity: 1, price: 100.2, fee: 0.26 }],
};

const documentOf = (run: TestRun): RunDocument => {
  const replay = { ...testReplay(run), notes: ["A is off."] };
  const pairs = [{ symbol: "BTC", eligibleFrom: 0, tick: 0.1, halfSpread: 0.0001 }];
  return runDocument(replay, runFigures(replay, { pairs, fees: feeSettings.parse({}) }), {
    run: "0123456789abcdef",
    pairs: ["BTC"],
    quote: "USD",
    venues: ["kraken"],
    notes: ["From the archive."],
  });
};

const EQUITY_KEYS = [
  "initialEquity",
  "finalEquity",
  "totalReturn",
  "cagr",
  "volatility",
  "sharpe",
  "sortino",
  "calmar",
  "maxDrawdown",
  "maxDrawdownAtBars",
  "longestUnderwater",
  "omega",
  "skew",
  "kurtosis",
  "valueAtRisk",
  "conditionalValueAtRisk",
  "tailRatio",
  "ulcerIndex",
  "returns",
];
const TRIP_KEYS = ["closed", "open", "winRate", "profitFactor", "expectancy", "meanReturn", "meanHoldHours"];
const COST_KEYS = ["fee", "halfSpread", "drift", "impact", "rounding", "total"];

describe("the document of a run", () => {
  const document = documentOf(RUN);

  it("has exactly the keys that its type tells", () => {
    expect(Object.keys(document)).toEqual([
      "run",
      "pairs",
      "quote",
      "venues",
      "interval",
      "from",
      "to",
      "rows",
      "warmUpRows",
      "metrics",
      "benchmark",
      "byRegime",
      "byStrategy",
      "byPair",
      "byYear",
      "byMonth",
      "refusals",
      "halted",
      "halts",
      "notes",
    ]);
    expect(Object.keys(document.metrics)).toEqual([
      ...EQUITY_KEYS,
      "pnl",
      "years",
      "exposureMean",
      "exposureMax",
      "turnover",
      "traded",
      "costs",
      "costsOfTraded",
      "costsOfGross",
      "orders",
      "fills",
      "cancels",
      "flaggedShare",
      "roundTrips",
    ]);
    expect(Object.keys(document.metrics.costs)).toEqual(COST_KEYS);
    expect(Object.keys(document.metrics.roundTrips)).toEqual(TRIP_KEYS);
    expect(Object.keys(document.benchmark.buyAndHold)).toEqual(EQUITY_KEYS);
    expect(Object.keys(document.benchmark.scaled)).toEqual(EQUITY_KEYS);
    expect(document.byRegime.map((r) => r.regime)).toEqual(["RISK_ON", "NEUTRAL", "RISK_OFF", "PANIC"]);
    expect(Object.keys(document.byRegime[0])).toEqual([
      "regime",
      "rows",
      "share",
      "pnl",
      "totalReturn",
      "sharpe",
      "fills",
      "costs",
      "roundTrips",
    ]);
    expect(Object.keys(document.byStrategy[0])).toEqual([
      "strategy",
      "pnl",
      "sharpe",
      "orders",
      "fills",
      "refusals",
      "costs",
      "roundTrips",
    ]);
    expect(document.refusals.map((r) => r.rule)).toEqual([...RULES]);
  });

  it("has times as ISO strings and figures as numbers or reasons", () => {
    expect(document.from).toBe("2024-01-01T06:00:00.000Z");
    expect(document.to).toBe("2024-01-03T00:00:00.000Z");
    expect(document.halted).toBe("2024-01-02T06:00:00.000Z");
    expect(document.halts).toBe(2);
    expect(document.metrics.finalEquity).toBeCloseTo(1006.54, 10);
    expect(document.metrics.roundTrips.winRate).toEqual({ value: null, why: "no closed round trip" });
  });

  it("survives JSON without change", () => {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  it("says that the book is mostly cash, after the notes of data and run", () => {
    expect(document.notes.slice(0, 2)).toEqual(["From the archive.", "A is off."]);
    expect(document.notes[2]).toMatch(/^The book is mostly cash: on average 9\.\d % of equity/);
  });

  it("warns of figures annualised from less than a year", () => {
    expect(document.notes[3]).toBe(
      "The figures cover less than a year (1 d): what is annualised from them says little.",
    );
  });

  it("says why nothing was traded", () => {
    const refusal = { row: 2, pair: 0, strategy: 0, rule: 3, value: 40 };
    expect(documentOf({ ...RUN, fills: [] }).notes.at(-1)).toBe(
      "Nothing was traded: no strategy asked for a position.",
    );
    expect(documentOf({ ...RUN, fills: [], refusals: [refusal] }).notes.at(-1)).toBe(
      "Nothing was traded: every order was refused (1).",
    );
    const none = documentOf({ ...RUN, fills: [], firstRow: 9 });
    expect(none.notes.at(-1)).toMatch(/^No row may trade/);
    expect([none.from, none.to]).toEqual([null, null]);
  });

  it("names intervals as people do", () => {
    expect([7 * DAY, DAY, 4 * HOUR, 15 * MINUTE, 1500].map(intervalName)).toEqual([
      "7d",
      "1d",
      "4h",
      "15m",
      "1500ms",
    ]);
  });
});
