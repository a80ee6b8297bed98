import { resolve } from "node:path";
import { Command, Option } from "commander";
import { counted } from "../datasets/counted.ts";
import type { FileResult, ImportResult } from "../datasets/import.ts";
import type { StoredSeries } from "../datasets/store.ts";
import { FathomError } from "../engine/errors.ts";
import type { Io, Progress } from "./io.ts";
import { intervalFlag, type SettingOptions, settingFlags, withSettings } from "./options.ts";

interface ImportFlags extends SettingOptions {
  readonly venue?: string;
  readonly pair?: string;
  readonly interval?: string;
  readonly columns?: string;
  readonly unit?: "s" | "ms" | "us" | "ns";
  readonly quarantine?: boolean;
  readonly allowFlat?: boolean;
  readonly replace?: boolean;
}

/** `fathom data ...`: bring bars in and see what is there. */
export function dataCommand(io: Io): Command {
  return new Command("data")
    .description("import bars, list what is stored, judge its quality")
    .addCommand(importCommand(io))
    .addCommand(listCommand(io));
}

function importCommand(io: Io): Command {
  return withSettings(
    new Command("import")
      .description("import bars: Kraken's OHLCVT archive, freqtrade JSON, other CSV")
      .argument("<path...>", "a .zip as Kraken ships it, a folder, .csv or .json, each also as .gz")
      .option(
        "--venue <name>",
        "where the bars were traded, in small letters (default: kraken for files of its archive)",
      )
      .option("--pair <name>", "the pair, where the file's name does not tell: BTC/USD")
      .option(
        "--interval <length>",
        "length of a bar, where the file's name does not tell: 1h, 1d or minutes",
      )
      .option(
        "--columns <names>",
        "the columns of a CSV in their order: time,open,close,high,low,volume; _ skips one",
      )
      .addOption(
        new Option(
          "--unit <unit>",
          "unit of epoch times (default: as the first row tells; ms in JSON)",
        ).choices(["s", "ms", "us", "ns"]),
      )
      .option("--quarantine", "set bad rows aside with the reason instead of refusing their file")
      .option("--allow-flat", "take files whose bars are mostly without trades")
      .option("--replace", "take the file's rows where stored ones differ"),
  )
    .addHelpText(
      "after",
      "\nExample:\n  $ fathom data import Kraken_OHLCVT.zip\n  $ fathom data import BTC_USDT-1h.json.gz --venue binance",
    )
    .action(async (paths: readonly string[], flags: ImportFlags) => {
      const started = io.now();
      const result = await runImport(io, paths, flags);
      const seconds = (io.now() - started) / 1000;
      if (flags.json) io.json(importDocument(result, seconds));
      else printImport(io, result, seconds, (await import("../datasets/interval.ts")).formatInterval);
      const refused = result.files.filter((file) => file.status === "refused");
      if (refused.length > 0) throw refusal(io, refused, result.files.length, flags.json === true);
    });
}

async function runImport(io: Io, paths: readonly string[], flags: ImportFlags): Promise<ImportResult> {
  const [{ loadSettings }, { importPaths }, { openStore }, { parseColumns }] = await Promise.all([
    import("./settings.ts"),
    import("../datasets/import.ts"),
    import("../datasets/store.ts"),
    import("../datasets/csv.ts"),
  ]);
  const interval = intervalFlag("import", flags.interval);
  const { home } = loadSettings(io, settingFlags(flags));
  let bar: Progress | undefined;
  try {
    return await importPaths(
      openStore(home),
      paths.map((path) => resolve(io.cwd, path)),
      {
        now: io.now(),
        venue: flags.venue,
        pair: flags.pair,
        interval,
        columns: flags.columns === undefined ? undefined : parseColumns(flags.columns),
        unit: flags.unit,
        quarantine: flags.quarantine,
        allowFlat: flags.allowFlat,
        replace: flags.replace,
        progress(rows, expected) {
          bar ??= io.progress("rows", Math.max(1, Math.round(expected)));
          bar.update(rows);
        },
      },
    );
  } finally {
    bar?.stop();
  }
}

