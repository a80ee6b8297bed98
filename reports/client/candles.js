// @ts-check
import { rowAt } from "./decode.js";

/**
 * @typedef {{ from: number, to: number, open: number, high: number, low: number, close: number, volume: number }} Candle
 * A candle over (from, to], ms.
 */

/**
 * First and last close of the bars around trip t: from that of its entry to that of its exit, and up to `around` more
 * on each side as far as they follow without a gap. Undefined where one of the trip's own bars is missing: a page
 * may carry those of its neighbours alone.
 * @param {import("./decode.js").Run} run @param {import("./decode.js").Table} bars of its pair, ascending in time
 * @param {number} t @param {number} around
 */
export function spanOfTrip({ trips, intervalMs }, { time }, t, around) {
  // a fill is at the open of a bar, which closes one interval later; what is open ends with a close
  const entry = trips.entryTime[t] + intervalMs;
  const exit = trips.exitTime[t] + (trips.open?.[t] === 1 ? 0 : intervalMs);
  const follows = (/** @type {number} */ k) => time[k] - time[k - 1] === intervalMs;
  let first = rowAt(time, entry);
  if (first < 0 || time[first] !== entry) return undefined;
  let last = first;
  while (time[last] < exit && follows(last + 1)) last++;
  if (time[last] < exit) return undefined;
  for (let k = 0; k < around && follows(first); k++) first--;
  for (let k = 0; k < around && follows(last + 1); k++) last++;
  return { from: time[first], to: time[last] };
}

/**
 * The bars of a pair around a trip as at most `most` candles, each of the same number of bars (the last may
 * have fewer). `time` is the bars' close.
 * @param {import("./decode.js").Table} bars ascending in time
 * @param {{ from: number, to: number, intervalMs: number, most: number }} view
 * @returns {{ candles: Candle[], each: number }}
 */
export function candlesBetween(bars, { from, to, intervalMs, most }) {
  const { time, open, high, low, close, volume } = bars;
  let first = 0;
  while (first < time.length && time[first] < from) first++;
  let end = first;
  while (end < time.length && time[end] <= to) end++;
  const each = Math.max(1, Math.ceil((end - first) / Math.max(1, most)));
  /** @type {Candle[]} */
  const candles = [];
  for (let i = first; i < end; i += each) {
    const last = Math.min(i + each, end) - 1;
    const candle = {
      from: time[i] - intervalMs,
      to: time[last],
      open: open[i],
      high: high[i],
      low: low[i],
      close: close[last],
      volume: 0,
    };
    for (let k = i; k <= last; k++) {
      if (high[k] > candle.high) candle.high = high[k];
      if (low[k] < candle.low) candle.low = low[k];
      candle.volume += volume[k];
    }
    candles.push(candle);
  }
  return { candles, each };
}
