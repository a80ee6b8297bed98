import * as fs from "node:fs";
import { dirname, join } from "node:path";
import { FathomError } from "../../engine/errors.ts";
import { explainIo, makeDirectory, syncDirectory } from "../../engine/live/durable.ts";
import type { JournalOps } from "../../engine/live/journal.ts";
import { NO_LINE, seal, unseal } from "../../engine/live/journal-lines.ts";
import { takeLock } from "../../engine/live/lock.ts";
import type { AuditRecord } from "../artifacts/audit-chain.ts";
import type { Inputs } from "../artifacts/manifest.ts";
import { readPlain } from "../artifacts/plain-file.ts";
import { strictJson } from "../artifacts/strict-json.ts";
import { canonicalJson, sha256 } from "../runs/canonical.ts";
import type { OutOfSample } from "./fold-figures.ts";
import type { LabelSettings } from "./labels.ts";
import type { Recipe } from "./recipe.ts";
import { trialLine } from "./trial-schema.ts";

/*
 * Whoever tries often enough finds something that looks good. How good the best of N tries looks without any skill depends
 * on N: so every one is kept, the bad ones most of all. The ledger is JSON lines in <home>/trials.jsonl, sealed and chained
 * as the audit log's are. Its end is remembered by the audit log (`training-decided`), so that a line that
 * somebody cut off is missed.
 */

/** What a trial was: each other combination is another trial; the same one made again is not. */
export interface TrialInputs extends Inputs {
  /** Pairs that gave samples. */
  readonly pairs: readonly string[];
  readonly recipe: Recipe;
  readonly labels: LabelSettings;
  readonly seed: number;
}

/** Daily returns out of sample, fractions, one a day from the first; all of one replay. */
export interface TrialReturns {
  /** 00:00 UTC close of the first day, ms UTC. */
  readonly first: number;
  readonly values: readonly number[];
  /** Annualised; null where they do not support one. */
  readonly sharpe: number | null;
}

/** One configuration that was tried, and what came of it. */
export interface Trial extends TrialInputs, OutOfSample {
  /** 64 hex, of TrialInputs. */
  readonly id: string;
  /** ISO time. */
  readonly time: string;
  /** Known once it was replayed. */
  readonly returns?: TrialReturns;
}

export interface TrialLedger {
  /** In the order in which they were made. */
  readonly trials: readonly Trial[];
  /** Behind how many lines it ends, and the hash of the last: what the audit log remembers. */
  readonly head: TrialHead;
}
export interface TrialHead {
  readonly lines: number;
  readonly hash: string;
}

export const trialsPath = (home: string): string => join(home, "trials.jsonl");

export const trialId = (inputs: TrialInputs): string => sha256(canonicalJson(inputs));

/**
 * Every trial of a home.
 * @param records of the audit log: each end of the ledger that it remembers must be there.
 * @throws FathomError E_TRIALS_CHAIN (a line was edited, removed, added or moved, or says what no trial does),
 * E_TRIALS_HEAD (the end is missing, or the file), E_PATH_SYMLINK, E_PATH_FILE, E_IO_*.
 */
export function readTrials(home: string, records: readonly AuditRecord[]): TrialLedger {
  const { trials, head, hashes } = readLines(home);
  for (const { seq, kind, payload } of records) {
    const known = payload.trials as TrialHead | null | undefined;
    if (kind !== "training-decided" || !known || hashes[known.lines - 1] === known.hash) continue;
    throw new FathomError(
      "E_TRIALS_HEAD",
      `trials: found ${hashes.length} lines in ${trialsPath(home)}, expected line ${known.lines} with hash ${known.hash}, as record ` +
        `${seq} of the audit log says: trials were taken out; put the file back from a copy`,
      { path: trialsPath(home), seq },
    );
  }
  return { trials: [...trials.values()], head };
}

/**
 * Notes a trial, for good, unless it is there already.
 * @param now ms UTC.
 * @throws FathomError what readTrials throws, E_LOCK_HELD, E_IO_*.
 */
export function recordTrial(
  home: string,
  inputs: TrialInputs,
  figures: OutOfSample,
  now: number,
  ops: JournalOps = fs,
): { readonly id: string; readonly isNew: boolean } {
  const id = trialId(inputs);
  const isNew = append(home, now, ops, ({ trials }) => {
    if (trials.has(id)) return undefined;
    return { kind: "trial", id, time: new Date(now).toISOString(), ...inputs, ...figures };
  });
  return { id, isNew };
}

