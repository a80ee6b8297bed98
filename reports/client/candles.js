// @ts-check

/**
 * @typedef {{ from: number, to: number, open: number, high: number, low: number, close: number, volume: number }} Candle
 * A candle over (from, to], ms.
 */

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
