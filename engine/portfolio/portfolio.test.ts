import { expect, it } from "vitest";
import { HOUR, MINUTE } from "../market/bars.ts";
import { RULES } from "../risk/limits.ts";
import { CANCEL_REASONS, ORDER_KINDS } from "./events.ts";
import { runScenario, T0 } from "./harness.test-data.ts";

const kinds = (orders: { kind: number }[]) => orders.map((o) => ORDER_KINDS[o.kind]);
const rules = (refusals: { rule: number }[]) => refusals.map((r) => RULES[r.rule]);
const reasons = (cancels: { reason: number }[]) => cancels.map((c) => CANCEL_REASONS[c.reason]);
/** 1 from row `from` on. */
const since = (from: number, x: number) => (row: number) => (row >= from ? x : 0);

it("fills an entry at the next open, at the price and fee of the text", () => {
  const { fills, orders, cash, equity } = runScenario({
    rows: 3,
    pairs: [{ target: 0.05, rules: { tick: 0.01 } }],
    config: { execution: { latency: { min: 250, max: 250 } } },
  });
  // by hand: Q = 5,000 / 100 = 50; half-spread 1 bp; drift .399 * .01 * sqrt(.25 / 3600) = 3.325e-5;
  // impact 2/3 * .04 * sqrt(50 / 1e6) = 1.885618e-4; 100 * (1 + 3.218118e-4) = 100.0322 -> 100.04
  expect(orders).toHaveLength(1);
  expect(orders[0]).toMatchObject({ time: T0 + 6 * HOUR, side: 1, quantity: 50, price: 100, target: 0.05 });
  expect(fills).toHaveLength(1);
  expect(fills[0]).toMatchObject({
    time: T0 + 6 * HOUR,
    quantity: 50,
    price: 100.04,
    fee: 20.008,
    flagged: 0,
  });
  expect(fills[0].drift).toBeCloseTo(3.325e-5, 9);
  expect(fills[0].impact).toBeCloseTo(1.885618e-4, 9);
  expect(cash[2]).toBeCloseTo(100_000 - 50 * 100.04 - 20.008, 9);
  expect(equity[2]).toBeCloseTo(100_000 - 50 * 0.04 - 20.008, 9);
});

it("takes at most 10 % of a bar's volume a slice and cancels at the close of the third bar", () => {
  const { fills, cancels } = runScenario({ rows: 5, pairs: [{ target: since(0, 0.05), volume: 100 }] });
  expect(fills.slice(0, 3).map((f) => f.quantity)).toEqual([10, 10, 10]);
  expect(cancels[0]).toMatchObject({ time: T0 + 9 * HOUR, remaining: 20 });
  expect(reasons(cancels)[0]).toBe("expired");
});

it("fills nothing in a hole", () => {
  const { fills } = runScenario({ rows: 4, pairs: [{ target: 0.05, volume: (i) => (i === 1 ? 0 : 1e6) }] });
  expect(fills.map((f) => f.time)).toEqual([T0 + 7 * HOUR]);
});

it("lets an order live one bar where the bar contains 02:45, and then takes it back", () => {
  const { fills, cancels } = runScenario({
    rows: 3,
    first: T0 + 2 * HOUR,
    pairs: [{ target: 0.05, volume: 100 }],
  });
  expect(fills.map((f) => f.time)).toEqual([T0 + 2 * HOUR]);
  expect(cancels).toMatchObject([{ time: T0 + 3 * HOUR, remaining: 40 }]);
  expect(reasons(cancels)).toEqual(["downtime"]);
});

it("refuses an entry in the downtime once, forgets it at 05:00 and trades then", () => {
  const { orders, refusals } = runScenario({
    rows: 4,
    first: T0 + 2 * HOUR,
    pairs: [{ target: since(1, 0.05) }],
  });
  expect(refusals).toMatchObject([{ time: T0 + 3 * HOUR, side: 1, bound: 0, measure: 1 }]);
  expect(rules(refusals)).toEqual(["downtime"]);
  expect(orders.map((o) => o.time)).toEqual([T0 + 5 * HOUR]);
});

it("holds an exit back in the downtime and sends it at 05:00", () => {
  const { orders, refusals } = runScenario({
    rows: 8,
    first: T0,
    pairs: [{ target: (i) => (i < 3 ? 0.05 : 0) }],
  });
  expect(kinds(orders)).toEqual(["entry", "exit"]);
  expect(orders[1].time).toBe(T0 + 5 * HOUR);
  expect(refusals).toEqual([]);
});

it("sends a held-back exit at the first close from 05:00 even between decision bars", () => {
  const { orders } = runScenario({
    rows: 40,
    interval: 15 * MINUTE,
    decision: 4 * HOUR,
    first: T0,
    pairs: [{ target: (i) => (i < 16 ? 0.05 : 0) }],
  });
  expect(orders.map((o) => (o.time - T0) / HOUR)).toEqual([0, 5]);
});

