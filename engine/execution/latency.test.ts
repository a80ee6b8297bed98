import * as fc from "fast-check";
import { expect, it } from "vitest";
import { HOUR, MINUTE } from "../market/bars.ts";
import { UNIVERSE } from "../market/universe.ts";
import { fmix32, latency, latencySettings } from "./latency.ts";

const defaults = latencySettings.parse({});
const T0 = Date.UTC(2024, 0, 1);

it("mixes as murmur3 does", () => {
  // MurmurHash3_x86_32 of no bytes is the finaliser of its seed: the widely published vectors of the
  // empty string under seeds 0, 1 and 0xffffffff
  expect(fmix32(0)).toBe(0);
  expect(fmix32(1)).toBe(0x514e28b7);
  expect(fmix32(0xffffffff)).toBe(0x81f16f39);
});

it("mixes step by step as exact integers do", () => {
  const exact = (x: number) => {
    let h = BigInt(x);
    h ^= h >> 16n;
    h = (h * 0x85ebca6bn) & 0xffffffffn;
    h ^= h >> 13n;
    h = (h * 0xc2b2ae35n) & 0xffffffffn;
    return Number(h ^ (h >> 16n));
  };
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffffff }), (x) => {
      expect(fmix32(x)).toBe(exact(x));
    }),
  );
});

it("is 50 + 450 h / 2^32 ms of the nested hash", () => {
  const minute = T0 / MINUTE;
  const h = fmix32((fmix32((fmix32(1) ^ 3) >>> 0) ^ minute) >>> 0);
  expect(latency(defaults, 1, 3, T0)).toBe(50 + (450 * h) / 2 ** 32);
});

it("depends on seed, pair and minute of the close, and on nothing within the minute", () => {
  const at = latency(defaults, 1, 0, T0);
  expect(latency(defaults, 1, 0, T0 + MINUTE - 1)).toBe(at);
  const others = [
    latency(defaults, 2, 0, T0),
    latency(defaults, 1, 1, T0),
    latency(defaults, 1, 0, T0 + MINUTE),
    latency(defaults, 1, 0, T0 - 1),
  ];
  expect(new Set([at, ...others]).size).toBe(5);
});

it("gives the same in every order of asking", () => {
  const closes = Array.from({ length: 500 }, (_, k) => T0 + k * HOUR);
  const forwards = closes.map((t) => latency(defaults, 9, 4, t));
  const backwards = [...closes].reverse().map((t) => latency(defaults, 9, 4, t));
  expect(backwards.reverse()).toEqual(forwards);
});

it("stays in [min, max) for every seed, pair and time", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 0xffffffff }),
      fc.integer({ min: 0, max: 10 + 2 ** 31 }),
      fc.integer({ min: 0, max: 4e12 }),
      (seed, pair, close) => {
        const ms = latency(defaults, seed, pair, close);
        expect(ms >= 50 && ms < 500).toBe(true);
      },
    ),
  );
});

it("is uniform over the hours of two years for every pair of the universe", () => {
  const bins = 18;
  const n = 2 * 365 * 24;
  for (const { index } of UNIVERSE) {
    const counts = new Array(bins).fill(0);
    for (let k = 0; k < n; k++) {
      counts[Math.floor((latency(defaults, 1, index, T0 + k * HOUR) - 50) / (450 / bins))]++;
    }
    const each = n / bins;
    const chiSquare = counts.reduce((sum, c) => sum + (c - each) ** 2 / each, 0);
    // 17 degrees of freedom: 40.8 is passed once in a thousand; the draws are fixed, so this is no dice
    expect(chiSquare, `pair ${index}`).toBeLessThan(40.8);
  }
});

it("moves neither with its own past nor with another pair", () => {
  const n = 5000;
  const series = (pair: number, lag: number) =>
    Array.from({ length: n }, (_, k) => latency(defaults, 1, pair, T0 + (k + lag) * HOUR) - 275);
  const a = series(0, 0);
  const correlation = (b: number[]) => {
    const dot = (x: number[], y: number[]) => x.reduce((s, v, k) => s + v * y[k], 0);
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  };
  // 3.3 standard errors of a correlation of 5,000 independent pairs: 0.047
  for (const lag of [1, 2, 24]) expect(Math.abs(correlation(series(0, lag)))).toBeLessThan(0.047);
  for (const pair of [1, 2, 9]) expect(Math.abs(correlation(series(pair, 0)))).toBeLessThan(0.047);
});

it("is constant where min is max, and refuses min above max with both values", () => {
  expect(latency({ min: 250, max: 250 }, 1, 0, T0)).toBe(250);
  const refused = latencySettings.safeParse({ min: 600 });
  expect(refused.error?.issues[0].message).toMatch(/found min 600 and max 500/);
});
