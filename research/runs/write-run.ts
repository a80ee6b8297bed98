import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { DataOrigin } from "../../datasets/dataset.ts";
import { FathomError } from "../../engine/errors.ts";
import {
  commitFile,
  explainIo,
  makeDirectory,
  PART,
  syncDirectory,
  writeDurable,
} from "../../engine/live/durable.ts";
import type { Replay } from "../../engine/replay.ts";
import type { RunModel } from "../training/run-models.ts";
import { sha256 } from "./canonical.ts";
import type { ProvenDocument } from "./document.ts";
import type { RunFigures } from "./figures.ts";
import { openParquetWriter } from "./parquet.ts";
import { type IdentityParts, identityParts, type RunIdentity, resultHash, runId } from "./run-id.ts";
import { tablesOf } from "./tables.ts";

/** manifest.json of a run folder: what went in, what came out, and where it ran. */
export interface RunManifest extends RunIdentity {
  /** Run id and the hash of what was decided. */
  readonly run: string;
  readonly result: string;
  /** ISO time of writing. */
  readonly created: string;
  readonly environment: Environment;
  /** What makes the dataset again, where `load` made it; files of strategies that the command was given. */
  readonly origin?: DataOrigin;
  readonly strategyFiles?: readonly string[];
  /** Where an artifact's models judge the entries. */
  readonly model?: RunModel;
  /** Each strategy's multiplier of the sizing: a custom one's is told in its code alone. */
  readonly multipliers: Readonly<Record<string, number>>;
  readonly parts: IdentityParts;
  readonly files: Readonly<Record<string, string>>;
}

/** Recorded, and no part of the id. */
export interface Environment {
  readonly node: string;
  readonly v8: string;
  readonly platform: string;
}

export interface WriteRunOptions {
  /** FATHOM_HOME. */
  readonly home: string;
  readonly identity: RunIdentity;
  readonly replay: Replay;
  readonly figures: RunFigures;
  readonly document: ProvenDocument;
  /** Time of day, ms UTC. */
  readonly created: number;
  readonly origin?: DataOrigin;
  readonly strategyFiles?: readonly string[];
  readonly model?: RunModel;
  readonly multipliers?: Readonly<Record<string, number>>;
}

export interface WrittenRun {
  readonly run: string;
  readonly result: string;
  readonly folder: string;
  /** False where the run was there already, with the same result. */
  readonly written: boolean;
}

export const MANIFEST_FILE = "manifest.json";

const RUN_ID = /^[0-9a-f]{16}$/;

/** The folder of a run. @throws FathomError E_RUN_ID for what is no run id. */
export function runFolder(home: string, run: string): string {
  if (RUN_ID.test(run)) return join(home, "runs", run);
  throw new FathomError("E_RUN_ID", `run: found "${run}", expected a run id of 16 hex digits`, { run });
}

/**
 * Writes `<home>/runs/<id>/`: columns, days, orders, fills, cancels, refusals, round trips and the bars around them as
 * Parquet, metrics.json, certificate.json and manifest.json. The folder appears in one step (temporary folder, fsync, rename). A run that
 * exists is compared and left as it is.
 * @throws FathomError E_RUN_DIFFERS when the same id has another result, E_IO_* when it cannot be written.
 */
export async function writeRun(options: WriteRunOptions): Promise<WrittenRun> {
  const { home, identity, replay, figures, document, created, origin, strategyFiles, model } = options;
  const { multipliers = {} } = options;
  const run = runId(identity);
  const result = resultHash(replay);
  const folder = runFolder(home, run);
  const runs = join(home, "runs");
  if (existsSync(folder)) return compared(home, run, result);
  makeDirectory(runs);
  sweepParts(runs);
  const part = join(runs, partFolder(run));
  try {
    mkdirSync(part);
    const parquet = await openParquetWriter();
    try {
      for (const table of tablesOf(replay, figures)) {
        const path = join(part, `${table.name}.parquet`);
        await parquet.write(path + PART, table.rows, table.columns);
        commitFile(path + PART, path);
      }
    } finally {
      parquet.close();
    }
    writeDurable(join(part, "metrics.json"), json(document));
    writeDurable(join(part, "certificate.json"), json(document.certificate));
    const manifest: RunManifest = {
      run,
      result,
      created: new Date(created).toISOString(),
      environment: environment(),
      ...(origin && { origin }),
      ...(strategyFiles && { strategyFiles }),
      ...(model && { model }),
      multipliers,
      ...identity,
      parts: identityParts(identity),
      files: Object.fromEntries(
        readdirSync(part)
          .sort()
          .map((name) => [name, sha256(readFileSync(join(part, name)))]),
      ),
    };
    writeDurable(join(part, MANIFEST_FILE), json(manifest));
    renameSync(part, folder);
    syncDirectory(runs);
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    // another process was quicker with the same run
    if (isTaken(error) && existsSync(folder)) return compared(home, run, result);
    throw explainIo(error, folder);
  }
  return { run, result, folder, written: true };
}

