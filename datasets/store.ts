import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { FathomError } from "../engine/errors.ts";
import { refuseSymlink } from "../engine/live/durable.ts";
import { barCheck, barFault, checkBars } from "../engine/market/bar-check.ts";
import { BAR_FIELDS, type Bars } from "../engine/market/bars.ts";
import type { SeriesInfo } from "./dataset.ts";
import { openDuck, selectDoubles } from "./duck.ts";
import { formatInterval } from "./interval.ts";

/** A file that rows of a series came from. */
export interface SourceRecord {
  readonly name: string;
  /** Of the text that was read, after decompression. */
  readonly sha256: string;
  readonly rows: number;
}

/** An entry of the catalog. */
export interface StoredSeries extends SeriesInfo {
  /** The Parquet file, from the data folder. */
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly sources: readonly SourceRecord[];
  /** Bars of one price without volume. */
  readonly flat: number;
  /** Leading bars without any trade: made up by whoever filled the file, not traded. */
  readonly backfill: number;
  /** Bars that are absent between first and last. */
  readonly missing: number;
  /** What an absent bar means in this source: Kraken's archive leaves out intervals without trades. */
  readonly gapKind: "no_trades" | "unknown";
  /** When the last import changed the series, ISO UTC. */
  readonly imported: string;
}

const count = z.number().int().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const seriesSchema = z.strictObject({
  venue: z.string().regex(/^[a-z][a-z0-9-]*$/),
  symbol: z.string().regex(/^[A-Z0-9.]+$/),
  quote: z.string().regex(/^[A-Z0-9.]+$/),
  interval: count.min(1),
  rows: count.min(1),
  first: count,
  last: count,
  file: z.string().regex(/^[a-z][a-z0-9-]*\/[A-Za-z0-9.-]+\.parquet$/),
  sha256,
  bytes: count,
  sources: z.array(z.strictObject({ name: z.string(), sha256, rows: count })),
  flat: count,
  backfill: count,
  missing: count,
  gapKind: z.enum(["no_trades", "unknown"]),
  imported: z.iso.datetime(),
});
const catalogSchema = z.strictObject({ version: z.literal(1), series: z.array(seriesSchema) });

export interface SeriesQuery {
  readonly venue?: string;
  readonly symbol: string;
  readonly quote?: string;
  /** Length of a bar, ms. */
  readonly interval: number;
}

/** The bars under a home folder. Readers see what the catalog lists and nothing else. */
export interface Store {
  /** The data folder. */
  readonly folder: string;
  /** All series, read afresh: venue, symbol in alphabetical order, then interval. Throws E_STATE_CORRUPT. */
  catalog(): readonly StoredSeries[];
  /** The one series that fits, or undefined. Throws E_DATA_AMBIGUOUS when several venues or quotes fit. */
  find(query: SeriesQuery): StoredSeries | undefined;
}

export const catalogPath = (folder: string): string => join(folder, "catalog.json");

/** The store under a home folder; an absent one is empty. */
export function openStore(home: string): Store {
  const folder = join(home, "data");
  const catalog = () => readCatalog(folder);
  return {
    folder,
    catalog,
    find(query) {
      const { venue, symbol, quote, interval } = query;
      const fits = catalog().filter(
        (s) =>
          s.symbol === symbol &&
          s.interval === interval &&
          (venue === undefined || s.venue === venue) &&
          (quote === undefined || s.quote === quote),
      );
      if (fits.length > 1) {
        const found = fits.map((s) => `${s.venue} ${s.symbol}/${s.quote}`).join(", ");
        throw new FathomError(
          "E_DATA_AMBIGUOUS",
          `store: found ${found} for ${symbol} ${formatInterval(interval)}, expected one series; name the venue and the quote`,
        );
      }
      return fits[0];
    },
  };
}

function readCatalog(folder: string): readonly StoredSeries[] {
  const path = catalogPath(folder);
  refuseSymlink(folder);
  refuseSymlink(path);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    const orphans = existsSync(folder) ? seriesFiles(folder) : [];
    if (orphans.length === 0) return [];
    throw corrupt(path, `no catalog beside ${orphans.length} series files (${orphans[0]} ...)`);
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw corrupt(path, (error as Error).message);
  }
  const parsed = catalogSchema.safeParse(document);
  if (!parsed.success) throw corrupt(path, z.prettifyError(parsed.error).replace(/\s+/g, " "));
  return parsed.data.series;
}

