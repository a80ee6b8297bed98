import { DEFAULT_SEED } from "../engine/config.ts";
import { didYouMean, FathomError } from "../engine/errors.ts";
import { HOUR, type Panel, SECOND } from "../engine/market/bars.ts";
import { parsePair, UNIVERSE_SYMBOLS } from "../engine/market/universe.ts";
import { counted } from "./counted.ts";
import type { DataOrigin, Dataset, SeriesInfo } from "./dataset.ts";
import { formatInterval, parseInterval } from "./interval.ts";
import { type OutsideSeries, readOutside } from "./outside.ts";
import { inUniverseOrder, type PanelOptions, panelFromBars } from "./panel.ts";
import { readPanel } from "./read-panel.ts";
import { openStore, type Store, type StoredSeries, seriesNames } from "./store.ts";
import {
  SYNTHETIC_PAIRS,
  SYNTHETIC_START,
  type SyntheticOptions,
  syntheticBars,
  syntheticRows,
} from "./synthetic.ts";
import { rfc3339ToMs } from "./times.ts";

export interface LoadOptions {
  /** FATHOM_HOME; default `.fathom` in the working directory. */
  readonly home?: string;
  /** A venue of the store ("kraken"), or "synthetic". */
  readonly data: string;
  /** Symbols; none given means every pair of the universe that the source has at the interval. */
  readonly pairs?: readonly string[];
  /** "1m", "1h", "1d", or ms; default one hour. */
  readonly interval?: string | number;
  /** The first close at or after it is the first row that may trade. ISO date or time, or ms UTC. */
  readonly from?: string | number;
  /** The last close at or before it is the last row; default the earliest last bar of the pairs. */
  readonly to?: string | number;
  /** Always loaded, traded or not; default "BTC". */
  readonly reference?: string;
  /** Rows to read before `from`: three times the plan's lookback; default 0. */
  readonly warmupRows?: number;
  /** A daily volatility index to join at its publication times. */
  readonly outside?: { readonly name: "VIX" | "DVOL"; readonly file?: string };
  /** Of the synthetic market; default DEFAULT_SEED. */
  readonly seed?: number;
  /** Whether the synthetic market has the component that can be predicted. */
  readonly planted?: boolean;
  /** Shows how many bars were read. */
  readonly progress?: (label: string, total: number) => { update(value: number): void; stop(): void };
}

/**
 * What a backtest runs on: stored bars of one venue, or the synthetic market, as one panel with its origin
 * and what a reader must know of it. Throws E_DATA_SERIES with what is there and the line that imports the
 * rest, E_DATA_TIME, E_DATA_INTERVAL, E_DATA_WARMUP, and what panel and outside series throw.
 */
export async function load(options: LoadOptions): Promise<Dataset> {
  const interval = readInterval(options.interval ?? HOUR);
  const { warmupRows = 0, reference = "BTC", pairs = [] } = options;
  if (!Number.isSafeInteger(warmupRows) || warmupRows < 0) {
    throw new FathomError(
      "E_DATA_WARMUP",
      `load: warmupRows must be a whole number from 0, found ${warmupRows}`,
    );
  }
  const from = options.from === undefined ? undefined : readTime(options.from, "from");
  const span = {
    from,
    warmup: warmupRows * interval,
    to: options.to === undefined ? undefined : readTime(options.to, "to"),
    outside: options.outside && outsideSeries(options.outside),
  };
  const wanted = pairs.length === 0 ? undefined : [...new Set([reference, ...pairs])];
  const dataset =
    options.data === "synthetic"
      ? madeMarket(options, wanted, interval, span)
      : await storedMarket(options, wanted ?? [], interval, reference, span);
  const traded = pairs.length === 0 ? dataset.traded : pairs;
  const { panel } = dataset;
  const origin: DataOrigin = {
    data: options.data,
    pairs: options.data === "synthetic" ? pairs : traded, // a made pair that is not listed yet is named in the notes
    interval,
    ...(from === undefined ? {} : { from }),
    to: panel.time[panel.time.length - 1],
    reference,
    warmupRows,
    ...(options.outside === undefined ? {} : { outside: options.outside }),
    ...(options.data === "synthetic" ? { seed: options.seed ?? DEFAULT_SEED } : {}),
    ...(options.planted === undefined ? {} : { planted: options.planted }),
  };
  if (from === undefined) return { ...dataset, traded, origin };

  const first = panel.time.findIndex((t) => t >= from);
  if (first < 0) {
    throw new FathomError(
      "E_DATA_SPAN",
      `load: found no close at or after from ${new Date(from).toISOString()}, the last is ${new Date(panel.time[panel.time.length - 1]).toISOString()}; choose an earlier from`,
    );
  }
  const notes = [...dataset.notes];
  if (first < warmupRows) {
    notes.push(
      `${first} rows of warm-up before ${new Date(from).toISOString()}, ${warmupRows} were asked for: the data begins later`,
    );
  }
  return { panel, series: dataset.series, traded, start: panel.time[first], origin, notes };
}

