import * as fc from "fast-check";
import { expect, it } from "vitest";
import { krakenRules } from "../market/pair-rules.ts";
import { type Conditions, executionSettings, feeOf, priceSlice, venueOf } from "./fill.ts";

const settings = executionSettings.parse({});
const HOUR = 3_600_000;

const still: Conditions = {
  deviation: 0,
  span: HOUR,
  latency: 250,
  dailyDeviation: 0,
  dailyVolume: 1000,
};

/** One slice of a pair's order. */
function slice(
  symbol: string,
  side: number,
  quantity: number,
  open: number,
  conditions: Partial<Conditions> = {},
  barVolume = 1000,
  price: (typeof settings)["price"] = "modelled",
  extreme = open,
) {
  const out = { price: 0, halfSpread: 0, drift: 0, impact: 0 };
  priceSlice(
    side,
    quantity,
    open,
    extreme,
    barVolume,
    venueOf(krakenRules[symbol]),
    { ...still, ...conditions },
    { ...settings, price },
    out,
  );
  return out;
}

it("adds half-spread, drift and impact to the open of a buy", () => {
  const found = slice("BTC", 1, 1, 40_000, { deviation: 0.01, latency: 360, dailyDeviation: 0.03 }, 5);
  // by hand: 1e-4 + .399 * .01 * sqrt(.36 / 3600) + 2/3 * .03 * sqrt(1 / 1000)
  //        = 1e-4 + 3.99e-5 + 6.32456e-4 = 7.72356e-4; 40,000 * 1.000772356 = 40,030.894 -> 40,030.9
  expect(found.halfSpread).toBe(0.0001);
  expect(found.drift).toBeCloseTo(3.99e-5, 12);
  expect(found.impact).toBeCloseTo(6.324555e-4, 9);
  expect(found.price).toBe(40_030.9);
});

it("takes them off the open of a sale, and rounds down", () => {
  const found = slice("BTC", -1, 1, 40_000, { deviation: 0.01, latency: 360, dailyDeviation: 0.03 });
  expect(found.price).toBe(39_969.1); // 40,000 * (1 - 7.72356e-4) = 39,969.106
});

it("costs a buy half a tick at least, and rounds that up to a tick", () => {
  expect(slice("ADA", 1, 1, 0.000_5).price).toBe(0.000_501);
  expect(slice("ADA", -1, 1, 0.000_5).price).toBe(0.000_499);
});

it("prices an exit without a known daily volume by the fill bar's", () => {
  const known = slice("ETH", -1, 1, 3000, { dailyDeviation: 0.03, dailyVolume: 400 });
  for (const dailyVolume of [0, Number.NaN]) {
    expect(slice("ETH", -1, 1, 3000, { dailyDeviation: 0.03, dailyVolume }, 400)).toEqual(known);
  }
});

it("charges only the half-spread while no deviation is known", () => {
  const found = slice("ETH", -1, 1, 3000, { deviation: Number.NaN, dailyDeviation: Number.NaN });
  expect(found).toEqual({ price: 2999.7, halfSpread: 0.0001, drift: 0, impact: 0 });
});

it("sells for a tick where the impact is beyond the whole price", () => {
  expect(slice("XRP", -1, 1e9, 0.5, { dailyDeviation: 1, dailyVolume: 1 }).price).toBe(1e-5);
});