/** The error that ends an import with refused files; the others were told above it. */
function refusal(io: Io, refused: readonly FileResult[], files: number, json: boolean): FathomError {
  if (refused.length === 1) return refused[0].error!;
  if (!json) tellRefused(io, refused);
  const others = files > refused.length ? "; the others are stored" : "";
  return new FathomError(
    "E_DATA_REFUSED",
    `import: ${refused.length} of ${files} files were refused and left the data as it was${others}`,
    { refused: refused.map(({ file, error }) => ({ file, code: error!.code })) },
  );
}

const TOLD = 3;

/** The first errors of each code in full; a folder of files without a venue would be as many equal lines. */
function tellRefused(io: Io, refused: readonly FileResult[]): void {
  const told = new Map<string, number>();
  for (const { error } of refused) {
    const { code, message } = error!;
    const before = told.get(code) ?? 0;
    told.set(code, before + 1);
    if (before < TOLD) io.stderr(`${code}: ${message}\n`);
  }
  for (const [code, count] of told) {
    if (count > TOLD) io.stderr(`${code}: ${counted(count - TOLD, "file")} more; --json tells of each\n`);
  }
}

const rate = (rows: number, seconds: number) => (seconds > 0 ? Math.round(rows / seconds) : 0);
const day = (time: number) => new Date(time).toISOString().slice(0, 10);

function importDocument(result: ImportResult, seconds: number) {
  return {
    files: result.files.map(({ error, ...file }) => ({
      ...file,
      ...(error && { error: { code: error.code, message: error.message } }),
    })),
    ignored: result.ignored,
    rows: result.rows,
    seconds,
    rowsPerSecond: rate(result.rows, seconds),
  };
}

function printImport(io: Io, result: ImportResult, seconds: number, length: (ms: number) => string): void {
  io.table(
    result.files.map(({ file, status, series, ...counts }) => ({
      file: file.split(/[/\\]/).at(-1),
      status,
      venue: series?.venue,
      pair: series && `${series.symbol}/${series.quote}`,
      interval: series && length(series.interval),
      rows: series && counts.rows,
      added: series && counts.added,
      flat: series?.flat,
      missing: series?.missing,
      duplicates: series && counts.duplicates,
      unsorted: series && counts.outOfOrder,
      rejected: series && counts.rejected,
    })),
  );
  for (const { file, notes, rejects } of result.files) {
    for (const note of notes) io.stdout(`${file}: ${note}\n`);
    if (rejects !== undefined) io.stdout(`${file}: rejected rows are in ${rejects}\n`);
  }
  const { length: others } = result.ignored;
  if (others > 0) io.stdout(`${counted(others, "other file was", "other files were")} left alone\n`);
  const count = (status: string) => result.files.filter((file) => file.status === status).length;
  const speed = result.rows > 0 ? `, ${counted(rate(result.rows, seconds), "row")}/s` : "";
  io.stdout(
    `${count("imported")} imported, ${count("unchanged")} unchanged, ${count("refused")} refused: ${counted(result.rows, "row")} in ${seconds.toFixed(1)} s${speed}\n`,
  );
}

function listCommand(io: Io): Command {
  return withSettings(new Command("list").description("list the stored series"))
    .addHelpText("after", "\nExample:\n  $ fathom data list --json")
    .action(async (flags: SettingOptions) => {
      const [{ loadSettings }, { openStore }, { formatInterval }] = await Promise.all([
        import("./settings.ts"),
        import("../datasets/store.ts"),
        import("../datasets/interval.ts"),
      ]);
      const { home } = loadSettings(io, settingFlags(flags));
      const series = openStore(home).catalog();
      if (flags.json) io.json({ home, series });
      else if (series.length === 0) io.stdout(`no bars in ${home}; fathom data import brings some in\n`);
      else io.table(series.map((entry) => listed(entry, formatInterval(entry.interval))));
    });
}

const listed = (entry: StoredSeries, interval: string) => ({
  venue: entry.venue,
  pair: `${entry.symbol}/${entry.quote}`,
  interval,
  rows: entry.rows,
  from: day(entry.first),
  to: day(entry.last),
  missing: entry.missing,
  flat: entry.flat,
  backfill: entry.backfill,
  sources: entry.sources.length,
});
