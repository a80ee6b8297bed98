import { HOUR } from "../../engine/market/bars.ts";
import type { Replay } from "../../engine/replay.ts";
import { closesOf } from "./rows.ts";

/** Mean of held / equity at the closes of the rows in (rows[k-1], rows[k]]; the first entry is that row's own. */
export function meanExposure({ columns }: Replay, rows: ArrayLike<number>): Float64Array {
  const { equity, held } = columns;
  const means = new Float64Array(rows.length);
  for (let k = 0; k < rows.length; k++) {
    const from = firstOf(rows, k);
    for (let i = from; i <= rows[k]; i++) means[k] += equity[i] > 0 ? held[i] / equity[i] : 0;
    means[k] /= rows[k] - from + 1;
  }
  return means;
}

/**
 * The same by strategy, so that they add up to it: what a pair is worth at a close belongs to the strategy that
 * holds it. That is the strategy of its first fill, and from the next decision bar on the pair's owner, where it
 * has one. In a halt nobody takes a pair over.
 */
export function exposureByStrategy(replay: Replay, rows: ArrayLike<number>): Float64Array[] {
  const means = replay.strategies.map(() => new Float64Array(rows.length));
  for (let p = 0; p < replay.symbols.length; p++) addPair(replay, p, rows, means);
  for (let k = 0; k < rows.length; k++) {
    const count = rows[k] - firstOf(rows, k) + 1;
    for (const mean of means) mean[k] /= count;
  }
  return means;
}

const firstOf = (rows: ArrayLike<number>, k: number): number => (k === 0 ? rows[0] : rows[k - 1] + 1);

/** Adds pair p's exposures at the rows' closes to its holders' sums. */
function addPair(replay: Replay, p: number, rows: ArrayLike<number>, sums: readonly Float64Array[]): void {
  const { panel, columns, fills } = replay;
  const { time, interval } = panel;
  const { equity, halted } = columns;
  const { quantity, owner } = columns.pairs[p];
  const { pair, strategy, time: filled } = fills.at;
  const close = closesOf(replay, p);
  const last = rows[rows.length - 1];
  let holder = -1;
  let f = 0;
  let k = 0;
  for (let i = rows[0]; i <= last; i++) {
    if (i > rows[k]) k++;
    for (; f < fills.n && filled[f] < time[i]; f++) {
      if (holder < 0 && pair[f] === p) holder = strategy[f];
    }
    const held = quantity[i];
    if (held === 0) {
      holder = -1;
      continue;
    }
    // decisions are made on full hours or on every longer bar
    if (owner[i] >= 0 && halted[i] !== 1 && (interval >= HOUR || time[i] % HOUR === 0)) holder = owner[i];
    if (equity[i] > 0) sums[holder][k] += (held * close[i]) / equity[i];
  }
}
