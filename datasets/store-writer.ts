import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { FathomError } from "../engine/errors.ts";
import {
  commitFile,
  explainIo,
  makeDirectory,
  PART,
  partName,
  refuseSymlink,
  sweep,
  writeDurable,
} from "../engine/live/durable.ts";
import { takeLock } from "../engine/live/lock.ts";
import { barCheck, barFault, checkBars } from "../engine/market/bar-check.ts";
import type { Bars } from "../engine/market/bars.ts";
import { type Duck, openDuck } from "./duck.ts";
import { formatInterval } from "./interval.ts";
import { mergeInto, seriesFacts, settleOrder } from "./merge.ts";
import { BLOCK, clearSpool, nextRow, openSpool, type Spool } from "./spool.ts";
import {
  catalogPath,
  hashFile,
  type SourceRecord,
  type Store,
  type StoredSeries,
  seriesFile,
  verifySeries,
} from "./store.ts";

/** What identifies a series. */
export type SeriesKey = Pick<StoredSeries, "venue" | "symbol" | "quote" | "interval">;

export interface WriteOptions {
  readonly source: SourceRecord;
  /** Whether the spool's times strictly increase. */
  readonly ordered: boolean;
  /** Stored rows that differ are replaced instead of refused. */
  readonly replace?: boolean;
  /** Takes conflicting rows of the source itself; without it the first pair is thrown. */
  readonly conflicting?: (line: number, shown: string) => void;
  /** What must be on disk before the series is: called just before its file gets its name. */
  readonly beforeCommit?: () => void;
}

export interface Written {
  readonly status: "imported" | "unchanged";
  readonly series: StoredSeries;
  /** Rows that the series did not have before. */
  readonly added: number;
  /** Rows of the source that stood in it twice. */
  readonly duplicates: number;
  /** Stored rows that were replaced. */
  readonly replaced: number;
}

/** The one that may write: it holds the lock until close(). */
export interface StoreWriter {
  readonly folder: string;
  readonly spool: Spool;
  /** Makes the spooled rows part of a series, all or none of them. Readers see it from the next commit() on. */
  write(key: SeriesKey, options: WriteOptions): Promise<Written>;
  /**
   * Lists what was written since the last commit, all of it in the one rename of the catalog: when it returns,
   * it is there to stay. Throws E_IO_*; what was written since the last commit is then dropped.
   */
  commit(): void;
  /** Drops the rows that were spooled and not written. */
  forget(): void;
  close(): void;
}

/** Opens a store for writing and sweeps what a killed writer left. Throws E_LOCK_HELD, E_IO_*, E_STATE_CORRUPT. */
export async function openWriter(store: Store, now: number): Promise<StoreWriter> {
  const { folder } = store;
  refuseSymlink(folder);
  makeDirectory(folder);
  const release = takeLock(join(folder, "lock"), now);
  try {
    let listed = store.catalog();
    let next = listed;
    // From here on a folder with series and without a catalog is damage, never a crash of ours.
    if (!existsSync(catalogPath(folder))) writeCatalog(folder, []);
    sweepLeftovers(folder, listed);
    const duck = await openDuck(folder);
    const spool = openSpool(join(folder, `spool-${process.pid}${PART}`));
    return {
      folder,
      spool,
      // Nobody else writes while the lock is held: the catalog is read once, and written once a commit.
      async write(key, options) {
        const { before, ...written } = await write(store, duck, spool, now, key, options, next);
        if (written.status === "imported") next = [...next.filter((s) => s !== before), written.series];
        return written;
      },
      commit() {
        if (next === listed) return;
        try {
          writeCatalog(folder, next);
          listed = next;
        } finally {
          next = listed;
        }
      },
      forget: () => clearSpool(spool),
      close() {
        clearSpool(spool);
        duck.close();
        sweep(folder, (name) => name.startsWith("spill-") && name.endsWith(PART));
        release();
      },
    };
  } catch (error) {
    release();
    throw explainIo(error, folder);
  }
}

/** Temporary files, and series that no catalog lists: a writer was killed before or after its commit. */
function sweepLeftovers(folder: string, listed: readonly StoredSeries[]): void {
  const keep = new Set(listed.map((series) => series.file));
  // Our own lock's temporary name is gone by now; another's is its own business for a moment.
  sweep(folder, (name) => name.endsWith(PART) && !name.startsWith("lock"));
  for (const venue of readdirSync(folder, { withFileTypes: true })) {
    if (!venue.isDirectory() || venue.name === REJECTS) continue;
    sweep(
      join(folder, venue.name),
      (name) => name.endsWith(PART) || (name.endsWith(".parquet") && !keep.has(`${venue.name}/${name}`)),
    );
  }
}

/** Folder of the rows that were set aside. */
export const REJECTS = "rejects";

