import { describe, expect, it } from "vitest";
import { HOUR } from "../engine/market/bars.ts";
import { feeSettings } from "../engine/market/fee-schedule.ts";
import { RULES } from "../engine/risk/limits.ts";
import type { Certificate } from "../research/runs/certificate.ts";
import { runDocument } from "../research/runs/document.ts";
import { runFigures } from "../research/runs/figures.ts";
import { PASSED, testProof } from "../research/runs/test-proof.ts";
import { type TestRun, testReplay } from "../research/runs/test-replay.ts";
import { summary } from "./backtest-summary.ts";

const SYMBOLS = ["BTC", "ETH", "SOL", "XRP", "ADA", "DOT", "LINK", "DOGE", "MATIC", "AVAX"];
const path = [100, 100, 101, 103, 102, 99, 104, 105, 107, 106, 104, 108, 109];

const RUN: TestRun = {
  interval: 12 * HOUR,
  start: Date.UTC(2024, 0, 1),
  symbols: SYMBOLS,
  strategies: ["TrendFollower", "StableAllocator"],
  closes: SYMBOLS.map((_, p) => path.map((x) => x * (p + 1))),
  cash: 1_234_567,
  firstRow: 1,
  regime: [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 0],
  halted: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1],
  fills: [
    {
      row: 2,
      pair: 0,
      strategy: 0,
      side: 1,
      quantity: 1000,
      price: 100.2,
      fee: 260,
      halfSpread: 0.001,
      flagged: 1,
    },
    { row: 5, pair: 1, strategy: 1, side: 1, quantity: 200, price: 204, fee: 100 },
    { row: 9, pair: 0, strategy: 0, side: -1, quantity: 1000, price: 106.9, fee: 270, impact: 0.0005 },
  ],
  refusals: [{ row: 3, pair: 2, strategy: 0, rule: RULES.indexOf("correlation"), value: 61_000 }],
};

const documentOf = (run: TestRun, certificate?: Certificate) => {
  const replay = testReplay(run);
  const pairs = SYMBOLS.map((symbol) => ({ symbol, eligibleFrom: 1, tick: 0.01, halfSpread: 0.0003 }));
  const figures = runFigures(replay, { pairs, fees: feeSettings.parse({}) });
  const document = runDocument(replay, figures, {
    run: "0123456789abcdef",
    pairs: SYMBOLS,
    quote: "USDT",
    venues: ["binance"],
    notes: [
      "Bars are in USDT from binance, not in USD from Kraken: a stand-in where Kraken has no hourly bars.",
    ],
  });
  return testProof(document, replay, figures, certificate);
};

describe("the printed summary", () => {
  const text = summary(documentOf(RUN), 842);
  const lines = text.split("\n");

  it("starts with what was run", () => {
    expect(lines[0]).toBe(
      "Backtest of BTC ETH SOL XRP ADA DOT LINK DOGE MATIC AVAX, 12h bars from binance in USDT",
    );
    expect(lines[1]).toBe(
      "2024-01-01 to 2024-01-07 (6 days), 13 bars (1 to warm up), 0.84 s, run 0123456789abcdef",
    );
    expect(lines[2]).toBe("HALTED on 2024-01-06 00:00 UTC by the drawdown limit");
  });

  it("sets the strategy beside buy-and-hold, whole and scaled to the run's exposure", () => {
    expect(text).toMatch(/strategy +95% interval +buy-and-hold +scaled to \d+\.\d%\n/);
    // 1,234,567 - 100,200 - 260 - 40,800 - 100 + 106,900 - 270 + 200 * 218
    expect(text).toMatch(/final equity \(USDT\) +1,243,437\.00 /);
    expect(text).toMatch(/total return +0\.7% +- +8\.\d% /);
  });

  it("tells of orders, fills and round trips in sentences", () => {
    expect(text).toContain("3 orders, 3 fills (33.3% outside their bar's range), 0 cancelled.\n");
    expect(text).toMatch(/^1 closed round trip, 1 still open: 100\.0% won, profit factor -, /m);
  });

  it("shows costs by kind, the regimes, the strategies and only the rules that refused", () => {
    expect(text).toMatch(/^fee +630\.00 +\d+\.\d% /m);
    expect(text).toMatch(/^total +930\.00 +100\.0% /m);
    expect(text).toMatch(/^PANIC +27\.3% /m);
    expect(text).toMatch(/^TrendFollower +6,170\.00 /m);
    expect(text).toMatch(/^correlation +1 +61,000\.00$/m);
    expect(text).not.toContain("ordermin");
  });

  it("ends with what a reader must know", () => {
    expect(text).toContain("- Bars are in USDT from binance");
    expect(text).toMatch(/- The book is mostly cash: on average \d+\.\d % of equity is invested\./);
  });

  it("stays within 100 columns, without trailing blanks and without NaN", () => {
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
    expect(text).not.toMatch(/NaN|Infinity|undefined|null|-0\.0+\b/);
  });

  it("tells why a figure is missing instead of showing one", () => {
    const nothing = summary(documentOf({ ...RUN, fills: [], refusals: [], halted: [] }));
    expect(nothing).toMatch(/^Sharpe +- /m);
    expect(nothing).toContain("- No Sharpe: all returns are the same.");
    expect(nothing).toContain("- Nothing was traded: no strategy asked for a position.");
    expect(nothing).not.toContain("HALTED");
  });

  it("has a first line and a note when no row may trade", () => {
    const none = summary(documentOf({ ...RUN, fills: [], refusals: [], halted: [], firstRow: 13 }));
    expect(none).toContain("no row may trade, 13 bars");
    expect(none).not.toMatch(/NaN|undefined|null/);
  });
});

describe("the proof in the summary", () => {
  it("says how many trials and numbers the certificate is made of", () => {
    expect(summary(documentOf(RUN))).toContain(
      "Causality certificate: passed (2 laws, 11 trials, 2,000 numbers compared).",
    );
  });

  it("names each violation of a certificate that failed", () => {
    const [chunks, lookAhead] = PASSED.laws;
    const laws = [chunks, { ...lookAhead, violation: "no look-ahead: BTC.target at row 7" }];
    const text = summary(documentOf(RUN, { ...PASSED, verdict: "failed", laws }));
    expect(text).toMatch(/certificate: FAILED .*\n- no look-ahead: BTC\.target at row 7\n/);
  });

  it("sets the run between its worst and its best fills", () => {
    expect(summary(documentOf(RUN))).toMatch(
      /fills +final equity \(USDT\).*\nworst .*\nof this run .*\nbest /,
    );
  });
});
