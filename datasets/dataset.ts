import type { Panel } from "../engine/market/bars.ts";

/** One stored (or made) series of bars: what a reader must know of where it came from. */
export interface SeriesInfo {
  /** Where the bars were traded: "kraken", "binance", "synthetic". */
  readonly venue: string;
  /** Canonical symbol of the base asset: "BTC". */
  readonly symbol: string;
  /** Quote currency: "USD", "USDT". */
  readonly quote: string;
  /** Length of a bar, ms. */
  readonly interval: number;
  readonly rows: number;
  /** Open times of the first and last bar, ms UTC. */
  readonly first: number;
  readonly last: number;
}

/** A panel with its origin: what a backtest runs on. */
export interface Dataset {
  readonly panel: Panel;
  readonly series: readonly SeriesInfo[];
  /** Symbols of the panel that were asked for; the reference pair is loaded even where it is not. */
  readonly traded: readonly string[];
  /** First close that may trade, ms UTC, where bars before it were read as warm-up. */
  readonly start?: number;
  /** What a reader must know: another quote currency, bars left out. */
  readonly notes: readonly string[];
}