it("is never better than the open, lies on the tick, and is rounded by less than one tick", () => {
  const symbols = Object.keys(krakenRules);
  fc.assert(
    fc.property(
      fc.constantFrom(...symbols),
      fc.constantFrom(1, -1),
      fc.integer({ min: 1, max: 10_000_000 }),
      fc.double({ min: 0, max: 0.05, noNaN: true }),
      fc.double({ min: 0, max: 0.2, noNaN: true }),
      fc.double({ min: 50, max: 500, noNaN: true }),
      fc.double({ min: 1e-6, max: 100, noNaN: true }),
      (symbol, side, ticks, deviation, dailyDeviation, latency, quantity) => {
        const { steps, tick } = venueOf(krakenRules[symbol]);
        const open = ticks / steps;
        const found = slice(symbol, side, quantity, open, { deviation, dailyDeviation, latency });
        const adverse = found.halfSpread + found.drift + found.impact;
        const exact = open * (1 + side * adverse);
        expect(found.price).toBe(Math.round(found.price * steps) / steps);
        const worse = side * (found.price - exact);
        const rounding = 1e-14 * open;
        expect(side * (found.price - open)).toBeGreaterThanOrEqual(0);
        expect(worse).toBeLessThan(tick + rounding);
        if (found.price > tick) expect(worse).toBeGreaterThanOrEqual(-rounding);
        // half a tick is always paid, so that a price on the grid moves by a whole one
        if (ticks > 1) expect(side * (found.price - open)).toBeGreaterThanOrEqual(tick * 0.999);
      },
    ),
    { numRuns: 2000 },
  );
});

it("is never better than an open off the grid either", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(krakenRules)),
      fc.double({ min: 1e-9, max: 1e6, noNaN: true }),
      (symbol, open) => {
        expect(slice(symbol, 1, 1, open).price).toBeGreaterThanOrEqual(open);
        expect(slice(symbol, -1, 1, open).price).toBeLessThanOrEqual(open);
        expect(slice(symbol, -1, 1, open).price).toBeGreaterThan(0);
      },
    ),
    { numRuns: 1000 },
  );
});

it("rounds the fee up at the pair's cost decimals, and leaves an exact one alone", () => {
  // recorded Kraken order OGMZCL-KC6MC-ZRBGM6: cost 7.105741 at 0.26 % paid 0.018475 (6 decimals)
  expect(feeOf(7.105741, 0.0026, 1e6)).toBe(0.018475);
  expect(feeOf(15_000.05, 0.0026, 1e5)).toBe(39.00013); // exact: 39.00013
  expect(feeOf(7812.675, 0.0026, 1e5)).toBe(20.31296); // 20.312955
  expect(feeOf(3200, 0.0026, 1e5)).toBe(8.32);
  expect(feeOf(0.000_001, 0.0026, 1e5)).toBe(0.00001); // never free
  expect(feeOf(0, 0.0026, 1e5)).toBe(0);
});

it("rounds every fee as exact decimals do", () => {
  // cost in millionths, rate in hundredths of a basis point: the exact product is a whole number of 1e-12
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e12 }), fc.integer({ min: 1, max: 400 }), (millionths, points) => {
      const exact = BigInt(millionths) * BigInt(points); // 1e-6 * 1e-5
      const expected = (exact + 999_999n) / 1_000_000n; // at 5 decimals, up
      expect(feeOf(millionths / 1e6, points / 1e5, 1e5)).toBe(Number(expected) / 1e5);
    }),
    { numRuns: 2000 },
  );
});

it("at its best costs the half-spread alone", () => {
  const moved = { deviation: 0.01, latency: 360, dailyDeviation: 0.03 };
  const found = slice("BTC", 1, 1, 40_000, moved, 1000, "best", 41_000);
  expect(found).toMatchObject({ drift: 0, impact: 0, price: 40_004 }); // 40,000 * 1.0001
  expect(slice("BTC", -1, 1, 40_000, moved, 1000, "best", 39_000).price).toBe(39_996);
});

it("at its worst buys at the bar's high and sells at its low", () => {
  expect(slice("BTC", 1, 1, 40_000, {}, 1000, "worst", 40_500.02).price).toBe(40_500.1);
  expect(slice("BTC", -1, 1, 40_000, {}, 1000, "worst", 39_500.02).price).toBe(39_500);
});

it("at its worst is never better than the modelled price", () => {
  const moved = { deviation: 0.01, latency: 360, dailyDeviation: 0.03 };
  for (const side of [1, -1]) {
    const modelled = slice("BTC", side, 1, 40_000, moved).price;
    expect(slice("BTC", side, 1, 40_000, moved, 1000, "worst", 40_000).price).toBe(modelled);
  }
});
