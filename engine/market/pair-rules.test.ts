import * as fc from "fast-check";
import { expect, it } from "vitest";
import { krakenRules, roundDown, roundUp, scaleOf, stepsPerUnit } from "./pair-rules.ts";
import { UNIVERSE_SYMBOLS } from "./universe.ts";

/** Every scale that the universe rounds by: lots, costs and ticks. */
const SCALES = [
  ...new Set(
    Object.values(krakenRules).flatMap((r) => [
      scaleOf(r.lot_decimals),
      scaleOf(r.cost_decimals),
      stepsPerUnit(r.tick),
    ]),
  ),
];
const scale = fc.constantFrom(...SCALES);
const amount = fc.double({ min: 0, max: 1e6, noNaN: true });

/** Four units in the last place: nearer than that to a multiple, a number is that multiple. */
const SLACK = 4 * Number.EPSILON;

it("rounds to a whole multiple", () => {
  fc.assert(
    fc.property(scale, amount, (s, x) => {
      for (const y of [roundDown(x, s), roundUp(x, s)]) expect(Math.round(y * s) / s).toBe(y);
    }),
    { numRuns: 2000 },
  );
});

it("rounds down never above, up never below, and by at most one step", () => {
  fc.assert(
    fc.property(scale, amount, (s, x) => {
      const down = roundDown(x, s);
      const up = roundUp(x, s);
      expect(down).toBeLessThanOrEqual(x * (1 + SLACK));
      expect(up).toBeGreaterThanOrEqual(x * (1 - SLACK));
      expect((x - down) * s).toBeLessThanOrEqual(1 + x * s * SLACK);
      expect((up - x) * s).toBeLessThanOrEqual(1 + x * s * SLACK);
      expect(down).toBeLessThanOrEqual(up);
    }),
    { numRuns: 2000 },
  );
});

it("leaves a multiple where it is, so that rounding twice is rounding once", () => {
  fc.assert(
    fc.property(scale, fc.integer({ min: 0, max: 1e14 }), (s, k) => {
      expect(roundDown(k / s, s)).toBe(k / s);
      expect(roundUp(k / s, s)).toBe(k / s);
    }),
    { numRuns: 2000 },
  );
});

it("takes a product that misses a multiple by its rounding alone for that multiple", () => {
  expect(0.1 + 0.2).not.toBe(0.3);
  expect(roundUp(0.1 + 0.2, 10)).toBe(0.3);
  expect(1.1 * 1.1).toBeGreaterThan(1.21);
  expect(roundUp(1.1 * 1.1, 100)).toBe(1.21);
  expect(0.57 * 100).toBeLessThan(57);
  expect(roundDown(0.57 * 100, 1)).toBe(57);
  expect(roundDown(56.999_999, 1)).toBe(56);
  expect(roundUp(57.000_001, 1)).toBe(58);
});

it("has whole steps per unit for every tick of the universe, and for coarse ones their share", () => {
  expect(Object.values(krakenRules).map((r) => stepsPerUnit(r.tick))).toEqual([
    10, 100, 100, 1e5, 1e6, 1e4, 1e5, 1e7, 1e4, 100,
  ]);
  expect(stepsPerUnit(0.25)).toBe(4);
  expect(roundUp(7, stepsPerUnit(5))).toBe(10);
  expect(roundDown(7, stepsPerUnit(5))).toBe(5);
});

it("has rules for every pair of the universe, in its order", () => {
  expect(Object.keys(krakenRules)).toEqual([...UNIVERSE_SYMBOLS]);
});

it("has the recorded rules", () => {
  // AssetPairs, recorded 2025-11 and 2026-09
  expect(krakenRules.BTC).toMatchObject({ tick: 0.1, lot_decimals: 8, cost_decimals: 5, ordermin: 0.00005 });
  expect(krakenRules.ETH).toMatchObject({ tick: 0.01, lot_decimals: 8, cost_decimals: 5, ordermin: 0.002 });
  expect(krakenRules.SOL).toMatchObject({ tick: 0.01, lot_decimals: 8, cost_decimals: 5, ordermin: 0.06 });
  expect(krakenRules.DOGE).toMatchObject({ tick: 1e-7, lot_decimals: 8, cost_decimals: 9, ordermin: 50 });
  for (const r of Object.values(krakenRules)) expect(r.costmin).toBe(0.5);
});
