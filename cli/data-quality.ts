import { resolve } from "node:path";
import { Command } from "commander";
import { counted } from "../datasets/counted.ts";
import type { LedgerEntry } from "../datasets/ledger.ts";
import type { Missing } from "../datasets/quality.ts";
import { FathomError } from "../engine/errors.ts";
import type { Io } from "./io.ts";
import { intervalFlag, type SettingOptions, settingFlags, withSettings } from "./options.ts";

interface QualityFlags extends SettingOptions {
  readonly venue?: string;
  readonly interval?: string;
  readonly outages?: string;
}

/** `fathom data quality`: what is missing in the stored series and what looks odd; nothing is changed. */
export function qualityCommand(io: Io): Command {
  return withSettings(
    new Command("quality")
      .description(
        "look over the stored series: missing bars by kind, backfill, odd wicks; written to data/ledger.json",
      )
      .option("--venue <name>", "only series of this venue")
      .option("--interval <length>", "only series of this bar length: 1m, 1h, 1d")
      .option("--outages <file>", "known outages: a CSV or JSON list of from,to"),
  )
    .addHelpText(
      "after",
      `
A missing bar is of kind
  outage   where all listed pairs of the venue miss 3 bars or more, or where --outages says so
  hole     where the pair had trades in 99 % of the bars of the 30 days before
  no trade otherwise

Example:
  $ fathom data quality --venue kraken --interval 1h`,
    )
    .action(async (flags: QualityFlags) => {
      const [
        { loadSettings },
        { openStore, seriesNames },
        { formatInterval },
        { ledgerPath, updateLedger },
        { readOutages },
      ] = await Promise.all([
        import("./settings.ts"),
        import("../datasets/store.ts"),
        import("../datasets/interval.ts"),
        import("../datasets/ledger.ts"),
        import("../datasets/outages.ts"),
      ]);
      const interval = intervalFlag("quality", flags.interval);
      const store = openStore(loadSettings(io, settingFlags(flags)).home);
      const outages = flags.outages === undefined ? [] : readOutages(resolve(io.cwd, flags.outages));
      const all = store.catalog();
      const chosen = all.filter(
        (s) => (flags.venue ?? s.venue) === s.venue && (interval ?? s.interval) === s.interval,
      );
      if (chosen.length === 0) {
        throw new FathomError(
          "E_DATA_SERIES",
          `quality: found no series that fits, the store has ${seriesNames(all)}; bring bars in with \`fathom data import FILE\` (${store.folder})`,
        );
      }
      const entries = await updateLedger(store, chosen, io.now(), outages);
      const ledger = ledgerPath(store);
      if (flags.json) io.json({ ledger, series: entries });
      else print(io, entries, formatInterval, ledger);
    });
}

function print(
  io: Io,
  entries: readonly LedgerEntry[],
  length: (ms: number) => string,
  ledger: string,
): void {
  io.table(
    entries.map((e) => ({
      venue: e.venue,
      pair: `${e.symbol}/${e.quote}`,
      interval: length(e.interval),
      rows: e.rows,
      from: moment(e.first),
      to: moment(e.last),
      outage: e.missing.outage.bars,
      hole: e.missing.hole.bars,
      "no trade": e.missing.noTrade.bars,
      flat: `${(100 * e.flatShare).toFixed(2)}%`,
      "no volume": e.withoutVolume,
      backfill: e.leadingBackfill,
      wicks: e.wicks.count,
    })),
  );
  for (const e of entries) {
    const title = `${e.venue} ${e.symbol}/${e.quote} ${length(e.interval)}`;
    const lines = [
      ...(e.leadingBackfill > 0
        ? [`backfill: made afterwards, not traded, in the first ${counted(e.leadingBackfill, "bar")}`]
        : []),
      ...stretches("outage", e.missing.outage),
      ...stretches("hole", e.missing.hole),
      ...stretches("no trade", e.missing.noTrade),
      ...e.wicks.largest
        .slice(0, 3)
        .map(
          (w) =>
            `wick ${moment(w.time)}: ${w.side} ${w.price}, ${(100 * w.beyond).toFixed(0)} % beyond open and close, ${w.multiple.toFixed(0)} usual ranges`,
        ),
    ];
    if (lines.length > 0) io.stdout(`\n${title}\n${lines.map((line) => `  ${line}\n`).join("")}`);
  }
  io.stdout(`\nWicks are listed, never removed. Everything is in ${ledger}\n`);
}

const LISTED = 3;

/** The longest stretches of one kind, in time order. */
function stretches(kind: string, { spans, stretches: count }: Missing): string[] {
  const shown = [...spans]
    .sort((a, b) => b.bars - a.bars || a.from - b.from)
    .slice(0, LISTED)
    .sort((a, b) => a.from - b.from);
  const lines = shown.map((s) => `${kind} ${moment(s.from)} .. ${moment(s.to)}: ${counted(s.bars, "bar")}`);
  return count > LISTED
    ? [...lines, `${kind}: ${counted(count - LISTED, "shorter stretch", "shorter stretches")} more`]
    : lines;
}

const moment = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace("T", " ");