const json = (x: unknown): string => `${JSON.stringify(x, null, 2)}\n`;

const environment = (): Environment => ({
  node: process.versions.node,
  v8: process.versions.v8,
  platform: `${process.platform}-${process.arch}`,
});

const isTaken = (error: unknown): boolean =>
  ["EEXIST", "ENOTEMPTY"].includes((error as NodeJS.ErrnoException).code ?? "");

/** @throws FathomError E_RUN_MISSING where there is none, E_RUN_CORRUPT where it cannot be read. */
export function readManifest(home: string, run: string): RunManifest {
  const folder = runFolder(home, run);
  const path = join(folder, MANIFEST_FILE);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw explainIo(error, path);
    if (existsSync(folder)) throw corrupt(run, folder, `no ${MANIFEST_FILE}`);
    throw new FathomError("E_RUN_MISSING", `run: found no run ${run} in ${join(home, "runs")}`, { run });
  }
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch {
    // told below
  }
  if (isManifest(manifest) && manifest.run === run) return manifest;
  throw corrupt(run, folder, `a ${MANIFEST_FILE} that is not this run's`);
}

const TEXTS = ["run", "result", "created"] as const;
const LISTS = ["engine", "modules", "series"] as const;
const RECORDS = ["config", "scope", "environment", "files"] as const;

/** Whether it has the members that everybody who reads a manifest takes for granted. */
function isManifest(x: unknown): x is RunManifest {
  if (!isRecord(x)) return false;
  return (
    TEXTS.every((key) => typeof x[key] === "string") &&
    LISTS.every((key) => Array.isArray(x[key]) && x[key].every(isRecord)) &&
    RECORDS.every((key) => isRecord(x[key])) &&
    typeof x.seed === "number" &&
    (x.model === undefined || isModel(x.model))
  );
}

const isModel = (x: unknown): boolean =>
  isRecord(x) && ["artifact", "digest", "mode"].every((key) => typeof x[key] === "string");

const isRecord = (x: unknown): x is Record<string, unknown> =>
  typeof x === "object" && x !== null && !Array.isArray(x);

const corrupt = (run: string, folder: string, what: string): FathomError =>
  new FathomError(
    "E_RUN_CORRUPT",
    `run ${run}: found ${what} in ${folder}, expected the folder as it was written; remove it and repeat the run`,
    { run, folder },
  );

function compared(home: string, run: string, result: string): WrittenRun {
  const before = readManifest(home, run);
  const folder = runFolder(home, run);
  if (before.result === result) return { run, result, folder, written: false };
  const { node, platform } = before.environment;
  const now = environment();
  throw new FathomError(
    "E_RUN_DIFFERS",
    `run ${run}: found result ${result} (Node ${now.node}, ${now.platform}), expected ${before.result} as written ` +
      `${before.created} (Node ${node}, ${platform}): the same code, config and bars decided differently; ` +
      `nothing was overwritten; compare with ${folder}`,
    { run, found: result, expected: before.result },
  );
}

let serial = 0;

/** Names its process, so that the next writer knows whether somebody still works on it. */
const partFolder = (run: string): string => `${run}.${hostname()}.${process.pid}-${serial++}${PART}`;

/** Removes what killed writers on this machine left behind. */
function sweepParts(runs: string): void {
  for (const name of readdirSync(runs)) {
    if (!name.endsWith(PART) || !name.slice(17).startsWith(`${hostname()}.`)) continue;
    const pid = Number(/\.(\d+)-\d+\.part$/.exec(name)?.[1]);
    if (Number.isInteger(pid) && isGone(pid)) rmSync(join(runs, name), { recursive: true, force: true });
  }
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
