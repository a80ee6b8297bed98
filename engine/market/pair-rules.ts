import { z } from "zod";

const decimals = (description: string) =>
  z.number().int().min(0).max(12).meta({ unit: "digits", description });

/** What an exchange demands of an order in one pair. Quote currency for prices and costs, base for quantity. */
export const pairRules = z.strictObject({
  tick: z.number().gt(0).meta({ unit: "quote", description: "Price step" }),
  lot_decimals: decimals("Decimals of a quantity in base currency"),
  cost_decimals: decimals("Decimals of a cost or fee in quote currency"),
  ordermin: z.number().min(0).meta({ unit: "base", description: "Least quantity of an order" }),
  costmin: z.number().min(0).meta({ unit: "quote", description: "Least cost of an order" }),
  half_spread: z
    .number()
    .min(0)
    .max(0.1)
    .meta({ unit: "fraction", description: "Half the usual bid-ask spread" }),
});

export type PairRules = z.infer<typeof pairRules>;

const rules = (
  tick: number,
  lot_decimals: number,
  cost_decimals: number,
  ordermin: number,
  half_spread: number,
): PairRules => ({ tick, lot_decimals, cost_decimals, ordermin, costmin: 0.5, half_spread });

/**
 * Kraken's rules for the universe, in universe order. BTC, ETH, SOL and DOGE as recorded from AssetPairs
 * (2025-11, 2026-09); the others are general knowledge: replace them where AssetPairs is at hand.
 */
export const krakenRules: Readonly<Record<string, PairRules>> = {
  BTC: rules(0.1, 8, 5, 0.00005, 0.0001),
  ETH: rules(0.01, 8, 5, 0.002, 0.0001),
  SOL: rules(0.01, 8, 5, 0.06, 0.0003),
  XRP: rules(1e-5, 8, 5, 2, 0.0003),
  ADA: rules(1e-6, 8, 6, 5, 0.0003),
  DOT: rules(1e-4, 8, 5, 0.6, 0.0005),
  LINK: rules(1e-5, 8, 5, 0.3, 0.0003),
  DOGE: rules(1e-7, 8, 9, 50, 0.0003),
  MATIC: rules(1e-4, 8, 5, 10, 0.0005),
  AVAX: rules(0.01, 8, 5, 0.15, 0.0005),
};

// 10^k as literals: Math.pow may differ between engines.
const POWERS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12] as const;

/** 10^decimals, exact. */
export const scaleOf = (decimals: number): number => POWERS[decimals];

// A product that lies within a few ulps of a whole number is that number: 0.3 * 10 is 3.
const NEAR = 4 * 2.220446049250313e-16;

/** Greatest multiple of 1/scale not above x >= 0, but for x within 4 ulps below one: that one. */
export function roundDown(x: number, scale: number): number {
  const scaled = x * scale;
  const whole = Math.floor(scaled + 0.5);
  const isWhole = Math.abs(scaled - whole) <= NEAR * scaled;
  return (isWhole ? whole : Math.floor(scaled)) / scale;
}

/** Least multiple of 1/scale not below x >= 0, but for x within 4 ulps above one: that one. */
export function roundUp(x: number, scale: number): number {
  const scaled = x * scale;
  const whole = Math.floor(scaled + 0.5);
  const isWhole = Math.abs(scaled - whole) <= NEAR * scaled;
  return (isWhole ? whole : Math.ceil(scaled)) / scale;
}

/** The steps per unit of a tick: whole for every real tick (1 / 0.1 = 10), so prices round like quantities. */
export function stepsPerUnit(tick: number): number {
  const steps = 1 / tick;
  const whole = Math.floor(steps + 0.5);
  return Math.abs(steps - whole) <= 1e-9 * steps ? whole : steps;
}
