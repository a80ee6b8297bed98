import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FathomError } from "../engine/errors.ts";
import { makeDirectory, refuseSymlink, writeDurable } from "../engine/live/durable.ts";
import { takeLock } from "../engine/live/lock.ts";
import { assessQuality, type SeriesQuality, type Span } from "./quality.ts";
import { readBars, type Store, type StoredSeries } from "./store.ts";

/** What the ledger says of one stored series. */
export interface LedgerEntry extends SeriesQuality {
  readonly venue: string;
  readonly quote: string;
  /** The bars that were looked over: sha256 of the series' file. */
  readonly sha256: string;
}

export interface Ledger {
  readonly version: 1;
  readonly series: readonly LedgerEntry[];
}

export const ledgerPath = (store: Store): string => join(store.folder, "ledger.json");

/** The ledger of a store; an absent one is empty. Throws E_STATE_CORRUPT. */
export function readLedger(store: Store): Ledger {
  const path = ledgerPath(store);
  refuseSymlink(path);
  if (!existsSync(path)) return { version: 1, series: [] };
  try {
    const ledger = JSON.parse(readFileSync(path, "utf8")) as Ledger;
    if (ledger.version === 1 && Array.isArray(ledger.series)) return ledger;
  } catch {
    // told below
  }
  throw new FathomError(
    "E_STATE_CORRUPT",
    `quality: found no ledger as Fathom wrote it; remove the file and run \`fathom data quality\` again (${path})`,
    { path },
  );
}

/**
 * Looks over stored series, all of a venue and interval together (whether a missing bar is an outage depends
 * on the others), and writes what it found to the ledger; entries of other series stay. Changes no bar.
 * `now` is the time of day, ms UTC. Throws E_LOCK_HELD while another command writes.
 */
export async function updateLedger(
  store: Store,
  series: readonly StoredSeries[],
  now: number,
  outages: readonly Span[] = [],
): Promise<readonly LedgerEntry[]> {
  const groups = new Map<string, StoredSeries[]>();
  for (const s of series) {
    const key = `${s.venue} ${s.interval}`;
    groups.set(key, [...(groups.get(key) ?? []), s]);
  }
  const found: LedgerEntry[] = [];
  for (const group of groups.values()) {
    const bars = [];
    for (const s of group) bars.push(await readBars(store, s));
    assessQuality(bars, outages).forEach((quality, k) => {
      const { venue, quote, sha256 } = group[k];
      found.push({ venue, quote, sha256, ...quality });
    });
  }
  makeDirectory(store.folder);
  const release = takeLock(join(store.folder, "lock"), now);
  try {
    const kept = readLedger(store).series.filter((entry) => !found.some((f) => name(f) === name(entry)));
    const ledger: Ledger = {
      version: 1,
      series: [...kept, ...found].sort((a, b) => (name(a) < name(b) ? -1 : 1)),
    };
    writeDurable(ledgerPath(store), `${JSON.stringify(ledger)}\n`);
  } finally {
    release();
  }
  return found;
}

const name = (s: Pick<LedgerEntry, "venue" | "symbol" | "quote" | "interval">) =>
  `${s.venue} ${s.symbol} ${s.quote} ${s.interval}`;