function outsideSeries({ name, file }: NonNullable<LoadOptions["outside"]>): OutsideSeries {
  if (file !== undefined) return readOutside(name, file);
  throw new FathomError(
    "E_OUTSIDE_FILE",
    `load: the index comes from ${name}, but no file was named; name one with --index-file or data.index_file, or set regime.source to computed`,
  );
}

function madeMarket(
  { seed, planted }: LoadOptions,
  pairs: readonly string[] | undefined,
  interval: number,
  span: PanelOptions,
): Dataset {
  const rows = span.to === undefined ? undefined : Math.floor((span.to - SYNTHETIC_START) / interval);
  return synthetic({ seed, planted, pairs, interval, rows, ...span });
}

/** The synthetic market as a dataset; `from` and `to` as in panelFromBars, by default all rows. */
export function synthetic(options: SyntheticOptions & PanelOptions = {}): Dataset {
  const { from, warmup, to, outside, ...market } = options;
  const { seed = DEFAULT_SEED, interval = HOUR, start = SYNTHETIC_START } = market;
  const rows = market.rows ?? syntheticRows(interval);
  const bars = inUniverseOrder(syntheticBars({ ...market, rows }));
  const panel = panelFromBars(bars, { from, warmup, to: to ?? start + rows * interval, outside });
  const series = bars.map(({ symbol, time }): SeriesInfo => {
    const n = time.length;
    return { venue: "synthetic", symbol, quote: "USD", interval, rows: n, first: time[0], last: time[n - 1] };
  });
  const planted = market.planted ? ", with a planted component that can be predicted" : "";
  const notes = [`bars are made, not traded: synthetic market, seed ${seed}${planted}`];
  const late = (market.pairs ?? SYNTHETIC_PAIRS).filter((s) => !panel.symbols.includes(s));
  if (late.length > 0) notes.push(`${late.join(", ")}: no bar by the last row, left out`);
  return { panel, series, traded: panel.symbols, notes };
}

async function storedMarket(
  { home = ".fathom", data: venue, progress }: LoadOptions,
  wanted: readonly string[],
  interval: number,
  reference: string,
  span: PanelOptions,
): Promise<Dataset> {
  const store = openStore(home);
  const series = inUniverseOrder(chooseSeries(store, venue, interval, reference, wanted));
  const bar = progress?.(
    "bars",
    series.reduce((sum, s) => sum + s.rows, 0),
  );
  let panel: Panel;
  try {
    panel = await readPanel(store, series, span, bar?.update);
  } finally {
    bar?.stop();
  }
  const notes: string[] = [];
  const quotes = new Set(series.map((s) => s.quote).filter((q) => venue !== "kraken" || q !== "USD"));
  for (const quote of quotes) {
    const other = quote === "USD" ? "Kraken's" : "Kraken USD";
    notes.push(`bars are ${quote} from ${venue}, not ${other}`);
  }
  for (const [k, { symbol, backfill, first }] of series.entries()) {
    const until = first + backfill * interval;
    if (backfill > 0 && (span.from ?? panel.time[0]) <= until) {
      const [bars, day] = [counted(backfill, "bar"), new Date(until).toISOString().slice(0, 10)];
      notes.push(
        `${symbol} begins with ${bars} that nobody traded (backfill); a from after ${day} leaves them out`,
      );
    }
    const { close } = panel.pairs[k];
    if (Number.isNaN(close[close.length - 1])) notes.push(`${symbol} is not listed before the panel ends`);
  }
  const info = series.map(
    ({ venue, symbol, quote, interval, rows, first, last }): SeriesInfo => ({
      venue,
      symbol,
      quote,
      interval,
      rows,
      first,
      last,
    }),
  );
  return { panel, series: info, traded: panel.symbols, notes };
}

