import { describe, expect, test } from "vitest";
import { DAY } from "../../engine/market/bars.ts";
import { type TestRun, testReplay } from "../runs/test-replay.ts";
import { defaultBounds } from "./bounds.ts";
import { equityEvidence } from "./equity-evidence.ts";
import { peaksOf, portfolioLimits } from "./portfolio-limits.ts";
import { requiredChecks } from "./required-checks.ts";

const start = Date.UTC(2022, 0, 1);

/** 100,000 of cash buys 50 of one pair at 100 in the second bar; then the pair moves. */
const run = (closes: readonly number[], change: Partial<TestRun> = {}): TestRun => ({
  interval: DAY,
  start,
  symbols: ["BTC", "ETH"],
  strategies: ["one"],
  closes: [closes, closes.map(() => 10)],
  cash: 100_000,
  fills: [{ row: 1, pair: 0, strategy: 0, side: 1, quantity: 50, price: 100, fee: 0 }],
  ...change,
});

/** Swings for so long that days can be resampled. */
const swinging = (low: number, high: number, days = 60) =>
  Array.from({ length: days }, (_, k) => (k < 2 || k % 2 === 0 ? low : high));

const judged = (of: TestRun) => {
  const replay = testReplay(of);
  return portfolioLimits(replay, equityEvidence(replay, 1), defaultBounds());
};
const failed = (of: TestRun) => judged(of).checks.flatMap((c) => (c.verdict === "PASS" ? [] : [c.name]));

describe("weights", () => {
  test("drift with the price: 5 % bought are 9.5 % at twice the price", () => {
    const { weight, leverage, top3 } = peaksOf(testReplay(run([100, 100, 200])));
    // 50 * 200 = 10,000 of 95,000 + 10,000
    for (const x of [weight, leverage, top3]) expect(x).toBeCloseTo(10_000 / 105_000, 15);
  });

  test("that drift beyond 7.5 % fail the gate, those below pass", () => {
    expect(failed(run(swinging(100, 150)))).toEqual([]);
    expect(failed(run(swinging(100, 170)))).toEqual(["greatest weight of a pair"]);
  });

  test("before the first row of the figures do not count", () => {
    const closes = [100, 100, 200, 100, 100];
    expect(peaksOf(testReplay(run(closes, { firstRow: 3 }))).weight).toBeCloseTo(0.05, 15);
  });

  test("of three pairs together are looked at, and of an equity below nothing fail", () => {
    const symbols = ["BTC", "ETH", "SOL", "XRP"];
    const fills = [0, 1, 2, 3].map((pair) => ({
      row: 1,
      pair,
      strategy: 0,
      side: 1 as const,
      quantity: 170 + pair,
      price: 100,
      fee: 0,
    }));
    const closes = symbols.map(() => swinging(100, 100.01));
    const peaks = peaksOf(testReplay(run([], { symbols, closes, fills })));
    // the first is the smallest of the four
    expect(peaks.top3).toBeCloseTo((171 + 172 + 173) / 1000, 4);
    const broke = run([100, 100, 0, 0], { fills: [{ ...fills[0], quantity: 1000, fee: 10 }] });
    expect(peaksOf(testReplay(broke)).weight).toBeNaN();
    expect(failed(broke)).toContain("leverage");
  });
});

describe("drawdowns", () => {
  test("are the fall from the highest equity at any close, as a share of it", () => {
    const bought = { row: 1, pair: 0, strategy: 0, side: 1 as const, quantity: 500, price: 100, fee: 0 };
    const replay = testReplay(run([100, 100, 120, 90, 110], { fills: [bought] }));
    // 110,000 at the top, 95,000 at the bottom
    expect(equityEvidence(replay, 1).drawdown).toEqual({ value: expect.closeTo(15 / 110, 12) });
  });

  test("of the resamples are deeper than what happened to happen, and decide as well", () => {
    const bought = { row: 1, pair: 0, strategy: 0, side: 1 as const, quantity: 500, price: 100, fee: 0 };
    const replay = testReplay(run(swinging(100, 125, 200), { fills: [bought] }));
    const { drawdown, resampledDrawdown } = equityEvidence(replay, 1);
    expect(drawdown.value!).toBeLessThan(0.2);
    expect(resampledDrawdown.value!).toBeGreaterThan(0.2);
    const gate = portfolioLimits(replay, equityEvidence(replay, 1), defaultBounds());
    expect(gate.checks.find((c) => c.name === "drawdown, 95 % of resamples")?.verdict).toBe("FAIL");
  });

  test("of the resamples are the same for the same seed", () => {
    const replay = testReplay(run(swinging(100, 110)));
    expect(equityEvidence(replay, 3)).toEqual(equityEvidence(replay, 3));
    expect(equityEvidence(replay, 3).resampledDrawdown).not.toEqual(
      equityEvidence(replay, 4).resampledDrawdown,
    );
  });

  test("of a book that hardly ever moved have too little to be resampled, which is no pass", () => {
    expect(failed(run(swinging(100, 100)))).toEqual(["drawdown, 95 % of resamples"]);
  });
});

test("the share of requests that rules refused is reported", () => {
  const refused = { row: 2, pair: 1, strategy: 0, rule: 0, value: 100 };
  const gate = judged(run(swinging(100, 110), { refusals: [refused, refused, refused] }));
  expect(gate.reported).toEqual([{ name: "share of requests refused", value: { value: 0.75 }, n: 4 }]);
});

test("the checks are those that a report must have to say PASS", () => {
  const checks = judged(run(swinging(100, 110))).checks.map(({ name, op, bound }) => ({ name, op, bound }));
  expect(checks).toEqual(requiredChecks(4, defaultBounds(), Number.NaN));
});
