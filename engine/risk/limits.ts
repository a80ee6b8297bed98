import { z } from "zod";
import { count, days, fraction, hours, ratio, usd } from "../settings.ts";
import { topThree } from "./concentration.ts";
import { type Correlation, correlationOf, type ReturnHistory } from "./correlation.ts";
import { drawdownSettings } from "./drawdown.ts";

export const riskSettings = z.strictObject({
  position: fraction(0.05, "Greatest share of equity in one pair at order time"),
  min_usd: usd(50, "Least value of an entry or increase"),
  leverage: ratio(1, "Greatest holdings and open buys, as a multiple of equity", 0, 1),
  pairs: count(6, "Most pairs held or with an open buy"),
  top3: fraction(0.5, "Greatest share of equity in the three largest pairs"),
  correlation: z
    .number()
    .min(-1)
    .max(1)
    .default(0.7)
    .meta({ unit: "correlation", description: "Greatest correlation of returns with a pair held, at entry" }),
  correlation_window: hours(720, "Window of the correlation and of beta on bars shorter than a day"),
  correlation_window_daily: days(90, "and on daily bars", 2),
  correlation_present: fraction(2 / 3, "Least share of the window's bars with volume in both pairs"),
  ...drawdownSettings,
});

export type RiskSettings = z.infer<typeof riskSettings>;

/** When a refused entry or increase may be asked again. */
export const retrySettings = z.strictObject({
  after: hours(72, "A refused entry is asked again after this long"),
  desire: fraction(0.2, "or when the desire differs from the refused one by this share of it"),
});

/** Every reason to refuse an order, in the order of the checks. Events hold an index into this list. */
export const RULES = [
  "downtime",
  "history",
  "index-stale",
  "min-usd",
  "ordermin",
  "costmin",
  "position",
  "leverage",
  "pairs",
  "top-3",
  "correlation",
] as const;
export type Rule = (typeof RULES)[number];

/** What the checks look at: one order that is about to be sent, and the book around it. */
export interface OrderView {
  pair: number;
  /** Base quantity of the order, and its value at the close. */
  quantity: number;
  value: number;
  equity: number;
  /** 1 when nothing is held in the pair. */
  isEntry: number;
  /** 1 in [02:45, 05:00). */
  quiet: number;
  /** Median daily volume in base units; 0 or NaN refuses. */
  dailyVolume: number;
  dailyDeviation: number;
  deviation: number;
  /** Age of the index, ms; 0 for the computed one. */
  indexAge: number;
  ordermin: number;
  costmin: number;
  /** Held value and open buys a pair, without this order. */
  readonly values: Float64Array;
  /** 1 for pairs that count for the pair limit, without this order. */
  readonly counted: Uint8Array;
  history: ReturnHistory;
}

/** The first check that failed, for the refusal's row. */
export interface Breach {
  rule: number;
  measure: number;
  bound: number;
  /** The pair it is too closely related to, or -1. */
  other: number;
}

/** One limit. The order passes while its measure is not above (`max`) or below (`min`) the bound; NaN fails. */
export interface Limit {
  readonly name: Rule;
  readonly kind: "max" | "min";
  bound(order: OrderView): number;
  measure(order: OrderView): number;
}

const limit = (
  name: Rule,
  kind: "max" | "min",
  measure: (o: OrderView) => number,
  bound: (o: OrderView) => number,
): Limit => ({ name, kind, measure, bound });

/** All that an exit or reduction faces: the exchange's own minima. */
export const EXIT_LIMITS: readonly Limit[] = [
  limit(
    "ordermin",
    "min",
    (o) => o.quantity,
    (o) => o.ordermin,
  ),
  limit(
    "costmin",
    "min",
    (o) => o.value,
    (o) => o.costmin,
  ),
];

/** The limits of an entry or increase that need no look at other pairs' returns, in order. @param staleAfter ms. */
export function entryLimits(risk: RiskSettings, staleAfter: number): readonly Limit[] {
  const always = (bound: number) => () => bound;
  return [
    limit("downtime", "max", (o) => o.quiet, always(0)),
    limit("history", "min", leastOfHistory, always(Number.MIN_VALUE)),
    limit("index-stale", "max", (o) => o.indexAge, always(staleAfter)),
    limit("min-usd", "min", (o) => o.value, always(risk.min_usd)),
    ...EXIT_LIMITS,
    limit("position", "max", positionAfter, always(risk.position)),
    limit("leverage", "max", leverageAfter, always(risk.leverage)),
    limit("pairs", "max", pairsAfter, always(risk.pairs)),
    limit("top-3", "max", topThreeAfter, always(risk.top3)),
  ];
}

/** 0 where a return deviation or the daily volume is unknown or zero volume was usual, else the volume. */
function leastOfHistory(o: OrderView): number {
  return o.deviation === o.deviation && o.dailyDeviation === o.dailyDeviation ? o.dailyVolume : 0;
}

/** What the limits measure, the order included. */
export function positionAfter(o: OrderView): number {
  return (o.values[o.pair] + o.value) / o.equity;
}

export function leverageAfter(o: OrderView): number {
  let sum = o.value;
  for (let p = 0; p < o.values.length; p++) sum += o.values[p];
  return sum / o.equity;
}

export function pairsAfter(o: OrderView): number {
  let n = 1;
  for (let p = 0; p < o.counted.length; p++) if (p !== o.pair) n += o.counted[p];
  return n;
}

export function topThreeAfter(o: OrderView): number {
  const { values, pair } = o;
  const before = values[pair];
  values[pair] = before + o.value;
  const sum = topThree(values, values.length);
  values[pair] = before;
  return sum / o.equity;
}

const CORRELATION = RULES.indexOf("correlation");

// An order sized exactly at a bound may measure an ulp above it.
const ROUNDING = 1 + 1e-12;

/** Runs the limits in order; true and `out` filled by the first that fails. */
export function breaches(limits: readonly Limit[], order: OrderView, out: Breach): boolean {
  for (const limit of limits) {
    const measure = limit.measure(order);
    const bound = limit.bound(order);
    const passes = limit.kind === "max" ? measure <= bound * ROUNDING : measure >= bound;
    if (passes) continue;
    out.rule = RULES.indexOf(limit.name);
    out.measure = measure === measure ? measure : 0;
    out.bound = bound;
    out.other = -1;
    return true;
  }
  return false;
}

const scratch: Correlation = { value: 0.1, present: 0.1 };

/**
 * The correlation limit, against every pair that counts for the pair limit. Too few common bars refuse
 * too: the measure is then their share and the bound `present`. An order that passes leaves the greatest correlation in
 * `out.measure`, NaN where no other pair counts.
 */
export function breachesCorrelation(risk: RiskSettings, order: OrderView, out: Breach): boolean {
  let greatest = Number.NaN;
  for (let other = 0; other < order.counted.length; other++) {
    if (other === order.pair || order.counted[other] === 0) continue;
    correlationOf(order.history, order.pair, other, scratch);
    const tooFew = scratch.present < risk.correlation_present;
    if (!tooFew && scratch.value <= risk.correlation) {
      if (!(scratch.value <= greatest)) greatest = scratch.value;
      continue;
    }
    out.rule = CORRELATION;
    out.measure = tooFew ? scratch.present : scratch.value;
    out.bound = tooFew ? risk.correlation_present : risk.correlation;
    out.other = other;
    return true;
  }
  out.measure = greatest;
  return false;
}
