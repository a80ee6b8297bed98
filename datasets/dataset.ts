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

/** What `load` was asked for, every default filled in: the same store gives the same dataset for it again. Plain JSON. */
export interface DataOrigin {
  readonly data: string;
  readonly pairs: readonly string[];
  /** ms. */
  readonly interval: number;
  /** ms UTC; `from` only where it was asked for. */
  readonly from?: number;
  readonly to: number;
  readonly reference: string;
  readonly warmupRows: number;
  readonly outside?: { readonly name: "VIX" | "DVOL"; readonly file?: string };
  readonly seed?: number;
  readonly planted?: boolean;
}

/** A panel with its origin: what a backtest runs on. */
export interface Dataset {
  readonly panel: Panel;
  readonly series: readonly SeriesInfo[];
  /** Symbols of the panel that were asked for; the reference pair is loaded even where it is not. */
  readonly traded: readonly string[];
  /** First close that may trade, ms UTC, where bars before it were read as warm-up. */
  readonly start?: number;
  /** Where `load` made it: what it takes to make it again. */
  readonly origin?: DataOrigin;
  /** What a reader must know: another quote currency, bars left out. */
  readonly notes: readonly string[];
}

/** What the bars of a dataset are priced in: "USD", or "USD+USDT" where series differ. */
export const quoteOf = ({ series }: Dataset): string => [...new Set(series.map((s) => s.quote))].join("+");

/** Which market bars are of: a venue's, or which made one. */
export const marketOf = ({ data, planted }: Pick<DataOrigin, "data" | "planted">): string =>
  planted ? `${data}, planted` : data;
