import { expect, it } from "vitest";
import { fateOf, riskChecks, sizingOf } from "./order-facts.js";
import { runOf, sampleRun } from "./page.test-data.ts";
import { fillArithmetic, fillsOfTrip, markOf, ordersOfTrip, refusalsOfTrip, tripSum } from "./trip-facts.js";

const HOUR = 3_600_000;
const run = runOf(sampleRun({ trips: 60, points: 1500 }));
const last = run.trips.n - 1;

/** A run of one round trip: two buys, one sale, and what surrounds it. Hours count from 0. */
function small(changes: Record<string, Record<string, unknown>> = {}) {
  const columns = (rows: Record<string, number[]>) =>
    Object.fromEntries(Object.entries(rows).map(([name, values]) => [name, Float64Array.from(values)]));
  return runOf({
    intervalMs: HOUR,
    strategies: ["A", "B"],
    limits: { position: 0.05, min_usd: 50, leverage: 1, pairs: 6, top3: 0.5, correlation: 0.7 },
    sizing: { unit: 0.05, cap: 0.05, multipliers: { A: 2 } },
    trips: columns({
      pair: [0],
      entryTime: [5 * HOUR],
      exitTime: [9 * HOUR],
      quantity: [3],
      pnl: [3.5],
      open: [0],
    }),
    orders: {
      ...columns({
        order: [0, 1, 2, 3, 4],
        time: [4 * HOUR, 5 * HOUR, 6 * HOUR, 9 * HOUR, 7 * HOUR],
        pair: [0, 0, 0, 0, 1],
        strategy: [1, 0, 0, 0, 0],
        side: [-1, 1, 1, -1, 1],
        kind: [3, 0, 1, 3, 0],
        quantity: [1, 3, 5, 3, 1],
        price: [100, 100, 100, 100, 100],
        target: [0, 0.03, 0.05, 0, 0.01],
        desire: [Number.NaN, 0.5, 1, Number.NaN, 0.2],
        position: [Number.NaN, 0.03, 0.06, Number.NaN, 0.01],
        correlation: [Number.NaN, Number.NaN, Number.NaN, Number.NaN, 0.3],
        first: [0, 0, 0, 0, 0],
        second: [1, 1, 1, 1, 1],
        share: [0.6, 0.6, 0.6, 0.6, 0.6],
      }),
      kinds: ["entry", "increase", "reduction", "exit", "flatten"],
      ...changes.orders,
    },
    fills: columns({
      order: [0, 1, 1, 3],
      time: [4 * HOUR, 5 * HOUR, 6 * HOUR, 9 * HOUR],
      pair: [0, 0, 0, 0],
      side: [-1, 1, 1, -1],
      quantity: [1, 1, 2, 3],
      open: [100, 100, 101, 103],
      price: [99, 101, 102, 102.5],
      fee: [0.1, 0.2, 0.3, 0.5],
      halfSpread: [0, 0.001, 0.001, 0.001],
      drift: [0, 0.002, 0.002, 0.001],
      impact: [0, 0.003, 0.003, 0.001],
    }),
    cancels: {
      ...columns({ order: [2], time: [8 * HOUR], pair: [0], remaining: [5], reason: [1] }),
      reasons: ["expired", "downtime"],
    },
    refusals: columns({ time: [3 * HOUR, 6 * HOUR, 10 * HOUR], pair: [0, 0, 0] }),
    ...changes.run,
  });
}

it("gives a trip the fills of its pair from entry to exit", () => {
  expect(fillsOfTrip(small(), 0)).toEqual([1, 2, 3]);
});

it("gives it the orders of its fills and those that never filled, but not the exit before it", () => {
  // order 0 left at the hour before, but filled before the entry; order 4 is another pair's
  expect(ordersOfTrip(small(), 0, [1, 2, 3])).toEqual([1, 2, 3]);
  expect(refusalsOfTrip(small(), 0)).toEqual([1]);
});

it("writes a fill out as it was priced", () => {
  const f = fillArithmetic(small().fills, 1);
  // 100 * (1 + 0.006) = 100.6, rounded up to 101: 1 in all, of it 0.1 + 0.2 + 0.3 and 0.4 by the tick
  expect(f.unrounded).toBeCloseTo(100.6, 12);
  expect(f.costs.rounding).toBeCloseTo(0.4, 12);
  expect(f.total).toBeCloseTo(1.2, 12);
  expect(f.share).toBeCloseTo(0.012, 12);
  expect(f.rate).toBeCloseTo(0.2 / 101, 12);
  expect(fillArithmetic(small().fills, 3).unrounded).toBeCloseTo(103 * (1 - 0.003), 12);
});

