import { FathomError } from "../errors.ts";
import type { Column } from "../kernel.ts";
import type { BarColumns, Bars } from "./bars.ts";

/** Numbers that a pair's unfinished long bar takes: open, high, low, close, volume. */
export const PARTIAL = 5;

/** Unfinished long bars of `pairs` pairs; a NaN open says that nothing of the bar is known yet. */
export const noPartials = (pairs: number): Float64Array => new Float64Array(PARTIAL * pairs).fill(Number.NaN);

/**
 * Rows of [from, to) that close a bar of `ms`: those whose close time is a whole multiple of it (UTC).
 * Writes them to `closes` and returns how many; stops early when `closes` is full.
 */
export function findCloses(time: Column, from: number, to: number, ms: number, closes: Int32Array): number {
  let n = 0;
  for (let i = from; i < to && n < closes.length; i++) {
    const t = time[i];
    if (Math.floor(t / ms) * ms === t) closes[n++] = i;
  }
  return n;
}

/**
 * Rolls rows [from, to) of one pair's bars into long bars: open of the first, highest high, lowest low,
 * close of the last, sum of the volumes. `closes` names the `n` rows that end a long bar; the k-th goes
 * to row k of `out`. What is left over stays in `partial` (at `at`) for the next call, so that blocks of
 * any size give the same bits. A pair is NaN before its listing: a long bar without a finite row is NaN,
 * and the one that holds the listing takes its first finite rows. Without `range` highs and lows are
 * not looked at: the long bars' are those of their first rows.
 */
export function rollUp(
  bars: BarColumns,
  from: number,
  to: number,
  closes: Int32Array,
  n: number,
  partial: Float64Array,
  at: number,
  out: BarColumns,
  range = true,
): void {
  const { open, high, low, close, volume } = bars;
  let o = partial[at];
  let h = partial[at + 1];
  let l = partial[at + 2];
  let c = partial[at + 3];
  let v = partial[at + 4];
  let i = from;
  for (let k = 0; k <= n; k++) {
    const end = k < n ? closes[k] + 1 : to;
    if (o !== o) {
      while (i < end && open[i] !== open[i]) i++;
      if (i < end) {
        o = open[i];
        h = high[i];
        l = low[i];
        c = close[i];
        v = volume[i];
        i++;
      }
    }
    if (range) {
      for (let j = i; j < end; j++) {
        const x = high[j];
        const y = low[j];
        if (x > h) h = x;
        if (y < l) l = y;
      }
    }
    for (; i < end; i++) v += volume[i];
    if (o === o && end > from) c = close[end - 1];
    if (k === n) break;
    out.open[k] = o;
    out.high[k] = h;
    out.low[k] = l;
    out.close[k] = c;
    out.volume[k] = v;
    o = h = l = c = v = Number.NaN;
  }
  partial[at] = o;
  partial[at + 1] = h;
  partial[at + 2] = l;
  partial[at + 3] = c;
  partial[at + 4] = v;
}

/**
 * Stored bars rolled up to a longer interval, from the bars that exist: a long bar without any is absent,
 * the last one is what its bars make it, whole or not. Trades are summed; NaN where the source has none.
 * @throws FathomError E_ROLL_UP_INTERVAL when `interval` is not a whole multiple of the bars' own.
 */
export function rollUpBars(bars: Bars, interval: number): Bars {
  if (!(interval >= bars.interval && interval % bars.interval === 0)) {
    throw new FathomError(
      "E_ROLL_UP_INTERVAL",
      `roll-up: ${bars.symbol} has bars of ${bars.interval} ms, found a wish for ${interval} ms, expected a whole multiple; choose one or start from shorter bars`,
      { symbol: bars.symbol, found: interval, interval: bars.interval },
    );
  }
  const rows = bars.time.length;
  const lasts = new Int32Array(rows);
  let n = 0;
  for (let i = 0; i < rows; i++) {
    const isLast = i + 1 === rows || opening(bars.time[i + 1], interval) !== opening(bars.time[i], interval);
    if (isLast) lasts[n++] = i;
  }
  const column = () => new Float64Array(n);
  const long = { open: column(), high: column(), low: column(), close: column(), volume: column() };
  rollUp(bars, 0, rows, lasts, n, noPartials(1), 0, long);
  const time = column();
  const trades = column();
  for (let k = 0, i = 0; k < n; k++) {
    time[k] = opening(bars.time[i], interval);
    for (; i <= lasts[k]; i++) trades[k] += bars.trades[i];
  }
  return { symbol: bars.symbol, interval, time, trades, ...long };
}

const opening = (time: number, interval: number): number => Math.floor(time / interval) * interval;
