import { expect, it } from "vitest";
import { engineConfig } from "../config.ts";
import { createEvents } from "../events.ts";
import { HOUR } from "../market/bars.ts";
import { krakenRules } from "../market/pair-rules.ts";
import { column } from "../test-data.ts";
import { type PortfolioInput, type PortfolioOutput, termsOf } from "./book.ts";
import { CANCEL_FIELDS, FILL_FIELDS, ORDER_FIELDS, REFUSAL_FIELDS } from "./events.ts";
import { T0 } from "./harness.test-data.ts";
import { portfolio } from "./portfolio.ts";

const ROWS = 40;

/** Two related pairs, of which the first is bought and the second is refused: the limit looks at returns. */
function related(): PortfolioInput {
  const wave = column(ROWS, (i) => 100 + (i % 7));
  const same = (x: number) => column(ROWS, () => x);
  const pair = (from: number) => ({
    open: wave,
    high: same(110),
    low: same(90),
    close: wave,
    volume: same(1e6),
    decisionVolume: same(1e6),
    target: column(ROWS, (i) => (i >= from ? 0.05 : 0)),
    owner: same(0),
    desire: same(1),
    deviation: same(0.01),
    dailyDeviation: same(0.04),
    dailyVolume: same(1e6),
  });
  return { time: column(ROWS, (i) => T0 + (6 + i) * HOUR), pairs: [pair(25), pair(35)] };
}

function output(): PortfolioOutput {
  const empty = () => new Float64Array(ROWS);
  return {
    equity: empty(),
    cash: empty(),
    held: empty(),
    drawdown: empty(),
    halted: empty(),
    pnl: [empty()],
    pairs: [{ quantity: empty() }, { quantity: empty() }],
    orders: createEvents(ORDER_FIELDS),
    fills: createEvents(FILL_FIELDS),
    cancels: createEvents(CANCEL_FIELDS),
    refusals: createEvents(REFUSAL_FIELDS),
  };
}

it("leaves nothing behind for another session when one broke off in the middle of a block", () => {
  const pairs = ["BTC", "ETH"].map((symbol, p) => ({ symbol, rules: krakenRules[symbol], universeIndex: p }));
  const clock = { interval: HOUR, decision: HOUR, start: T0 };
  const kernel = portfolio(termsOf(engineConfig.parse({}), pairs, clock, 1, 0), 30, {});

  const expected = output();
  kernel.advance(kernel.init(), related(), expected, ROWS);
  expect(expected.refusals.n).toBe(1);

  const broken = output();
  broken.refusals.next = () => {
    throw new Error("no room");
  };
  expect(() => kernel.advance(kernel.init(), related(), broken, ROWS)).toThrow("no room");
  const found = output();
  kernel.advance(kernel.init(), related(), found, ROWS);
  expect(found.refusals.at).toEqual(expected.refusals.at);
  expect(found.equity).toEqual(expected.equity);
});
