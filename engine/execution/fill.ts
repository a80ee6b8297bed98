import { z } from "zod";
import { type PairRules, roundDown, roundUp, scaleOf, stepsPerUnit } from "../market/pair-rules.ts";
import { count, fraction } from "../settings.ts";
import { latencySettings } from "./latency.ts";
import { halfSpreadOf, impactOf, latencyDrift, slippageSettings } from "./slippage.ts";

/** What a bar hides of a fill: the model's price, or one of the two ends of what it may have been. */
const FILL_PRICES = ["modelled", "worst", "best"] as const;

export const executionSettings = z.strictObject({
  price: z.enum(FILL_PRICES).default("modelled").meta({
    unit: "name",
    description:
      "Fill price: modelled; worst = the bar's high for buys and low for sells, or the modelled price where that is worse; best = the open with half-spread, without drift and impact",
  }),
  participation: fraction(0.1, "Most of a bar's volume that one slice takes"),
  life: count(3, "Bars in which an order may fill before it is cancelled", 1, 1000),
  volume_scale: z.number().gt(0).max(1e6).default(1).meta({
    unit: "ratio",
    description: "Multiplies bar volume, where the data's venue is not the one traded on",
  }),
  latency: latencySettings.prefault({}),
  slippage: slippageSettings.prefault({}),
});

/** A pair's rules in the form that the fills use. */
export interface Venue {
  readonly lots: number;
  readonly steps: number;
  readonly tick: number;
  readonly costScale: number;
  readonly ordermin: number;
  readonly costmin: number;
  readonly halfSpread: number;
}

export function venueOf(rules: PairRules): Venue {
  return {
    lots: scaleOf(rules.lot_decimals),
    steps: stepsPerUnit(rules.tick),
    tick: rules.tick,
    costScale: scaleOf(rules.cost_decimals),
    ordermin: rules.ordermin,
    costmin: rules.costmin,
    halfSpread: rules.half_spread,
  };
}

/** What was known at the decision and prices the order's slices. */
export interface Conditions {
  /** Standard deviation of returns over `span` ms. */
  readonly deviation: number;
  readonly span: number;
  readonly latency: number;
  /** Standard deviation of daily returns and median daily base volume. */
  readonly dailyDeviation: number;
  readonly dailyVolume: number;
}

/** A slice's price, quote currency, and the three fractions it is made of. */
export interface SlicePrice {
  price: number;
  halfSpread: number;
  drift: number;
  impact: number;
}

/**
 * Price of one slice: open * (1 +- (half-spread + latency drift + impact)), rounded to the tick away
 * from us. Pessimistic on purpose: never better than the bar's open, and not bounded by its range on
 * the adverse side (a bound there makes buys nearly free on bars that open at their high).
 * `settings.price` "best" leaves drift and impact out, "worst" goes on to the bar's `extreme`.
 * @param side 1 buys, -1 sells. @param barVolume stands in for an unknown daily volume of an exit.
 * @param extreme the fill bar's high for a buy, its low for a sale.
 */
export function priceSlice(
  side: number,
  quantity: number,
  open: number,
  extreme: number,
  barVolume: number,
  venue: Venue,
  conditions: Conditions,
  { price: mode, slippage }: z.infer<typeof executionSettings>,
  out: SlicePrice,
): void {
  const { deviation, dailyDeviation, dailyVolume } = conditions;
  const volume = dailyVolume > 0 ? dailyVolume : barVolume;
  out.halfSpread = halfSpreadOf(open, venue.tick, venue.halfSpread);
  const moves = mode !== "best";
  out.drift =
    moves && deviation > 0 ? latencyDrift(slippage.drift, deviation, conditions.latency, conditions.span) : 0;
  out.impact = moves && dailyDeviation > 0 ? impactOf(slippage.impact, dailyDeviation, quantity, volume) : 0;
  const adverse = out.halfSpread + out.drift + out.impact;
  if (side > 0) {
    out.price = roundUp(open * (1 + adverse), venue.steps);
    if (mode === "worst" && extreme > out.price) out.price = roundUp(extreme, venue.steps);
  } else {
    let price = roundDown(open * (1 - adverse), venue.steps);
    if (mode === "worst" && extreme < price) price = roundDown(extreme, venue.steps);
    // an impact beyond the whole price still sells for something: one tick, or the open if it is below
    const least = venue.tick < open ? venue.tick : open;
    out.price = price > least ? price : least;
  }
}

/** The fee, rounded up at the pair's cost decimals. */
export function feeOf(cost: number, rate: number, costScale: number): number {
  return roundUp(cost * rate, costScale);
}
