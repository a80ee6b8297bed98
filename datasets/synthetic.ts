import { DEFAULT_SEED } from "../engine/config.ts";
import { didYouMean, FathomError } from "../engine/errors.ts";
import { type Bars, DAY, HOUR } from "../engine/market/bars.ts";
import { marketPath } from "./synthetic-market.ts";
import { PAIR_MODELS, pairBars } from "./synthetic-pair.ts";

export interface SyntheticOptions {
  /** Whole number; default DEFAULT_SEED. The same seed gives the same bytes on every Node. */
  readonly seed?: number;
  /** Symbols of the universe; default all ten. A pair's bars do not depend on which others are made. */
  readonly pairs?: readonly string[];
  /** Rows of the grid from `start`; default three years. More rows leave the first ones as they were. */
  readonly rows?: number;
  /** Length of a bar, ms; default one hour. */
  readonly interval?: number;
  /** Open time of the first bar, ms UTC; default 2021-01-01. */
  readonly start?: number;
  /** True lists every pair at `start`; default each at its own date (the last after 354 days). */
  readonly listedTogether?: boolean;
  /** True adds the predictable component of PLANTED (synthetic-pair.ts); default none. */
  readonly planted?: boolean;
}

export const SYNTHETIC_PAIRS: readonly string[] = Object.keys(PAIR_MODELS);
export const SYNTHETIC_START = 1609459200000; // 2021-01-01
const DEFAULT_SPAN = 3 * 365 * DAY;

/** Rows of the default span, three years of 365 days. */
export const syntheticRows = (interval: number) => Math.ceil(DEFAULT_SPAN / interval);
const INTERVALS = { least: 1000, most: 7 * DAY };

/**
 * Bars of a made market, as an exchange's archive would hold them: bars without trades and one outage of
 * all pairs are absent. Volatility switches with the market's phase and clusters over hours to months;
 * returns share one factor and have fat tails; prices lie on each pair's tick; volume is log-normal and
 * moves with volatility. All figures are scaled from an hour to `interval`. Pairs that have no bar
 * by the last row are left out. Throws E_DATA_SYNTHETIC and E_DATA_SYMBOL.
 */
export function syntheticBars(options: SyntheticOptions = {}): Bars[] {
  const { seed = DEFAULT_SEED, interval = HOUR, start = SYNTHETIC_START, pairs = SYNTHETIC_PAIRS } = options;
  whole("seed", seed, 0, Number.MAX_SAFE_INTEGER);
  whole("interval", interval, INTERVALS.least, INTERVALS.most);
  const rows = options.rows ?? syntheticRows(interval);
  whole("rows", rows, 1, 1e9);
  whole("start", start, 0, Number.MAX_SAFE_INTEGER);
  if (start % interval !== 0) throw refused("start", start, `a multiple of the interval, ${interval} ms`);
  for (const symbol of pairs) {
    if (Object.hasOwn(PAIR_MODELS, symbol)) continue;
    throw new FathomError(
      "E_DATA_SYMBOL",
      `synthetic: found the pair ${symbol}, expected some of ${SYNTHETIC_PAIRS.join(", ")}.${didYouMean(symbol, SYNTHETIC_PAIRS)}`,
      { symbol },
    );
  }
  const market = marketPath(seed, interval, rows);
  const bars: Bars[] = [];
  for (const symbol of pairs) {
    const listing = options.listedTogether ? 0 : Math.ceil((PAIR_MODELS[symbol].listing * DAY) / interval);
    if (listing >= rows) continue;
    const planted = options.planted === true;
    const series = pairBars({ symbol, seed, interval, start, listing, planted }, market);
    if (series.time.length > 0) bars.push(series);
  }
  return bars;
}

function whole(name: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw refused(name, value, `a whole number from ${least} to ${most}`);
}

const refused = (name: string, value: number, expected: string) =>
  new FathomError("E_DATA_SYNTHETIC", `synthetic: ${name} must be ${expected}, found ${value}`, { name });
