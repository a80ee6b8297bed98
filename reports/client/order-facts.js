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
 * What the model said of an order's pair when it was decided, by engine/scoring/gate.ts: a pair is let in at a score of
 * `threshold`, given up below `bound`, and `factor` of its weight is left. Undefined where no model judges.
 * @param {Run} run @param {number} i row of the order
 */
export function judgementOf({ orders, model }, i) {
  const score = orders.score?.[i];
  const threshold = orders.threshold?.[i];
  if (model === undefined || !Number.isFinite(score - threshold)) return undefined;
  const { release, least } = model;
  const factor = score > threshold ? least + ((1 - least) * (score - threshold)) / (1 - threshold) : least;
  return { score, threshold, release, bound: threshold - release, least, factor };
}

/**
 * The sizing of an order: min(cap, desire * unit * multiplier * allocation), times the model's factor where one
 * judges. `weight` is before cap and factor, `capped` before the factor, `sized` after both, `target` the order's.
 * `multiplier` is the run's; where the page does not tell it, it follows from the target and `isImplied`, or is
 * NaN where the target is the cap. Undefined where the data is not there.
 * @param {Run} run @param {number} i row of the order
 */
export function sizingOf(run, i) {
  const { orders, sizing, multipliers, strategies } = run;
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
  const judgement = judgementOf(run, i);
  const factor = judgement?.factor ?? 1;
  const bare = desire * unit * allocation;
  const isCapped = target / factor >= cap * (1 - 1e-6);
  const multiplier = known?.[name] ?? (isCapped ? Number.NaN : target / factor / bare);
  const weight = bare * multiplier;
  const capped = weight < cap ? weight : cap;
  return {
    desire,
    unit,
    cap,
    allocation,
    multiplier,
    isImplied: known === undefined,
    weight,
    capped,
    judgement,
    sized: capped * factor,
    target,
  };
}