it("does not ask a refused entry again until 72 h have passed", () => {
  const { refusals } = runScenario({ rows: 80, pairs: [{ target: 0.05, dailyVolume: 0 }] });
  expect(rules(refusals)).toEqual(["history", "history"]);
  expect(refusals[1].time - refusals[0].time).toBe(72 * HOUR);
});

it("asks a refused entry again when the desire differs by 20 % from the refused one", () => {
  const desire = (i: number) => (i < 4 ? 0.5 : i < 8 ? 0.59 : 0.61);
  const { refusals } = runScenario({ rows: 12, pairs: [{ target: 0.05, desire, dailyVolume: 0 }] });
  expect(refusals.map((r) => (r.time - T0) / HOUR)).toEqual([6, 14]);
});

it("asks a refused entry again after another strategy or none owned the pair", () => {
  const owner = (i: number) => (i === 4 ? -1 : i >= 8 ? 2 : 0);
  const target = (i: number) => (i === 4 ? 0 : 0.05);
  const { refusals } = runScenario({ rows: 12, pairs: [{ target, owner, dailyVolume: 0 }] });
  expect(refusals.map((r) => (r.time - T0) / HOUR)).toEqual([6, 11, 14]);
});

it("names the limit, the measure and the bound of a refusal", () => {
  const { refusals, orders } = runScenario({
    rows: 2,
    pairs: [{ target: 0.05 }],
    config: { risk: { position: 0.04 } },
  });
  expect(orders).toEqual([]);
  expect(refusals[0]).toMatchObject({ measure: 0.05, bound: 0.04, value: 5000, other: -1 });
  expect(rules(refusals)).toEqual(["position"]);
});

it("refuses the second of two related entries at one close, and names the first", () => {
  const wave = (i: number) => 100 + (i % 7);
  const pair = { close: wave, high: 110, low: 90 };
  const { orders, refusals } = runScenario({
    rows: 40,
    correlationBars: 30,
    pairs: [
      { ...pair, target: since(35, 0.05) },
      { ...pair, target: since(35, 0.05), desire: 0.9 },
    ],
  });
  expect(orders.map((o) => o.pair)).toEqual([0]);
  expect(rules(refusals)).toEqual(["correlation"]);
  expect(refusals[0]).toMatchObject({ pair: 1, other: 0, bound: 0.7 });
  expect(refusals[0].measure).toBeCloseTo(1, 12);
});

it("refuses an entry when fewer than two thirds of the correlation window have volume in both", () => {
  const wave = (k: number) => (i: number) => 100 + ((i * k) % 7);
  const { refusals } = runScenario({
    rows: 40,
    correlationBars: 30,
    pairs: [
      { close: wave(1), high: 110, low: 90, target: since(35, 0.05) },
      { close: wave(3), high: 110, low: 90, target: since(35, 0.05), volume: (i) => (i % 2) * 1e6 },
    ],
  });
  expect(rules(refusals)).toEqual(["correlation"]);
  expect(refusals[0].measure).toBe(0.5);
  expect(refusals[0].bound).toBeCloseTo(2 / 3, 12);
});

it("serves entries by falling desire, equal ones in universe order", () => {
  const { orders } = runScenario({
    rows: 1,
    pairs: [0.3, 0.9, 0.3, 0.5].map((desire) => ({ target: 0.05, desire })),
    config: { risk: { correlation: 1, correlation_present: 0 } },
  });
  expect(orders.map((o) => o.pair)).toEqual([1, 3, 0, 2]);
});

it("counts a pair no longer once an order sells all of it", () => {
  const { orders } = runScenario({
    rows: 6,
    pairs: [{ target: (i) => (i < 3 ? 0.05 : 0) }, { target: since(3, 0.05) }],
    config: { risk: { pairs: 1, correlation: 1, correlation_present: 0 } },
  });
  expect(kinds(orders)).toEqual(["entry", "exit", "entry"]);
});

it("leaves a position inside the band alone and changes it outside", () => {
  const target = (i: number) => (i < 3 ? 0.05 : i < 6 ? 0.0401 : 0.0399);
  const { orders } = runScenario({ rows: 9, pairs: [{ target, rules: { tick: 0.01 } }] });
  expect(kinds(orders)).toEqual(["entry", "reduction"]);
  expect((orders[1].time - T0) / HOUR).toBe(12);
});

it("replaces an open order by a new decision", () => {
  const target = (i: number) => (i < 1 ? 0.05 : 0.02);
  const { orders, cancels } = runScenario({ rows: 3, pairs: [{ target, volume: 100 }] });
  expect(kinds(orders)).toEqual(["entry", "increase"]);
  expect(reasons(cancels)).toEqual(["replaced"]);
});

it("takes an open order back when what is held is the target but for less than a lot", () => {
  const target = (i: number) => (i < 1 ? 0.05 : 0.00995); // of $100,000: 50 lots, then a little below the 10 filled
  const { orders, cancels, quantity } = runScenario({
    rows: 4,
    pairs: [{ target, volume: 100, rules: { lot_decimals: 0, tick: 0.01 } }],
  });
  expect(kinds(orders)).toEqual(["entry"]);
  expect(reasons(cancels)).toEqual(["replaced"]);
  expect(Array.from(quantity[0])).toEqual([0, 10, 10, 10]);
});