/**
 * Notes the daily returns of a trial, once: the first replay's stay.
 * @throws FathomError E_TRIALS_UNKNOWN, and what recordTrial throws.
 */
export function recordReturns(
  home: string,
  id: string,
  returns: TrialReturns,
  now: number,
  ops: JournalOps = fs,
): void {
  append(home, now, ops, ({ trials }) => {
    const trial = trials.get(id);
    if (trial === undefined) {
      throw new FathomError(
        "E_TRIALS_UNKNOWN",
        `trials: found no trial ${id} in ${trialsPath(home)}, expected the one that was replayed; train it with fathom train`,
        { id },
      );
    }
    if (trial.returns !== undefined) return undefined;
    return { kind: "returns", id, time: new Date(now).toISOString(), returns };
  });
}

interface Lines extends Omit<TrialLedger, "trials"> {
  readonly trials: Map<string, Trial>;
  readonly hashes: readonly string[];
  /** Bytes of whole lines; what follows is what a kill left. */
  readonly size: number;
}

function readLines(home: string): Lines {
  const path = trialsPath(home);
  const bytes = readPlain(path, Number.POSITIVE_INFINITY)?.bytes ?? Buffer.alloc(0);
  const trials = new Map<string, Trial>();
  const hashes: string[] = [];
  let size = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, size)) {
    const line = unseal(bytes.subarray(size, end));
    if (line === undefined || line.previous !== (hashes.at(-1) ?? NO_LINE)) {
      throw broken(home, hashes.length, "it was changed, or lines were taken out, put in or moved");
    }
    const wrong = takeLine(trials, `${line.open}}`);
    if (wrong !== undefined) throw broken(home, hashes.length, `no command writes it: ${wrong}`);
    hashes.push(line.hash);
    size = end + 1;
  }
  return { trials, hashes, size, head: { lines: hashes.length, hash: hashes.at(-1) ?? NO_LINE } };
}

function broken(home: string, lines: number, why: string): FathomError {
  const path = trialsPath(home);
  return new FathomError(
    "E_TRIALS_CHAIN",
    `trials: ${path} is broken at line ${lines + 1}: ${why}; put the file back from a copy`,
    { path, line: lines + 1 },
  );
}

/** Notes what a line says; gives what is wrong with one that says what recordTrial and recordReturns never do. */
function takeLine(trials: Map<string, Trial>, text: string): string | undefined {
  let read: unknown;
  try {
    read = strictJson(Buffer.from(text));
  } catch (error) {
    return (error as Error).message;
  }
  const parsed = trialLine.safeParse(read);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    return `${path.join(".") || "the line"}: ${message}`;
  }
  const known = trials.get(parsed.data.id);
  if (parsed.data.kind === "returns") {
    if (known === undefined) return "returns of an unknown trial";
    if (known.returns !== undefined) return "returns that are there already";
    trials.set(known.id, { ...known, returns: parsed.data.returns });
    return undefined;
  }
  const { kind: _, ...members } = parsed.data;
  const trial = members as unknown as Trial;
  const { data, config, code, pairs, recipe, labels, seed } = trial;
  if (known !== undefined) return "a trial that is there already";
  if (trial.id !== trialId({ data, config, code, pairs, recipe, labels, seed }))
    return "an id of other inputs";
  trials.set(trial.id, trial);
  return undefined;
}

/** Appends what `make` wants of the ledger as it is; whether it wanted anything. */
function append(
  home: string,
  now: number,
  ops: JournalOps,
  make: (found: Lines) => Readonly<Record<string, unknown>> | undefined,
): boolean {
  const path = trialsPath(home);
  makeDirectory(dirname(path), ops);
  const release = takeLock(`${path}.lock`, now);
  try {
    const found = readLines(home);
    const members = make(found);
    if (members === undefined) return false;
    const { line } = seal(canonicalJson(members, "the trial").slice(0, -1), found.head.hash);
    write(path, found.size, Buffer.from(line), ops);
    return true;
  } finally {
    release();
  }
}

/** Puts a line behind the last whole one, to stay. */
function write(path: string, size: number, line: Uint8Array, ops: JournalOps): void {
  let fd: number | undefined;
  try {
    fd = ops.openSync(path, "a");
    ops.ftruncateSync(fd, size);
    let done = 0;
    while (done < line.length) done += ops.writeSync(fd, line, done, line.length - done);
    ops.fsyncSync(fd);
    syncDirectory(dirname(path), ops);
  } catch (error) {
    throw explainIo(error, path, line.length);
  } finally {
    if (fd !== undefined) ops.closeSync(fd);
  }
}