function writeCatalog(folder: string, series: readonly StoredSeries[]): void {
  const sorted = [...series].sort(
    (a, b) =>
      compare(a.venue, b.venue) ||
      compare(a.symbol, b.symbol) ||
      compare(a.quote, b.quote) ||
      a.interval - b.interval,
  );
  // One series a line: a person can read it, and a change of one is a change of one line.
  const lines = sorted.map((entry) => JSON.stringify(entry)).join(",\n");
  writeDurable(catalogPath(folder), `{"version":1,"series":[\n${lines}\n]}\n`);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const isSame = (a: SeriesKey, b: SeriesKey): boolean =>
  a.venue === b.venue && a.symbol === b.symbol && a.quote === b.quote && a.interval === b.interval;

async function write(
  store: Store,
  duck: Duck,
  spool: Spool,
  now: number,
  key: SeriesKey,
  options: WriteOptions,
  catalog: readonly StoredSeries[],
): Promise<Written & { readonly before?: StoredSeries }> {
  const { folder } = store;
  const before = catalog.find((series) => isSame(series, key));
  const venueFolder = join(folder, key.venue);
  refuseSymlink(venueFolder);
  makeDirectory(venueFolder);
  const name = `${key.symbol}-${key.quote}-${formatInterval(key.interval)}`;
  const part = partName(join(venueFolder, name));
  try {
    duck.feed(spool);
    const duplicates = await settleOrder(duck, options);
    const kept = before && (await intact(store, before, options.replace === true));
    const old = kept && { file: seriesFile(store, kept) };
    const { added, replaced } = await mergeInto(duck, part, old, options);
    if (kept !== undefined && added === 0 && replaced === 0) {
      return { status: "unchanged", series: kept, added, duplicates, replaced };
    }
    const facts = await seriesFacts(duck, part, key.interval);
    const sha256 = await hashFile(part);
    const file = `${key.venue}/${name}-${sha256.slice(0, 12)}.parquet`;
    const series: StoredSeries = {
      ...key,
      ...facts,
      file,
      sha256,
      bytes: statSync(part).size,
      sources: [...(kept?.sources ?? []), options.source],
      gapKind: key.venue === "kraken" ? "no_trades" : "unknown",
      imported: new Date(now).toISOString(),
    };
    options.beforeCommit?.();
    commitFile(part, join(folder, file));
    return { status: "imported", series, added, duplicates, replaced, before };
  } catch (error) {
    throw explainIo(error, part, spool.rows * 56);
  } finally {
    rmSync(part, { force: true });
    clearSpool(spool);
  }
}

/** The stored series to merge into: a damaged file is never merged; with `replace` the series begins anew. */
async function intact(
  store: Store,
  series: StoredSeries,
  replace: boolean,
): Promise<StoredSeries | undefined> {
  try {
    await verifySeries(store, series);
    return series;
  } catch (error) {
    if (replace && (error as FathomError).code === "E_DATA_DAMAGED") return undefined;
    throw error;
  }
}

/**
 * Stores bars that are in memory (a recorded response, a made series) as `fathom data import` stores a file. The
 * bars pass the door first. Throws its codes, E_LOCK_HELD, E_DATA_CONFLICT, E_IO_*.
 */
export async function writeSeries(
  store: Store,
  key: Omit<SeriesKey, "symbol" | "interval">,
  bars: Bars,
  options: { readonly now: number; readonly source: SourceRecord; readonly replace?: boolean },
): Promise<Written> {
  if (bars.time.length === 0) {
    throw new FathomError("E_DATA_EMPTY", `store: found no rows of ${bars.symbol}, expected bars`);
  }
  const found = checkBars(barCheck(bars.interval, options.now), bars, bars.time.length);
  if (found !== undefined) {
    const { code, field, expected } = barFault(found.fault);
    const value = bars[field][found.row];
    const where = `${bars.symbol}, row ${found.row + 1}, ${field}`;
    throw new FathomError(code, `store: found ${value}, expected ${expected}; nothing was stored (${where})`);
  }
  const writer = await openWriter(store, options.now);
  try {
    const { spool } = writer;
    const columns = [bars.time, bars.open, bars.high, bars.low, bars.close, bars.volume, bars.trades];
    for (let row = 0; row < bars.time.length; row++) {
      const at = nextRow(spool);
      columns.forEach((column, k) => {
        spool.block[k * BLOCK + at] = column[row];
      });
      spool.block[columns.length * BLOCK + at] = row + 1;
    }
    const { source, replace } = options;
    const full = { ...key, symbol: bars.symbol, interval: bars.interval };
    const written = await writer.write(full, { source, replace, ordered: true });
    writer.commit();
    return written;
  } finally {
    writer.close();
  }
}
