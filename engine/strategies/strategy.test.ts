import { expect, it } from "vitest";
import { defaultConfig } from "../config.ts";
import { drive } from "../drive.ts";
import type { Slots } from "../kernel.ts";
import { BAR_FIELDS, type BarColumns, DAY, HOUR } from "../market/bars.ts";
import { createMarket } from "../market-view.ts";
import { createPlan } from "../plan.ts";
import { column, runKernel } from "../test-data.ts";
import { builtInStrategies } from "./registry.ts";
import { clip01, rowwise } from "./strategy.ts";

const config = defaultConfig();
const strategies = builtInStrategies(config.strategies);
const named = (name: string) => strategies.find((s) => s.name === name)!;

/** A market of BTC (the reference) and ETH without anything wired. */
function market(interval = HOUR) {
  const plan = createPlan();
  const time = plan.input("time");
  const pairs = ["BTC", "ETH"].map((symbol) => ({
    symbol,
    bars: Object.fromEntries(BAR_FIELDS.map((f) => [f, plan.input(`${symbol}.${f}`)])) as Slots<BarColumns>,
  }));
  return createMarket(plan, config, time, pairs, pairs[0], interval);
}

it("has six strategies with the multipliers of the text", () => {
  expect(strategies.map((s) => [s.name, s.multiplier])).toEqual([
    ["TrendFollower", 2],
    ["VolatilitySwing", 1.5],
    ["MeanReversion", 1],
    ["DefensiveHedge", 0.5],
    ["StableAllocator", 0.5],
    ["Recovery", 1],
  ]);
});

it.each([
  ["TrendFollower", 1199], // EMA 1200
  ["VolatilitySwing", 241], // ATR 240 needs a close before, and "previous" a row more
  ["MeanReversion", 71], // 72 closes
  ["DefensiveHedge", 720], // 720 returns
  ["StableAllocator", 1199], // the regime's EMA 1200
  ["Recovery", 720], // 720 closes, and "previous" a row more
])("knows what %s wants after %d hours", (name, lookback) => {
  const view = market();
  const desires = named(name).desires(view);
  expect(desires).toHaveLength(2);
  for (const slot of desires) expect(view.plan.lookback(slot)).toBe(lookback);
});

it.each([
  ["TrendFollower", ["ema 480", "ema 1200"], ["ema 20", "ema 50"]],
  [
    "VolatilitySwing",
    ["rolling-max 48", "rolling-min 24", "atr 24", "atr 240"],
    ["rolling-max 2", "rolling-min 1", "atr 1", "atr 10"],
  ],
  ["MeanReversion", ["z-score 72"], ["z-score 3"]],
  ["DefensiveHedge", ["ema 480", "rolling-beta 720"], ["ema 20", "rolling-beta 90"]],
  [
    "Recovery",
    ["ema 120", "rolling-min 168", "rolling-min 720"],
    ["ema 5", "rolling-min 7", "rolling-min 30"],
  ],
])("measures %s over the spans of the text, in hours and in days", (name, hourly, daily) => {
  for (const [interval, expected] of [
    [HOUR, hourly],
    [DAY, daily],
  ] as const) {
    const view = market(interval);
    named(name).desires(view);
    const found = view.plan.nodes.map(({ kernel }) => `${kernel.name} ${kernel.params.n}`);
    for (const kernel of expected) expect(found).toContain(kernel);
  }
});

it("switches MeanReversion off where its 72 hours hold fewer than 6 bars, and says so", () => {
  const { off } = named("MeanReversion");
  expect(off?.(market(HOUR))).toBeUndefined();
  expect(off?.(market(12 * HOUR))).toBeUndefined();
  expect(off?.(market(DAY))).toBe("its 72 h hold 3 bars, and it needs 6");
});

it("names the setting of a span that is not whole bars", () => {
  expect(() => named("Recovery").desires(market(7 * HOUR))).toThrow(/^strategies\.recovery\.ema: 120 h are/);
});

// a market with trends, jumps and quiet spells, from a linear congruential sequence
const ROWS = 1500;
let seed = 1;
const next = () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32 - 0.5;
};
let price = 100;
const closes = Array.from({ length: ROWS }, (_, i) => {
  price *= 1 + next() * (i % 300 < 220 ? 0.01 : 0.05);
  return price;
});
const opens = closes.map((c, i) => closes[i - 1] ?? c);
const bars: BarColumns = {
  open: column(opens),
  high: column(ROWS, (i) => 1.002 * (opens[i] > closes[i] ? opens[i] : closes[i])),
  low: column(ROWS, (i) => 0.998 * (opens[i] < closes[i] ? opens[i] : closes[i])),
  close: column(closes),
  volume: column(ROWS, () => 1),
};