it("adds the fills up to the P&L, cost by cost", () => {
  // opens: -100 - 2*101 + 3*103 = 7; slippage 1 + 2 + 1.5, fees 1: 7 - 5.5 = 1.5
  const sum = tripSum(small(), 0, [1, 2, 3], Number.NaN);
  expect(sum.gross).toBeCloseTo(7, 12);
  expect(sum.costs.fee).toBeCloseTo(1, 12);
  expect(sum.cost).toBeCloseTo(5.5, 12);
  expect(sum.net).toBeCloseTo(1.5, 12);
  expect(sum.addsUp).toBe(false); // the trip says 3.5
  expect(
    tripSum(
      small({
        run: { trips: { pair: Float64Array.of(0), pnl: Float64Array.of(1.5), quantity: Float64Array.of(3) } },
      }),
      0,
      [1, 2, 3],
      Number.NaN,
    ).addsUp,
  ).toBe(true);
});

it("does not judge a sum of which fills are missing", () => {
  expect(tripSum(small(), 0, [2, 3], Number.NaN)).toMatchObject({ isAll: false, addsUp: undefined });
});

it("finds the sums of a whole run right, the open one at its last close", () => {
  for (let t = 0; t < last; t++) {
    expect(tripSum(run, t, fillsOfTrip(run, t), Number.NaN), `trip ${t}`).toMatchObject({
      held: 0,
      addsUp: true,
    });
  }
  const filled = fillsOfTrip(run, last);
  expect(tripSum(run, last, filled, Number.NaN).addsUp).toBeUndefined();
  const mark = markOf(run, last, run.candlesOf(run.pairs[run.trips.pair[last]]));
  expect(tripSum(run, last, filled, mark)).toMatchObject({ addsUp: true });
});

it("tells what became of an order", () => {
  expect(fateOf(small(), 1)).toMatchObject({ filled: 3, slices: 2, end: "filled" });
  expect(fateOf(small(), 2)).toMatchObject({ filled: 0, end: "cancelled (downtime)", endTime: 8 * HOUR });
  expect(fateOf(small({ run: { cancels: {} } }), 2).end).toBe("open at the end");
});

it("sets what the checks measured against their bounds, and says why something was not", () => {
  const entry = riskChecks(small(), 1);
  expect(entry[0]).toMatchObject({ measure: 300, bound: 50, isLeast: true, passed: true });
  expect(entry[1]).toMatchObject({ measure: 0.03, bound: 0.05, passed: true });
  expect(entry[5]).toMatchObject({ passed: undefined, why: "no other pair counted then" });
  const increase = riskChecks(small(), 2);
  expect(increase[1].passed).toBe(false);
  expect(increase[5].why).toBe("measured at entries only");
});

it("writes the sizing out: the first's allocation, the second's the rest", () => {
  // 0.5 * 0.05 * 2 * 0.6 = 0.03
  expect(sizingOf(small(), 1)).toMatchObject({ multiplier: 2, allocation: 0.6, isImplied: false });
  expect(sizingOf(small(), 1)?.weight).toBeCloseTo(0.03, 15);
  const second = small({ orders: { strategy: Float64Array.of(1, 1, 1, 1, 1) } });
  expect(sizingOf(second, 1)?.allocation).toBeCloseTo(0.4, 15);
  // B's multiplier is not told: 0.03 / (0.5 * 0.05 * 0.4) = 3; at the cap nothing follows
  expect(sizingOf(second, 1)?.multiplier).toBeCloseTo(3, 12);
  expect(sizingOf(second, 2)).toMatchObject({ isImplied: true, multiplier: Number.NaN });
  expect(sizingOf(small({ orders: { first: Float64Array.of(-1, -1, -1, -1, -1) } }), 1)).toBeUndefined();
  expect(sizingOf(small(), 0)).toBeUndefined(); // a sale has no desire
});

it("takes a model's factor into the sizing, and out of a multiplier that follows from the target", () => {
  // 0.5 + 0.5 * (0.9 - 0.8) / 0.2 = 0.75; 0.03 / 0.75 = 0.04 = 0.5 * 0.05 * 0.4 * 4
  const five = (x: number) => new Float64Array(5).fill(x);
  const by = (strategy: number) =>
    sizingOf(
      small({
        orders: { score: five(0.9), threshold: five(0.8), strategy: five(strategy) },
        run: { model: { release: 0.1, least: 0.5 } },
      }),
      1,
    )!;
  expect(by(0).sized).toBeCloseTo(0.03 * 0.75, 15);
  expect(by(0).judgement!.bound).toBe(0.8 - 0.1);
  expect(by(1).multiplier).toBeCloseTo(4, 12);
  expect(by(1).sized).toBeCloseTo(0.03, 15);
});

it("copes with tables that were left out", () => {
  const bare = runOf({
    ...sampleRun({ trips: 5, points: 300 }),
    orders: undefined,
    fills: undefined,
    refusals: undefined,
  });
  expect([fillsOfTrip(bare, 0), ordersOfTrip(bare, 0, []), refusalsOfTrip(bare, 0)]).toEqual([[], [], []]);
  expect(markOf(bare, 0, { n: 1, time: [1], close: [2] })).toBeNaN();
});
