import * as fc from "fast-check";
import { expect, it } from "vitest";
import { column, krakenCloses, runKernel, sharedData } from "../test-data.ts";
import { volatilityIndex } from "./volatility-index.ts";

/** 100 * scale * sqrt(year * EWMA), the average written out anew for every row: weights and all. */
function direct(
  close: ArrayLike<number>,
  at: number,
  span: number,
  seed: number,
  halfLife: number,
  scale: number,
) {
  const squares: number[] = [];
  for (let i = span; i <= at; i++) squares.push((close[i] / close[i - span] - 1) ** 2);
  if (squares.length < seed) return Number.NaN;
  const keep = 0.5 ** (1 / halfLife);
  let average = squares.slice(0, seed).reduce((a, b) => a + b) / seed;
  for (const r of squares.slice(seed)) average = keep * average + (1 - keep) * r;
  return 100 * scale * Math.sqrt(365 * average);
}

it("is the formula of squared 24-hour returns", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 50, max: 150, noNaN: true }), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 24 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 100 }),
      (closes, span, seed, halfLife) => {
        const kernel = volatilityIndex(span, seed, halfLife, 0.29, 365);
        const { index } = runKernel(kernel, { close: column(closes) }, closes.length);
        expect(kernel.lookback).toBe(span + seed - 1);
        for (let i = 0; i < closes.length; i++) {
          const expected = direct(closes, i, span, seed, halfLife, 0.29);
          if (i < kernel.lookback) expect(index[i]).toBeNaN();
          else expect(Math.abs(index[i] - expected)).toBeLessThan(1e-10 * (1 + expected));
        }
      },
    ),
    { numRuns: 100 },
  );
});

it("is 0.29 times the annual volatility of a market that moves alike every day", () => {
  // every 24-hour return is 5 %: 100 * 0.29 * 19.104973 * 0.05 = 27.702211
  const close = column(600, (i) => 100 * 1.05 ** (i / 24));
  const { index } = runKernel(volatilityIndex(24, 240, 72, 0.29, 365), { close }, 600);
  expect(index.findIndex((x) => x === x)).toBe(263);
  for (const x of index.subarray(263)) expect(x).toBeCloseTo(27.702211, 5);
});

it("has forgotten half after its half-life", () => {
  // a market that stops: the average of squares halves every 72 rows, the index by sqrt(1/2)
  const close = column(500, (i) => (i < 300 ? 100 * 1.05 ** (i / 24) : 100 * 1.05 ** (299 / 24)));
  const { index } = runKernel(volatilityIndex(24, 240, 72, 0.29, 365), { close }, 500);
  expect(index[330 + 72] / index[330]).toBeCloseTo(Math.SQRT1_2, 12);
});

it("is 0 where nothing moves", () => {
  const { index } = runKernel(volatilityIndex(2, 2, 5, 0.29, 365), { close: column(9, () => 7) }, 9);
  expect([...index.subarray(3)]).toEqual([0, 0, 0, 0, 0, 0]);
});

const path = sharedData("kraken/hourly/XBTUSD_60.csv");

it.skipIf(path === undefined)("is the formula on real hours", () => {
  const { close } = krakenCloses(path!);
  const rows = 20_000;
  const { index } = runKernel(volatilityIndex(24, 240, 72, 0.29, 365), { close }, rows);
  for (const at of [263, 264, 5000, 19_999]) {
    const expected = direct(close, at, 24, 240, 72, 0.29);
    expect(Math.abs(index[at] / expected - 1)).toBeLessThan(1e-12);
  }
});
