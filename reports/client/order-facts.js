// @ts-check
import { rowsWhere } from "./trip-facts.js";

/** @typedef {import("./decode.js").Run} Run */

/**
 * What became of an order: its fills, and how it ended.
 * @param {Run} run @param {number} i row of the order
 */
export function fateOf({ orders, fills, cancels }, i) {
  const number = orders.order[i];
  let filled = 0;
  let slices = 0;
  for (const k of rowsWhere(fills, (row) => fills.order[row] === number)) {
    filled += fills.quantity[k];
    slices++;
  }
  const [cancel] = rowsWhere(cancels, (row) => cancels.order[row] === number);
  const isWhole = Math.abs(filled - orders.quantity[i]) <= 1e-6 * orders.quantity[i];
  const reason =
    cancel === undefined
      ? undefined
      : `cancelled (${cancels.reasons?.[cancels.reason[cancel]] ?? "unknown"})`;
  return {
    filled,
    slices,
    end: isWhole ? "filled" : (reason ?? "open at the end"),
    endTime: cancel === undefined ? Number.NaN : cancels.time[cancel],
  };
}

/**
 * The checks of an entry or increase that were measured: `measure` against `bound`, which is the most (or the
 * `least`) that passes; a measure of NaN has a `why`.
 * @param {Run} run @param {number} i row of the order
 */
export function riskChecks({ orders, limits, quote }, i) {
  const isEntry = orders.kinds?.[orders.kind[i]] === "entry";
  /** @param {string} column @param {string} why */
  const at = (column, why) => ({ measure: orders[column]?.[i] ?? Number.NaN, why });
  const alone = isEntry ? "no other pair counted then" : "measured at entries only";
  const absent = "not in this report";
  const checks = [
    {
      name: `Value of the order, ${quote}`,
      unit: "money",
      measure: orders.quantity[i] * orders.price[i],
      bound: limits.min_usd,
      isLeast: true,
      why: absent,
    },
    {
      name: "Share of equity in the pair",
      unit: "share",
      bound: limits.position,
      isLeast: false,
      ...at("position", absent),
    },
    {
      name: "Holdings and open buys, times equity",
      unit: "ratio",
      bound: limits.leverage,
      isLeast: false,
      ...at("leverage", absent),
    },
    {
      name: "Pairs held or being bought",
      unit: "count",
      bound: limits.pairs,
      isLeast: false,
      ...at("pairs", absent),
    },
    {
      name: "Share of the three largest pairs",
      unit: "share",
      bound: limits.top3,
      isLeast: false,
      ...at("top3", absent),
    },
    {
      name: "Greatest correlation with a pair held",
      unit: "ratio",
      bound: limits.correlation,
      isLeast: false,
      ...at("correlation", alone),
    },
  ];
  const slack = 1e-6;
  return checks.map((check) => {
    const { measure, bound, isLeast } = check;
    const room = slack * Math.abs(bound);
    const passed = isLeast ? measure >= bound - room : measure <= bound + room;
    return { ...check, passed: Number.isNaN(measure) ? undefined : passed };
  });
}

/**
 * The sizing of an order that buys: min(cap, desire * unit * multiplier * allocation). `multiplier` is the
 * run's; where the page does not tell it, it follows from the target and `isImplied`, or is NaN where the
 * target is the cap. Undefined where the data is not there.
 * @param {Run} run @param {number} i row of the order
 */
export function sizingOf({ orders, sizing, multipliers, strategies }, i) {
  const desire = orders.desire?.[i] ?? Number.NaN;
  const share = orders.share?.[i] ?? Number.NaN;
  const target = orders.target[i];
  const { unit = Number.NaN, cap = Number.NaN } = sizing;
  const strategy = orders.strategy[i];
  const isFirst = orders.first?.[i] === strategy;
  if (!isFirst && orders.second?.[i] !== strategy) return undefined;
  const allocation = isFirst ? share : 1 - share;
  if (!Number.isFinite(desire * allocation * unit * cap)) return undefined;
  const name = strategies[strategy];
  const known = [sizing.multipliers, multipliers].find((m) => m !== undefined && Object.hasOwn(m, name));
  const bare = desire * unit * allocation;
  const isCapped = target >= cap * (1 - 1e-6);
  const multiplier = known?.[name] ?? (isCapped ? Number.NaN : target / bare);
  return {
    desire,
    unit,
    cap,
    allocation,
    multiplier,
    isImplied: known === undefined,
    weight: bare * multiplier,
    target,
  };
}
