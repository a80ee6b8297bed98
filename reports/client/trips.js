// @ts-check
import { csvText } from "./csv.js";
import {
  formatHold,
  formatNumber,
  formatPercent,
  formatSigned,
  formatSignificant,
  formatUtc,
  isoOf,
} from "./format.js";

/**
 * @typedef {import("./decode.js").Run} Run
 * A column: `value(i)` sorts, `text(i)` shows, `csv(i)` is exported; one without a label is in the export alone.
 * @typedef {{ key: string, label?: string, numeric: boolean, value: (i: number) => number,
 *   text: (i: number) => string, csv: (i: number) => string | number }} TripColumn
 * What is shown of the trips; a field that is absent filters nothing. Times in ms: `from` <= entry < `to`.
 * @typedef {{ pair?: number, strategy?: number, outcome?: string, pnlMin?: number, pnlMax?: number,
 *   from?: number, to?: number }} TripFilter
 */

/** @param {Run["trips"]} trips @param {number} i @returns {"open" | "won" | "lost"} */
export function outcomeOf(trips, i) {
  if (trips.open[i] === 1) return "open";
  return trips.pnl[i] > 0 ? "won" : "lost";
}

/** Ranks of names in order of the alphabet. @param {readonly string[]} names */
function ranks(names) {
  const order = names.map((_, k) => k).sort((a, b) => (names[a] < names[b] ? -1 : 1));
  const rank = new Array(names.length);
  order.forEach((k, at) => {
    rank[k] = at;
  });
  return rank;
}

/** @param {Run} run @returns {TripColumn[]} */
export function tripColumns({ trips, pairs, strategies, quote }) {
  /**
   * @param {string} key @param {string | undefined} label @param {(x: number) => string} show
   * @returns {TripColumn}
   */
  const number = (key, label, show) => ({
    key,
    label,
    numeric: true,
    value: (i) => trips[key][i],
    text: (i) => show(trips[key][i]),
    csv: (i) => trips[key][i],
  });
  /** @param {string} key @param {string} label @param {readonly string[]} names @returns {TripColumn} */
  const named = (key, label, names) => {
    const rank = ranks(names);
    const name = (/** @type {number} */ i) => names[trips[key][i]] ?? "";
    return { key, label, numeric: false, value: (i) => rank[trips[key][i]], text: name, csv: name };
  };
  /** @param {string} key @param {string} label @returns {TripColumn} */
  const time = (key, label) => ({ ...number(key, label, formatUtc), csv: (i) => isoOf(trips[key][i]) });
  const columns = [
    {
      key: "trip",
      label: "Trip",
      numeric: true,
      value: Number,
      text: (/** @type {number} */ i) => String(i + 1),
      csv: (/** @type {number} */ i) => i + 1,
    },
    named("pair", "Pair", pairs),
    named("strategy", "Strategy", strategies),
    time("entryTime", "Entry, UTC"),
    {
      ...time("exitTime", "Exit, UTC"),
      text: (/** @type {number} */ i) => (trips.open?.[i] === 1 ? "open" : formatUtc(trips.exitTime[i])),
    },
    number("holdHours", "Held", formatHold),
    number("pnl", `P&L, ${quote}`, formatSigned),
    number("return", "Return", formatPercent),
    number("worst", "Worst close", formatPercent),
    number("best", "Best close", formatPercent),
    number("quantity", undefined, (x) => formatSignificant(x, 8)),
    number("entryPrice", "Entry price", (x) => formatSignificant(x, 7)),
    number("exitPrice", "Exit price", (x) => formatSignificant(x, 7)),
    number("fee", undefined, formatNumber),
    number("costs", `Costs, ${quote}`, formatNumber),
    {
      key: "outcome",
      numeric: false,
      value: (/** @type {number} */ i) => ["lost", "open", "won"].indexOf(outcomeOf(trips, i)),
      text: (/** @type {number} */ i) => outcomeOf(trips, i),
      csv: (/** @type {number} */ i) => outcomeOf(trips, i),
    },
  ];
  return columns.filter(({ key }) => key === "trip" || key === "outcome" || trips[key] !== undefined);
}

/** Numbers of the trips that pass. @param {Run["trips"]} trips @param {TripFilter} filter @returns {number[]} */
export function filterTrips(trips, { pair, strategy, outcome, pnlMin, pnlMax, from, to }) {
  const kept = [];
  for (let i = 0; i < trips.n; i++) {
    if (pair !== undefined && trips.pair[i] !== pair) continue;
    if (strategy !== undefined && trips.strategy[i] !== strategy) continue;
    if (outcome !== undefined && outcomeOf(trips, i) !== outcome) continue;
    if (pnlMin !== undefined && !(trips.pnl[i] >= pnlMin)) continue;
    if (pnlMax !== undefined && !(trips.pnl[i] <= pnlMax)) continue;
    if (from !== undefined && !(trips.entryTime[i] >= from)) continue;
    if (to !== undefined && !(trips.entryTime[i] < to)) continue;
    kept.push(i);
  }
  return kept;
}

/**
 * Stable in both directions; unknown values come last in both.
 * @param {readonly number[]} kept @param {(i: number) => number} value @param {1 | -1} direction
 * @returns {number[]}
 */
export function sortTrips(kept, value, direction) {
  return kept.slice().sort((a, b) => {
    const x = value(a);
    const y = value(b);
    if (x === y) return 0;
    const xKnown = x === x;
    const yKnown = y === y;
    if (!xKnown || !yKnown) return xKnown === yKnown ? 0 : xKnown ? -1 : 1;
    return x < y ? -direction : direction;
  });
}

/** @param {Run["trips"]} trips @param {readonly number[]} kept */
export function sumOf({ pnl }, kept) {
  let sum = 0;
  for (const i of kept) sum += pnl[i];
  return sum;
}

/** @param {readonly TripColumn[]} columns @param {readonly number[]} kept */
export function tripsCsv(columns, kept) {
  const head = columns.map(({ key }) => key);
  return csvText([head, ...kept.map((i) => columns.map(({ csv }) => csv(i)))]);
}
