import { createHash } from "node:crypto";
import { FathomError } from "../engine/errors.ts";
import { explainIo } from "../engine/live/durable.ts";
import { type PairName, parsePair } from "../engine/market/universe.ts";
import { readCsv } from "./csv.ts";
import { readFreqtrade } from "./freqtrade.ts";
import { openRejects } from "./rejects.ts";
import { type ColumnName, rowReader } from "./rows.ts";
import { openSources, readName, type Source, unreadable } from "./sources.ts";
import type { Store, StoredSeries } from "./store.ts";
import { openWriter, type SeriesKey, type StoreWriter, type Written } from "./store-writer.ts";
import type { TimeUnit } from "./times.ts";

export interface ImportOptions {
  /** The time of day, ms UTC. */
  readonly now: number;
  /** Where the bars were traded. Files named and laid out as Kraken's archive need none. */
  readonly venue?: string;
  /** Any name of the pair; without it the file's name tells. */
  readonly pair?: string;
  /** Length of a bar, ms; without it the file's name tells. */
  readonly interval?: number;
  readonly columns?: readonly ColumnName[];
  readonly unit?: TimeUnit;
  /** Sets rows at fault aside, with the reason, instead of refusing their file. */
  readonly quarantine?: boolean;
  /** Takes a file even when most of its bars have one price and no volume. */
  readonly allowFlat?: boolean;
  /** Takes the file's rows where stored ones differ. */
  readonly replace?: boolean;
  /** Called as rows are read; `expected` is an estimate from the sizes of the files. */
  readonly progress?: (rows: number, expected: number) => void;
  /** Called as each file is done: what it says is stored is there to stay. */
  readonly done?: (result: FileResult) => void;
}

/** What became of one file. */
export interface FileResult {
  readonly file: string;
  readonly status: "imported" | "unchanged" | "refused";
  /** The series as stored now, unless the file was refused. */
  readonly series?: StoredSeries;
  /** Rows read from the file. */
  readonly rows: number;
  readonly added: number;
  readonly duplicates: number;
  readonly outOfOrder: number;
  readonly replaced: number;
  readonly rejected: number;
  /** Where rejected rows stand. */
  readonly rejects?: string;
  readonly notes: readonly string[];
  readonly error?: FathomError;
}

export interface ImportResult {
  readonly files: readonly FileResult[];
  /** Files of a folder that are no bars. */
  readonly ignored: readonly string[];
  readonly rows: number;
}

const NOTHING = {
  rows: 0,
  added: 0,
  duplicates: 0,
  outOfOrder: 0,
  replaced: 0,
  rejected: 0,
  notes: [],
} as const;
const BYTES_PER_ROW = 55;
/** Kraken's archive has thousands of files, and a catalog of thousands of lines takes 0.1 s to write. */
const FILES_PER_COMMIT = 50;

/**
 * Imports every file of bars at the paths. Each file becomes part of its series as a whole or is refused as a
 * whole: the result says which. Throws only where nothing can be imported at all: E_LOCK_HELD, E_IO_READONLY,
 * E_STATE_CORRUPT.
 */
export async function importPaths(
  store: Store,
  paths: readonly string[],
  options: ImportOptions,
): Promise<ImportResult> {
  const opened = await openSources(paths, store.folder);
  try {
    const writer = await openWriter(store, options.now);
    try {
      const files: FileResult[] = [];
      const settle = (result: FileResult) => {
        files.push(result);
        options.done?.(result);
      };
      for (const { name, error } of opened.refused)
        settle({ ...NOTHING, file: name, status: "refused", error });
      const expected = opened.sources.reduce((sum, s) => sum + (s.bytes * s.inflation) / BYTES_PER_ROW, 0);
      let rows = 0;
      let written: FileResult[] = [];
      for (const [i, source] of opened.sources.entries()) {
        const advance = (read: number) => options.progress?.(rows + read, expected);
        const result = await importOrRefuse(writer, source, options, advance);
        rows += result.rows;
        written.push(result);
        if (written.length < FILES_PER_COMMIT && i < opened.sources.length - 1) continue;
        for (const committed of commit(writer, written)) settle(committed);
        written = [];
      }
      return { files, ignored: opened.ignored, rows };
    } finally {
      writer.close();
    }
  } finally {
    opened.close();
  }
}

/** Commits what was written of the files; where that fails, none of them is stored. */
function commit(writer: StoreWriter, written: readonly FileResult[]): readonly FileResult[] {
  try {
    writer.commit();
    return written;
  } catch (thrown) {
    const error = unreadable(thrown, writer.folder);
    return written.map((result) =>
      result.status === "refused" ? result : { ...NOTHING, file: result.file, status: "refused", error },
    );
  }
}

