import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openDuck } from "../../datasets/duck.ts";
import { hashFile } from "../../datasets/store.ts";
import { didYouMean, FathomError } from "../../engine/errors.ts";
import { explainIo } from "../../engine/live/durable.ts";
import { sha256 } from "./canonical.ts";
import type { Certificate } from "./certificate.ts";
import type { ProvenDocument } from "./document.ts";
import type { Parity } from "./parity.ts";
import { readParquet, type StoredTable } from "./stored-table.ts";
import { type RunManifest, readManifest, runFolder } from "./write-run.ts";

export type { StoredTable };

/** A written run as it lies on disk: what reports, comparisons and lists read. */
export interface StoredRun {
  readonly folder: string;
  readonly manifest: RunManifest;
  readonly document: ProvenDocument;
  readonly certificate: Certificate;
  /** parity.json, where `fathom parity` has been run. */
  readonly parity: Parity | null;
  /**
   * "columns", "daily", "orders", "fills", "cancels", "refusals", "round-trips", "bars"; all of its columns, or
   * those that are named.
   * @throws FathomError E_RUN_TABLE, E_RUN_COLUMN, E_RUN_CORRUPT.
   */
  table(name: string, only?: readonly string[]): Promise<StoredTable>;
}

/** File of a run folder that `fathom parity` adds; no part of the manifest's list. */
export const PARITY_FILE = "parity.json";

/** What metrics.json has held since runs carry their proof. */
const PROOF = ["intervals", "bounds", "certificate", "byPair", "byYear", "byMonth"] as const;

/** @throws FathomError E_RUN_MISSING, E_RUN_CORRUPT; E_RUN_OLD for a run that an earlier version wrote. */
export function readRun(home: string, run: string): StoredRun {
  const manifest = readManifest(home, run);
  const folder = runFolder(home, run);
  const document = readListed<ProvenDocument>(manifest, folder, "metrics.json");
  if (PROOF.some((key) => document[key] === undefined))
    throw old(run, folder, "a metrics.json without proof");
  const certificate = readListed<Certificate>(manifest, folder, "certificate.json");
  return {
    folder,
    manifest,
    document,
    certificate,
    parity: readParity(folder, run),
    table: (name, only) => readStoredTable(manifest, folder, name, only),
  };
}

/** A JSON file of the manifest's list, as it was written. */
function readListed<T>(manifest: RunManifest, folder: string, name: string): T {
  const { run } = manifest;
  if (manifest.files?.[name] === undefined) throw old(run, folder, `no ${name} in the manifest`);
  const bytes = readFile(join(folder, name), run);
  if (sha256(bytes) !== manifest.files[name]) throw changed(run, folder, name);
  return JSON.parse(bytes.toString("utf8")) as T;
}

function readFile(path: string, run: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw explainIo(error, path);
    throw gone(run, path);
  }
}

const gone = (run: string, path: string): FathomError =>
  new FathomError(
    "E_RUN_CORRUPT",
    `run ${run}: found no file ${path}, expected the folder as it was written; remove it and repeat the run`,
    { run, path },
  );

/** What `fathom parity` found of a run, or null. @throws FathomError E_RUN_CORRUPT. */
function readParity(folder: string, run: string): Parity | null {
  const path = join(folder, PARITY_FILE);
  if (!existsSync(path)) return null;
  try {
    const parity = JSON.parse(readFileSync(path, "utf8")) as Parity;
    if (parity.verdict === "identical" || parity.verdict === "different") return parity;
  } catch {
    // told below
  }
  throw new FathomError(
    "E_RUN_CORRUPT",
    `run ${run}: found a ${PARITY_FILE} that cannot be read; repeat \`fathom parity ${run}\` (${path})`,
    { run, path },
  );
}

const changed = (run: string, folder: string, name: string): FathomError =>
  new FathomError(
    "E_RUN_CORRUPT",
    `run ${run}: found ${name} changed since it was written (its sha256 is not the manifest's); ` +
      `\`fathom verify ${run}\` tells more; remove the folder and repeat the run (${folder})`,
    { run, folder, name },
  );

const old = (run: string, folder: string, what: string): FathomError =>
  new FathomError(
    "E_RUN_OLD",
    `run ${run}: found ${what}, it was written by an earlier version of Fathom; repeat the run with this one (${folder})`,
    { run, folder },
  );

/** The file of a run's table. @throws FathomError E_RUN_TABLE for a table that the run lacks. */
export function tableFile({ run, files }: RunManifest, name: string): string {
  const tables = Object.keys(files).flatMap((f) => (f.endsWith(".parquet") ? [f.slice(0, -8)] : []));
  if (!tables.includes(name)) {
    throw new FathomError(
      "E_RUN_TABLE",
      `run ${run}: found no table ${name}, expected one of ${tables.join(", ")}.${didYouMean(name, tables)}`,
      { run, name },
    );
  }
  return `${name}.parquet`;
}

async function readStoredTable(
  manifest: RunManifest,
  folder: string,
  name: string,
  only?: readonly string[],
): Promise<StoredTable> {
  const { run, files } = manifest;
  const file = tableFile(manifest, name);
  const path = join(folder, file);
  if (!existsSync(path)) throw gone(run, path);
  if ((await hashFile(path)) !== files[file]) throw changed(run, folder, file);
  const duck = await openDuck(folder);
  try {
    return await readParquet(duck, path, `run ${run}: table ${name}`, only);
  } finally {
    duck.close();
  }
}
