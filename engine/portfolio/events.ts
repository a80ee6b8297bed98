import type { Events } from "../events.ts";

/**
 * An order that was sent at the close of a bar: a decision bar, but for what the downtime held back and what a
 * halt sells. `price` is that close, `side` 1 for a buy and -1 for a sale, `quantity` in base units, `target` a
 * fraction of equity, `latency` in ms, `desire` the strategy's. The last five are what the limits of those names measured for
 * an entry or increase that passed them, the order included (`correlation`: the greatest with a pair held,
 * at entries); NaN where a limit was not asked.
 */
export const ORDER_FIELDS = [
  "order",
  "time",
  "pair",
  "strategy",
  "side",
  "kind",
  "quantity",
  "price",
  "target",
  "latency",
  "desire",
  "position",
  "leverage",
  "pairs",
  "top3",
  "correlation",
] as const;

/** `kind` of an order is an index into this list. */
export const ORDER_KINDS = ["entry", "increase", "reduction", "exit", "flatten"] as const;

/**
 * A slice that filled. `time` is the fill bar's open; `halfSpread`, `drift` and `impact` are fractions of
 * `open`; `flagged` is 1 where the price lies outside [low, high]; realised figures are 0 for buys.
 */
export const FILL_FIELDS = [
  "order",
  "time",
  "pair",
  "strategy",
  "side",
  "quantity",
  "price",
  "open",
  "fee",
  "halfSpread",
  "drift",
  "impact",
  "flagged",
  "realisedByPrice",
  "realisedAfterFees",
] as const;

/** An order's end before it was filled. `reason` is an index into CANCEL_REASONS. */
export const CANCEL_FIELDS = ["order", "time", "pair", "remaining", "reason"] as const;
export const CANCEL_REASONS = ["expired", "downtime", "replaced", "halted", "no cash"] as const;

/**
 * An order that a rule refused. `rule` is an index into RULES (risk/limits.ts), `other` the pair it is
 * too closely correlated with, or -1; `value` is the order's value at the close, quote currency.
 */
export const REFUSAL_FIELDS = [
  "time",
  "pair",
  "strategy",
  "side",
  "rule",
  "measure",
  "bound",
  "value",
  "desire",
  "other",
] as const;

export type OrderEvents = Events<(typeof ORDER_FIELDS)[number]>;
export type FillEvents = Events<(typeof FILL_FIELDS)[number]>;
export type CancelEvents = Events<(typeof CANCEL_FIELDS)[number]>;
export type RefusalEvents = Events<(typeof REFUSAL_FIELDS)[number]>;
