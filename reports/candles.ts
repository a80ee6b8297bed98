import { type Column, packPage } from "./embed.ts";
import type { RunTables } from "./run-tables.ts";

const PRICES = ["open", "high", "low", "close"] as const;
type Prices = Readonly<Record<(typeof PRICES)[number], Float64Array>>;

/**
 * The bars of one pair around its round trips, ascending by close; volume has seven digits. With `digits` the prices
 * are whole numbers of 10^-digits, and small ones: open less the close before (the first less 0), close less open,
 * high less the higher of the two, the lower of the two less low. Without it they are the prices.
 */
export type Candles = Prices & {
  readonly digits?: number;
  readonly time: Column;
  readonly volume: Column;
};

/** Bars on each side of a trip that belong to its picture, as the `bars` table has them. */
const MARGIN = 24;

export interface ChosenCandles {
  readonly bySymbol: Readonly<Record<string, Candles>>;
  /** Round trips that have all their bars, and all there are. */
  readonly shown: number;
  readonly trips: number;
}

/** The bars around round trips, or as many as pack into `bytes` characters of the page: see chooseCandles. */
export function candlesWithin(tables: RunTables, intervalMs: number, bytes: number): ChosenCandles {
  let most = tables.bars.rows;
  for (;;) {
    const chosen = chooseCandles(tables, intervalMs, most);
    const size = packPage(chosen.bySymbol).length;
    if (size <= bytes || most === 0) return chosen;
    most = Math.floor(0.97 * most * (bytes / size));
  }
}

/**
 * At most `most` bars around round trips: first the trips of greatest |P&L| for the bars they take, so that they show
 * as much of the run's profit and loss as they can. A bar around several trips is there once. A trip whose bars
 * do not fit any more is passed over: a shorter one may.
 */
export function chooseCandles(tables: RunTables, intervalMs: number, most: number): ChosenCandles {
  const { bars, "round-trips": trips } = tables;
  const pairs = bars.names("pair");
  const time = bars.numbers("time");
  const ranges = rangesOf(pairs);
  const tripPair = trips.names("pair");
  const entry = trips.numbers("entryTime");
  const exit = trips.numbers("exitTime");
  const isOpen = trips.numbers("open");
  const taken = new Uint8Array(bars.rows);
  const pnl = trips.numbers("pnl");
  const worth = (k: number) => Math.abs(pnl[k]) / ((exit[k] - entry[k]) / intervalMs + 2 * MARGIN + 1);
  const order = Array.from(pnl, (_, k) => k).sort((a, b) => worth(b) - worth(a) || a - b);
  let room = most;
  let shown = 0;
  for (const trip of order) {
    const range = ranges.get(tripPair[trip] ?? "");
    if (range === undefined) continue;
    // fills are at a bar's open: the bar closes one interval later
    const first = lowerBound(time, entry[trip] - (MARGIN - 1) * intervalMs, range);
    const end = lowerBound(time, exit[trip] + (MARGIN + 1) * intervalMs + 1, range);
    const own = {
      first: entry[trip] + intervalMs,
      last: exit[trip] + (isOpen[trip] === 1 ? 0 : intervalMs),
    };
    const found = lowerBound(time, own.last + 1, range) - lowerBound(time, own.first, range);
    // the table may have left its bars out, and have those of a neighbour
    if (found < (own.last - own.first) / intervalMs + 1) continue;
    let missing = 0;
    for (let i = first; i < end; i++) if (taken[i] === 0) missing++;
    if (missing > room) continue;
    taken.fill(1, first, end);
    room -= missing;
    shown++;
  }
  const bySymbol: [string, Candles][] = [];
  for (const [symbol, [first, end]] of ranges) {
    const isTaken = (_: number, i: number) => taken[first + i] === 1;
    const at = (name: string) => bars.numbers(name).subarray(first, end).filter(isTaken);
    const closes = at("time");
    if (closes.length === 0) continue;
    const prices = Object.fromEntries(PRICES.map((name) => [name, at(name)])) as unknown as Prices;
    bySymbol.push([
      symbol,
      { time: closes, ...smallPrices(prices), volume: Float32Array.from(at("volume")) },
    ]);
  }
  // entries, as a pair may be called __proto__
  return { bySymbol: Object.fromEntries(bySymbol), shown, trips: trips.rows };
}

/** Prices as small whole numbers, as `Candles` says; as they are where ten decimals do not give them to the bit. */
export function smallPrices(prices: Prices): Prices & { readonly digits?: number } {
  const digits = digitsOf(PRICES.map((name) => prices[name]));
  if (digits === undefined) return prices;
  const [open, high, low, close] = PRICES.map((name) =>
    prices[name].map((x) => Math.round(x * 10 ** digits)),
  );
  return {
    digits,
    open: open.map((x, i) => x - (i > 0 ? close[i - 1] : 0)),
    high: high.map((x, i) => x - Math.max(open[i], close[i])),
    low: low.map((x, i) => Math.min(open[i], close[i]) - x),
    close: close.map((x, i) => x - open[i]),
  };
}

/** The fewest decimals, ten at most, that give all of them to the bit; undefined where there are none. */
function digitsOf(columns: readonly Float64Array[]): number | undefined {
  for (let digits = 0; digits <= 10; digits++) {
    const unit = 10 ** digits;
    // a quotient of two exact numbers is the double nearest to the decimal
    const isExact = (x: number) =>
      Math.abs(x) * unit < 2 ** 48 && Math.round(x * unit) / unit === x && !Object.is(x, -0);
    if (columns.every((column) => column.every(isExact))) return digits;
  }
  return undefined;
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
