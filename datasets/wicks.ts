import { type Bars, DAY } from "../engine/market/bars.ts";

/** A high or low far beyond open and close. Real flash crashes look so; it is listed, never removed. */
export interface Wick {
  /** Open time of the bar, ms UTC. */
  readonly time: number;
  readonly side: "high" | "low";
  readonly price: number;
  /** How far the price lies beyond open and close, as a fraction of the nearer one. */
  readonly beyond: number;
  /** The same in usual ranges. */
  readonly multiple: number;
}

export interface Wicks {
  readonly count: number;
  /** The largest, by multiple. */
  readonly largest: readonly Wick[];
}

/** A wick is suspicious from this many usual ranges on; on Kraken's hourly XBT that is 1 bar in 800. */
const SUSPICIOUS = 7;
const SHOWN = 10;
const BLOCK = 30 * DAY;
/** Bars with a range that a block needs for a median of its own. */
const LEAST = 20;

/**
 * Suspicious wicks from row `from` on: those of at least 7 usual ranges. The usual range is the median of
 * (high - low) / close over the bars that have one, in blocks of 30 days of rows (the whole series where a
 * block has fewer than 20), so that neither the wick itself nor another era's volatility moves it.
 */
export function findWicks(bars: Bars, from = 0): Wicks {
  const { time, open, high, low, close, interval } = bars;
  const rows = time.length;
  const block = Math.max(LEAST, Math.floor(BLOCK / interval));
  const whole = usualRange(bars, from, rows).median;
  const found: Wick[] = [];
  for (let start = from; start < rows; start += block) {
    const end = Math.min(rows, start + block);
    const own = usualRange(bars, start, end);
    const usual = own.bars < LEAST ? whole : own.median;
    for (let i = start; i < end; i++) {
      const top = Math.max(open[i], close[i]);
      const bottom = Math.min(open[i], close[i]);
      const above = (high[i] - top) / top;
      const below = (bottom - low[i]) / bottom;
      const beyond = Math.max(above, below);
      if (!(beyond >= SUSPICIOUS * usual && beyond > 0)) continue;
      const side = above >= below ? "high" : "low";
      const price = side === "high" ? high[i] : low[i];
      found.push({ time: time[i], side, price, beyond, multiple: beyond / usual });
    }
  }
  const largest = [...found].sort((a, b) => b.multiple - a.multiple || a.time - b.time).slice(0, SHOWN);
  return { count: found.length, largest };
}

function usualRange({ high, low, close }: Bars, from: number, to: number): { bars: number; median: number } {
  const ranges = new Float64Array(to - from);
  let n = 0;
  for (let i = from; i < to; i++) if (high[i] > low[i]) ranges[n++] = (high[i] - low[i]) / close[i];
  return { bars: n, median: n === 0 ? Number.NaN : ranges.subarray(0, n).sort()[n >> 1] };
}