/** The series of the wanted symbols (none: of the universe's) and of the reference. */
function chooseSeries(
  store: Store,
  venue: string,
  interval: number,
  reference: string,
  wanted: readonly string[],
): StoredSeries[] {
  const all = store.catalog();
  const here = all.filter((s) => s.venue === venue && s.interval === interval);
  const universe = UNIVERSE_SYMBOLS.filter((symbol) => here.some((s) => s.symbol === symbol));
  const symbols = wanted.length > 0 ? wanted : [...new Set([reference, ...universe])];
  const missing = symbols.filter((symbol) => !here.some((s) => s.symbol === symbol));
  if (missing.length > 0) {
    throw new FathomError(
      "E_DATA_SERIES",
      `load: found no bars of ${missing.join(", ")} from ${venue} at ${formatInterval(interval)}, ${nearby(all, venue, interval, missing[0])} ` +
        `Bring bars in with \`fathom data import FILE --venue VENUE\`, or use the data "synthetic" (${store.folder})`,
      { missing, venue, interval },
    );
  }
  return symbols.map((symbol) => {
    const fits = here.filter((s) => s.symbol === symbol);
    const choice = fits.length === 1 ? fits[0] : fits.find((s) => s.quote === "USD");
    if (choice !== undefined) return choice;
    throw new FathomError(
      "E_DATA_AMBIGUOUS",
      `load: found ${fits.map((s) => `${symbol}/${s.quote}`).join(" and ")} of ${venue}, expected one quote or USD; keep one of them in the store`,
      { symbol, venue },
    );
  });
}

/** What the store has that is nearest to what was asked for: of the venue and interval, else of the venue. */
function nearby(all: readonly StoredSeries[], venue: string, interval: number, symbol: string): string {
  const ofVenue = all.filter((s) => s.venue === venue);
  if (ofVenue.length === 0) {
    const venues = [...new Set(all.map((s) => s.venue))];
    if (venues.length === 0) return "the store has none at all.";
    return `the store has bars from ${venues.join(", ")}.${didYouMean(venue, [...venues, "synthetic"])}`;
  }
  const here = ofVenue.filter((s) => s.interval === interval);
  if (here.length === 0) return `the store has ${seriesNames(ofVenue)}.`;
  const symbols = here.map((s) => s.symbol);
  const canonical = canonicalSymbol(symbol);
  const meant =
    canonical !== undefined && symbols.includes(canonical)
      ? ` Did you mean ${canonical}?`
      : didYouMean(symbol, symbols);
  return `the store has ${seriesNames(here)}.${meant}`;
}

/** "BTC" for "btc", "XBT", "XBTUSD" and "BTC/USD". */
function canonicalSymbol(text: string): string | undefined {
  const upper = text.toUpperCase();
  for (const name of [upper, `${upper}USD`]) {
    try {
      return parsePair(name).symbol;
    } catch {
      // No name of a pair.
    }
  }
  return undefined;
}

function readInterval(interval: string | number): number {
  const ms = typeof interval === "number" ? interval : parseInterval(interval);
  if (ms !== undefined && Number.isSafeInteger(ms) && ms >= SECOND) return ms;
  throw new FathomError(
    "E_DATA_INTERVAL",
    `load: found the interval ${JSON.stringify(interval)}, expected 1m, 1h, 1d or the like, or ms from 1000`,
    { interval },
  );
}

function readTime(time: string | number, name: string): number {
  const isDay = typeof time === "string" && /^\d{4}-\d\d-\d\d$/.test(time);
  const ms = typeof time === "number" ? time : rfc3339ToMs(isDay ? `${time}T00:00:00Z` : time);
  if (ms !== undefined && Number.isSafeInteger(ms)) return ms;
  throw new FathomError(
    "E_DATA_TIME",
    `load: found ${name} ${JSON.stringify(time)}, expected a date such as 2021-01-01, a time with a zone such as 2021-01-01T05:00:00Z, or ms`,
    { name },
  );
}
