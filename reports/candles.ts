import { type Packed, pack32, pack64, packedBytes } from "./embed.ts";
import type { RunTables } from "./run-tables.ts";

const PRICES = ["open", "high", "low", "close", "volume"] as const;

/** The bars of one pair around its round trips, ascending by close. */
export type Candles = Readonly<Record<"time" | (typeof PRICES)[number], Packed>>;

/** Bars on each side of a trip that belong to its picture, as the `bars` table has them. */
const MARGIN = 24;
const BYTES_A_BAR = packedBytes(300, 64) / 300 + (PRICES.length * packedBytes(300, 32)) / 300;

export interface ChosenCandles {
  readonly bySymbol: Readonly<Record<string, Candles>>;
  /** Round trips that have all their bars, and all there are. */
  readonly shown: number;
  readonly trips: number;
}

/**
 * The bars around round trips, as many as fit into `bytes`: first the trips of greatest |P&L| for the bars they take,
 * so that the space shows as much of the run's profit and loss as it can. A trip whose bars do not fit any more is
 * passed over: a shorter one may.
 */
export function chooseCandles(tables: RunTables, intervalMs: number, bytes: number): ChosenCandles {
  const { bars, "round-trips": trips } = tables;
  const pairs = bars.names("pair");
  const time = bars.numbers("time");
  const ranges = rangesOf(pairs);
  const tripPair = trips.names("pair");
  const entry = trips.numbers("entryTime");
  const exit = trips.numbers("exitTime");
  const taken = new Uint8Array(bars.rows);
  const pnl = trips.numbers("pnl");
  const worth = (k: number) => Math.abs(pnl[k]) / ((exit[k] - entry[k]) / intervalMs + 2 * MARGIN + 1);
  const order = Array.from(pnl, (_, k) => k).sort((a, b) => worth(b) - worth(a) || a - b);
  let room = Math.floor(bytes / BYTES_A_BAR);
  let shown = 0;
  for (const trip of order) {
    const range = ranges.get(tripPair[trip] ?? "");
    if (range === undefined) continue;
    // fills are at a bar's open: the bar closes one interval later
    const first = lowerBound(time, entry[trip] - (MARGIN - 1) * intervalMs, range);
    const end = lowerBound(time, exit[trip] + (MARGIN + 1) * intervalMs + 1, range);
    let missing = 0;
    for (let i = first; i < end; i++) if (taken[i] === 0) missing++;
    if (missing > room || end === first) continue;
    taken.fill(1, first, end);
    room -= missing;
    shown++;
  }
  const bySymbol: [string, Candles][] = [];
  for (const [symbol, [first, end]] of ranges) {
    const rows: number[] = [];
    for (let i = first; i < end; i++) if (taken[i] === 1) rows.push(i);
    if (rows.length === 0) continue;
    const at = (name: string) => rows.map((i) => bars.numbers(name)[i]);
    const prices = Object.fromEntries(PRICES.map((name) => [name, pack32(at(name))]));
    bySymbol.push([symbol, { time: pack64(at("time")), ...prices } as Candles]);
  }
  // entries, as a pair may be called __proto__
  return { bySymbol: Object.fromEntries(bySymbol), shown, trips: trips.rows };
}

/** First and end row of each pair in a column that is sorted by it. */
function rangesOf(pairs: readonly (string | null)[]): Map<string, readonly [number, number]> {
  const ranges = new Map<string, readonly [number, number]>();
  let first = 0;
  for (let i = 1; i <= pairs.length; i++) {
    if (i < pairs.length && pairs[i] === pairs[first]) continue;
    ranges.set(pairs[first] ?? "", [first, i]);
    first = i;
  }
  return ranges;
}

function lowerBound(time: Float64Array, at: number, [first, end]: readonly [number, number]): number {
  let low = first;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (time[middle] < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