/** Desires of a strategy for the reference of this market. */
function desiresOf(name: string): readonly number[] {
  const view = market();
  const [slot] = named(name).desires(view);
  const run = drive(view.plan, ROWS);
  for (const { bars: slots } of view.pairs) for (const f of BAR_FIELDS) run.feed(bars[f], slots[f]);
  const kept = run.keep(slot);
  run.go();
  return [...kept];
}
const lowest = (from: number, to: number) => Math.min(...closes.slice(from, to));
const highest = (from: number, to: number) => Math.max(...closes.slice(from, to));
const mean = (x: readonly number[]) => x.reduce((a, b) => a + b, 0) / x.length;

/** EMA and Wilder's ATR by their definitions, each seeded with the mean of its first n. */
function smoothed(values: readonly number[], n: number, a: number): number[] {
  let e = mean(values.slice(0, n));
  return values.map((v, i) => {
    if (i < n - 1) return Number.NaN;
    if (i >= n) e += a * (v - e);
    return e;
  });
}
const ranges = closes.map((_, i) =>
  i === 0 ? 0 : Math.max(bars.high[i], closes[i - 1]) - Math.min(bars.low[i], closes[i - 1]),
);
const atrOf = (n: number) => [Number.NaN, ...smoothed(ranges.slice(1), n, 1 / n)];

it("trades VolatilitySwing as its sentence says, window by window", () => {
  const [fast, slow] = [atrOf(24), atrOf(240)];
  let entry = -1;
  let entries = 0;
  const expected = closes.map((c, i) => {
    if (i < 241) return Number.NaN;
    if (entry >= 0) {
      const stop = highest(entry, i + 1) - 2.5 * fast[i];
      if (c < lowest(i - 24, i) || c < stop) entry = -1;
    } else if (c > highest(i - 48, i) && fast[i] / slow[i] >= 1.2) {
      entry = i;
      entries++;
    }
    return entry >= 0 ? 1 : 0;
  });
  expect(desiresOf("VolatilitySwing")).toEqual(expected);
  expect(entries).toBeGreaterThan(5);
});

it("trades Recovery as its sentence says, window by window", () => {
  const average = smoothed(closes, 120, 2 / 121);
  let held = false;
  let entries = 0;
  const found = desiresOf("Recovery");
  for (let i = 720; i < ROWS; i++) {
    const c = closes[i];
    if (held) held = !(c < lowest(i - 168, i));
    else {
      held = c > average[i] && c >= 1.05 * lowest(i - 167, i + 1);
      if (held) entries++;
    }
    const distance = (c / lowest(i - 719, i + 1) - 1) / 0.2;
    expect(found[i]).toBeCloseTo(held ? Math.min(1, Math.max(0, distance)) : 0, 9);
  }
  expect(found.slice(0, 720).every(Number.isNaN)).toBe(true);
  expect(entries).toBeGreaterThan(2);
});

it("trades MeanReversion as its sentence says, window by window", () => {
  const found = desiresOf("MeanReversion");
  let entry = -1;
  let desire = 0;
  let barred = false;
  let entries = 0;
  for (let i = 71; i < ROWS; i++) {
    const window = closes.slice(i - 71, i + 1);
    const m = mean(window);
    const z = (closes[i] - m) / Math.sqrt(window.reduce((s, c) => s + (c - m) ** 2, 0) / 71);
    if (z >= 0) {
      desire = 0;
      barred = false;
    } else if (desire > 0) {
      if (z < -4 || i - entry >= 72) {
        desire = 0;
        barred = true;
      }
    } else if (!barred && z >= -4 && z < -2) {
      desire = Math.min(1, -z / 3);
      entry = i;
      entries++;
    }
    expect(found[i]).toBeCloseTo(desire, 9);
  }
  expect(entries).toBeGreaterThan(5);
});

it("makes a kernel of a function of one row, called once every port is known", () => {
  const kernel = rowwise(
    "sum",
    { k: 2 },
    ["a", "b"],
    () => ({ calls: 0 }),
    ({ a, b }, s) => a + b + ++s.calls,
  );
  const { y } = runKernel(kernel, { a: column([Number.NaN, 1, 2]), b: column([5, 6, 7]) }, 3);
  expect([...y]).toEqual([Number.NaN, 8, 11]);
  expect(kernel.params).toMatchObject({ k: 2 });
  expect(kernel.init()).toEqual({ calls: 0 });
});

it("clips a desire to [0, 1]", () => {
  expect([-1, -0, 0, 0.3, 1, 1.5, Number.NaN].map(clip01)).toEqual([0, 0, 0, 0.3, 1, 1, 0]);
});
