import { FathomError } from "../../engine/errors.ts";
import { DAY, HOUR } from "../../engine/market/bars.ts";
import { rowsFrom, type Split } from "./split.ts";

/** How gate 3 walks forward; ms. */
export interface GateProtocol {
  /** From the first row to the first edge, at least. */
  readonly train: number;
  readonly test: number;
  /** A train row's decision lies more than this before the edge: its label is known there. */
  readonly horizon: number;
  /** Time of day of every edge, UTC: the end of the downtime, when a new model begins to act. */
  readonly at: number;
}

export const GATE_PROTOCOL: GateProtocol = {
  train: 365 * DAY,
  test: 90 * DAY,
  horizon: 96 * HOUR,
  at: 5 * HOUR,
};

/** Decisions in time order, on a grid of `interval` from `first` to `last` of which some may be left out. ms UTC. */
export interface Decisions {
  readonly time: Float64Array;
  readonly first: number;
  readonly last: number;
  readonly interval: number;
}

/** One fold: the model of the rows before `edge` acts in [edge, until). Both ms UTC. */
export interface GateFold extends Split {
  readonly edge: number;
  readonly until: number;
}

/**
 * The folds of gate 3, expanding: the first edge is the first 05:00 UTC at or after the first row + 365 d; train =
 * rows with decision + 96 h < edge; test = [edge, edge + 90 d). A last fold that the grid does not fill
 * is left out; `leftOver` are the rows that no fold tests.
 * @throws FathomError E_SPLIT_SHORT when there is no whole fold; its context has the first and last row, where there are rows, and
 * `missing`, the time until the first fold is whole, ms.
 */
export function gateFolds(
  { time, first, last, interval }: Decisions,
  protocol: GateProtocol = GATE_PROTOCOL,
): { readonly folds: readonly GateFold[]; readonly leftOver: Int32Array } {
  const { train, test, horizon, at } = protocol;
  const needs = `${train / DAY} d to train on and ${test / DAY} d to test, then ${horizon / HOUR} h for the last labels to end`;
  if (!(first <= last)) {
    throw new FathomError(
      "E_SPLIT_SHORT",
      `gate folds: found no row with all features and a whole horizon, expected ${needs}; bring in more bars`,
      { missing: train + test },
    );
  }
  const folds: GateFold[] = [];
  let edge = Math.ceil((first + train - at) / DAY) * DAY + at;
  for (; edge + test - interval <= last; edge += test) {
    const until = edge + test;
    folds.push({
      edge,
      until,
      train: rowsFrom(0, firstAtOrAfter(time, edge - horizon)),
      test: rowsFrom(firstAtOrAfter(time, edge), firstAtOrAfter(time, until)),
    });
  }
  if (folds.length === 0) {
    const until = edge + test - interval;
    throw new FathomError(
      "E_SPLIT_SHORT",
      `gate folds: rows from ${iso(first)} to ${iso(last)} hold no whole fold, expected rows up to ` +
        `${iso(until)}: ${needs}; bring in more bars`,
      { first, last, missing: until - last },
    );
  }
  return { folds, leftOver: rowsFrom(firstAtOrAfter(time, edge), time.length) };
}

/**
 * Train rows in two: the last `share` of them by time, and those before whose label was known when it began.
 * Rows of one time stay together. What lies between is purged.
 */
export function holdOut(
  time: Float64Array,
  train: Int32Array,
  share: number,
  horizon: number,
): { readonly fit: Int32Array; readonly held: Int32Array } {
  const from = time[train[Math.min(train.length - 1, Math.floor((1 - share) * train.length))]];
  return {
    fit: train.filter((row) => time[row] + horizon < from),
    held: train.filter((row) => time[row] >= from),
  };
}

/** The first row at or after `when`, by halving; the number of rows if there is none. */
function firstAtOrAfter(time: Float64Array, when: number): number {
  let low = 0;
  let high = time.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time[middle] < when) low = middle + 1;
    else high = middle;
  }
  return low;
}

const iso = (ms: number) => new Date(ms).toISOString();
