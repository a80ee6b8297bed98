import { BAR_FIELDS } from "../../engine/market/bars.ts";
import type { Replay } from "../../engine/replay.ts";
import type { Table } from "./parquet.ts";
import type { RoundTrip } from "./round-trips.ts";
import { closesOf } from "./rows.ts";

/** Bars that are shown before an entry and after an exit. */
const MARGIN = 24;

/** Rows that the table holds at most: some 12 MB of Parquet. */
const MOST = 400_000;

/**
 * Table `bars`: the bars around round trips, for candle charts, ascending by pair then time (close, ms UTC).
 * A pair has the union of [entryRow - 24, exitRow + 24] of its trips, as far as the panel goes. Trips of greater
 * |P&L| come first (of equal ones as they are listed); one whose bars would exceed `most` rows is left out.
 */
export function tripBars(replay: Replay, trips: readonly RoundTrip[], most = MOST): Table {
  const { panel, symbols } = replay;
  const shown = new Map<number, Uint8Array>();
  let rows = 0;
  for (const trip of [...trips].sort((a, b) => Math.abs(b.pnl) - Math.abs(a.pnl))) {
    const mask = shown.get(trip.pair) ?? new Uint8Array(panel.time.length);
    const { from, to } = windowOf(replay, trip);
    let added = 0;
    for (let i = from; i < to; i++) added += 1 - mask[i];
    if (rows + added > most) continue;
    rows += added;
    shown.set(trip.pair, mask.fill(1, from, to));
  }

  const pair = new Float64Array(rows);
  const time = new Float64Array(rows);
  const bars = BAR_FIELDS.map((name) => ({ name, column: new Float64Array(rows), kind: "number" as const }));
  let n = 0;
  for (let p = 0; p < symbols.length; p++) {
    const mask = shown.get(p);
    if (mask === undefined) continue;
    const columns = panel.pairs[panel.symbols.indexOf(symbols[p])];
    for (let i = mask.indexOf(1); i >= 0; i = mask.indexOf(1, i + 1)) {
      pair[n] = p;
      time[n] = panel.time[i];
      for (const { name, column } of bars) column[n] = columns[name][i];
      n++;
    }
  }
  return {
    name: "bars",
    rows,
    columns: [
      { name: "pair", column: pair, kind: { names: symbols, from: 0 } },
      { name: "time", column: time, kind: "time" },
      ...bars,
    ],
  };
}

/** Rows [from, to) around a trip: not before the pair's listing, not beyond the panel. */
function windowOf(replay: Replay, { pair, entryRow, exitRow }: RoundTrip): { from: number; to: number } {
  const close = closesOf(replay, pair);
  let from = Math.max(0, entryRow - MARGIN);
  while (from < entryRow && close[from] !== close[from]) from++;
  return { from, to: Math.min(close.length, exitRow + MARGIN + 1) };
}