const corrupt = (path: string, found: string) =>
  new FathomError(
    "E_STATE_CORRUPT",
    `store: found ${found}, expected the catalog as Fathom wrote it; restore it from a copy, or move its folder away and import again (${path})`,
    { path },
  );

const LISTED = 20;

/** "kraken BTC/USD 1h, kraken ETH/USD 1h" for an error; of very many only the first. */
export function seriesNames(series: readonly SeriesInfo[]): string {
  if (series.length === 0) return "none at all";
  const names = series
    .slice(0, LISTED)
    .map((s) => `${s.venue} ${s.symbol}/${s.quote} ${formatInterval(s.interval)}`);
  const more = series.length - names.length;
  return names.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** Every Parquet file in the venues' folders, listed or not. */
export function seriesFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.endsWith(".part"))
    .flatMap(({ name }) => readdirSync(join(folder, name)).map((file) => `${name}/${file}`))
    .filter((file) => file.endsWith(".parquet"));
}

/** The path of a series' Parquet file: time BIGINT (open, ms), open, high, low, close, volume, trades DOUBLE. */
export function seriesFile(store: Store, series: StoredSeries): string {
  const path = join(store.folder, series.file);
  refuseSymlink(join(store.folder, series.venue));
  refuseSymlink(path);
  return path;
}

/** The sha256 of a file's bytes. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(chunk);
  return hash.digest("hex");
}

/** Checks a series' file against the catalog: there, as long and with the same hash. Throws E_DATA_DAMAGED. */
export async function verifySeries(store: Store, series: StoredSeries): Promise<void> {
  const path = seriesFile(store, series);
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  const found =
    size === undefined ? "no file" : size !== series.bytes ? `${size} bytes` : await hashFile(path);
  if (found !== series.sha256) {
    const expected = `${series.bytes} bytes with sha256 ${series.sha256}`;
    const names = series.sources.map((source) => source.name).join(", ");
    throw new FathomError(
      "E_DATA_DAMAGED",
      `store: found ${found}, expected ${expected}; import ${names} again, the first file with --replace (${series.venue} ${series.symbol}/${series.quote}, ${path})`,
      { path, found, expected: series.sha256 },
    );
  }
}

/** Columns of one step of a series: time (open, ms), open, high, low, close, volume, trades (NaN where absent). */
export type SeriesChunk = Omit<Bars, "symbol" | "interval">;

const FIELDS = ["time", ...BAR_FIELDS, "trades"] as const;
const SELECT = `${selectDoubles(FIELDS)} FROM read_parquet($file)`;

/**
 * Reads a series in steps of up to 2,048 rows, in time order, without ever holding all of it. The columns of a
 * step are valid until the next. The file is checked against its hash first and every row passes the door.
 */
export async function streamSeries(
  store: Store,
  series: StoredSeries,
  take: (chunk: SeriesChunk, rows: number) => void,
): Promise<void> {
  await verifySeries(store, series);
  const file = seriesFile(store, series);
  const duck = await openDuck(store.folder);
  try {
    const check = barCheck(series.interval, Number.POSITIVE_INFINITY);
    let done = 0;
    for await (const { rows, columns } of duck.steps(SELECT, { file }, FIELDS.length)) {
      const bars = Object.fromEntries(
        FIELDS.map((field, k) => [field, columns[k]]),
      ) as unknown as SeriesChunk;
      const found = checkBars(check, bars, rows);
      if (found !== undefined) {
        const { code, field, expected } = barFault(found.fault);
        throw damaged(
          file,
          `${field} ${bars[field][found.row]} in row ${done + found.row + 1} (${code})`,
          expected,
        );
      }
      take(bars, rows);
      done += rows;
    }
    if (done !== series.rows) throw damaged(file, `${done} rows`, `${series.rows} rows`);
  } finally {
    duck.close();
  }
}

const damaged = (file: string, found: string, expected: string) =>
  new FathomError(
    "E_DATA_DAMAGED",
    `store: found ${found}, expected ${expected}; import its source again (${file})`,
    {
      path: file,
    },
  );

/** A whole series as columns. */
export async function readBars(store: Store, series: StoredSeries): Promise<Bars> {
  const { symbol, interval, rows } = series;
  const all = FIELDS.map(() => new Float64Array(rows));
  let at = 0;
  await streamSeries(store, series, (chunk, n) => {
    FIELDS.forEach((field, k) => {
      all[k].set(chunk[field].subarray(0, n), at);
    });
    at += n;
  });
  const columns = Object.fromEntries(FIELDS.map((field, k) => [field, all[k]])) as unknown as SeriesChunk;
  return { symbol, interval, ...columns };
}