it("sends no order of less than a lot, also where no rule asks for a least value", () => {
  const { orders, refusals } = runScenario({
    rows: 2,
    pairs: [{ target: 0.0005, rules: { lot_decimals: 0, ordermin: 0, costmin: 0 } }],
    config: { band: { min_usd: 0 }, risk: { min_usd: 0 } },
  });
  expect([orders, refusals]).toEqual([[], []]);
});

it("tells a refused exit once, until the target leaves 0", () => {
  const { refusals, quantity } = runScenario({
    rows: 12,
    pairs: [{ target: (i) => (i < 2 || i === 8 ? 0.05 : 0), rules: { ordermin: 2 }, volume: 5 }],
  });
  expect(quantity[0][11]).toBeGreaterThan(0);
  expect(rules(refusals)).toEqual(["ordermin", "ordermin"]);
  expect(refusals.map((r) => r.side)).toEqual([-1, -1]);
});

it("never spends more than the cash", () => {
  const { cash, cancels, equity } = runScenario({
    rows: 4,
    pairs: [{ target: 1, rules: { tick: 0.01 } }],
    config: { sizing: { cap: 1 }, risk: { position: 1, top3: 1 } },
  });
  expect(cash[3]).toBeGreaterThanOrEqual(0);
  expect(cash[3]).toBeLessThan(0.01);
  expect(equity[3]).toBeLessThan(100_000);
  expect(reasons(cancels)).toEqual(["no cash"]);
});

it("halts beyond the drawdown limit, sells everything at any time of day and stays out", () => {
  const close = (i: number) => (i < 3 ? 100 : 40);
  const { halted, orders, fills, quantity } = runScenario({
    rows: 12,
    first: T0,
    pairs: [{ target: 0.5, open: close, close, high: 101, low: 39 }],
    config: { sizing: { cap: 1 }, risk: { position: 1, top3: 1 } },
  });
  expect(Array.from(halted)).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
  expect(kinds(orders)).toEqual(["entry", "flatten"]);
  expect(orders[1].time).toBe(T0 + 3 * HOUR);
  expect(fills[1].time).toBe(T0 + 3 * HOUR);
  expect(quantity[0][11]).toBe(0);
});

it("trades again after reset_after_days, with the peak set to equity", () => {
  const close = (i: number) => (i < 3 ? 100 : 40);
  const { halted, drawdown, orders } = runScenario({
    rows: 40,
    pairs: [{ target: (i) => (i < 5 ? 0.5 : 0.2), open: close, close, high: 101, low: 39 }],
    config: { sizing: { cap: 1 }, risk: { position: 1, top3: 1, reset_after_days: 1 } },
  });
  expect([halted[26], halted[27]]).toEqual([1, 0]);
  expect(drawdown[27]).toBe(0);
  expect(kinds(orders)).toEqual(["entry", "flatten", "entry"]);
});

it("refuses entries while an outside index is stale, and says its age", () => {
  const { refusals, orders } = runScenario({
    rows: 30,
    pairs: [{ target: 0.05 }],
    indexAge: (i) => (i < 20 ? 6 : 1) * 24 * HOUR,
    config: { retry: { after: 20 } },
  });
  expect(rules(refusals)).toEqual(["index-stale"]);
  expect(refusals[0]).toMatchObject({ measure: 6 * 24 * HOUR, bound: 5 * 24 * HOUR });
  expect(orders).toHaveLength(1);
});

it("sends nothing before the first close that may trade", () => {
  const { orders } = runScenario({ rows: 10, start: T0 + 12 * HOUR, pairs: [{ target: 0.05 }] });
  expect(orders.map((o) => o.time)).toEqual([T0 + 12 * HOUR]);
});

it("tells a refused exit once even if it went out in between and came back unfilled", () => {
  const { refusals, orders, quantity } = runScenario({
    rows: 16,
    pairs: [
      {
        target: (i) => (i < 2 ? 0.05 : 0),
        rules: { costmin: 250 },
        volume: (i) => (i < 8 ? 10 : 4),
        close: (i) => (i < 8 ? 100 : 130),
        high: 131,
      },
    ],
  });
  expect(kinds(orders).at(-1)).toBe("exit");
  expect(quantity[0][15]).toBeGreaterThan(0);
  expect(rules(refusals)).toEqual(["costmin"]);
});

it("does not tell a refused exit again when the drawdown halts", () => {
  const close = (i: number) => (i < 8 ? 100 : 1);
  const { refusals, halted } = runScenario({
    rows: 12,
    pairs: [
      { target: (i) => (i < 2 ? 0.05 : 0), rules: { costmin: 250 }, volume: 10, open: close, close, low: 1 },
      { target: 0.6, open: close, close, low: 1 },
    ],
    config: { sizing: { cap: 1 }, risk: { position: 1, top3: 1, correlation: 1, correlation_present: 0 } },
  });
  expect(halted[11]).toBe(1);
  expect(rules(refusals.filter((r) => r.pair === 0))).toEqual(["costmin"]);
});