async function importOrRefuse(
  writer: StoreWriter,
  source: Source,
  options: ImportOptions,
  advance: (rows: number) => void,
): Promise<FileResult> {
  try {
    return await importFile(writer, source, options, advance);
  } catch (thrown) {
    const error = unreadable(explainIo(thrown, source.name), source.name);
    return { ...NOTHING, file: source.name, status: "refused", error };
  } finally {
    writer.forget();
  }
}

async function importFile(
  writer: StoreWriter,
  source: Source,
  options: ImportOptions,
  advance: (rows: number) => void,
): Promise<FileResult> {
  const key = identify(source, options);
  const file = source.name;
  const rejects = options.quarantine === true ? openRejects(writer.folder, source.base) : undefined;
  try {
    const json = source.format === "json";
    const unit = options.unit ?? (json ? "ms" : undefined);
    const reader = rowReader(
      { file, interval: key.interval, now: options.now, unit, json, reject: rejects?.add },
      writer.spool,
    );
    const hash = createHash("sha256");
    const { counts } = reader;
    async function* hashed() {
      for await (const chunk of source.open()) {
        hash.update(chunk);
        yield chunk;
        advance(counts.rows);
      }
    }
    let cut = false;
    if (json) await readFreqtrade(hashed(), reader, file);
    else cut = !(await readCsv(hashed(), reader, { file, columns: options.columns })).terminated;
    const sha256 = hash.digest("hex");

    if (counts.flat * 2 > counts.rows && options.allowFlat !== true)
      throw mostlyFlat(file, counts.flat, counts.rows);
    let contradictions = 0;
    const written = await writer.write(key, {
      source: { name: source.base, sha256, rows: counts.rows },
      ordered: counts.ordered,
      replace: options.replace,
      conflicting:
        rejects &&
        ((line, text) => {
          contradictions++;
          rejects.add(
            { code: "E_DATA_CONFLICT", line, field: "time", found: text, expected: "each time once" },
            text,
          );
        }),
      beforeCommit: () => rejects?.commit(sha256),
    });
    return {
      file,
      status: written.status,
      series: written.series,
      rows: counts.rows,
      added: written.added,
      duplicates: written.duplicates,
      outOfOrder: counts.outOfOrder,
      replaced: written.replaced,
      rejected: counts.rejected + contradictions,
      ...(counts.rejected + contradictions > 0 && { rejects: rejects!.commit(sha256) }),
      notes: notesOf(written, cut),
    };
  } finally {
    rejects?.close();
  }
}

/** Which series a file belongs to, by the options and by its name. */
function identify(source: Source, options: ImportOptions): SeriesKey {
  const { base, name, format } = source;
  const named = readName(base);
  const pair: PairName | undefined = options.pair === undefined ? named.pair : parsePair(options.pair);
  const interval = options.interval ?? named.interval;
  const missing = (code: string, what: string, flag: string) =>
    new FathomError(
      code,
      `import: the file's name does not tell ${what}; expected a name such as XBTUSD_60.csv or BTC_USDT-1h.json; pass ${flag} (${name})`,
      { file: name },
    );
  if (pair === undefined) throw missing("E_DATA_PAIR", "its pair", "--pair, as --pair BTC/USD");
  if (interval === undefined)
    throw missing("E_DATA_INTERVAL", "the length of its bars", "--interval, as --interval 1h");
  const isArchive =
    format === "csv" &&
    options.columns === undefined &&
    named.pair !== undefined &&
    named.interval !== undefined;
  const venue = options.venue ?? (isArchive ? "kraken" : undefined);
  if (venue === undefined) {
    throw new FathomError(
      "E_DATA_VENUE",
      `import: this file is not of Kraken's archive and does not tell where its bars were traded; pass --venue, as --venue binance (${name})`,
      { file: name },
    );
  }
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(venue) || venue === "rejects") {
    throw new FathomError(
      "E_DATA_VENUE",
      `import: found --venue ${venue}, expected small letters, digits and hyphens, such as kraken or binance`,
    );
  }
  return { venue, symbol: pair.symbol, quote: pair.quote, interval };
}

const mostlyFlat = (file: string, flat: number, rows: number) =>
  new FathomError(
    "E_DATA_FLAT",
    `import: found ${flat} of ${rows} bars with one price and no volume, expected at most half: such a file is made up rather than traded; nothing of it was stored; --allow-flat takes it all the same (${file})`,
    { file, flat, rows },
  );

function notesOf({ series, status }: Written, cut: boolean): string[] {
  const notes: string[] = [];
  if (series.backfill > 0) {
    const day = (time: number) => new Date(time).toISOString().slice(0, 10);
    const until = day(series.first + (series.backfill - 1) * series.interval);
    const count = series.backfill.toLocaleString("en");
    notes.push(`the first ${count} rows have no trades: a backfill (${day(series.first)} to about ${until})`);
  }
  if (cut && status === "imported") {
    notes.push("the last line has no line end: if the file was cut, its last field is too short");
  }
  return notes;
}
