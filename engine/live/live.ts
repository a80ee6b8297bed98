import * as fs from "node:fs";
import { join } from "node:path";
import { FathomError } from "../errors.ts";
import type { System } from "../system.ts";
import type { Broker } from "./broker.ts";
import { readCheckpoint, type SavedRunner, writeCheckpoint } from "./checkpoint.ts";
import { makeDirectory, PART, sweep } from "./durable.ts";
import {
  checkHeader,
  createJournal,
  type JournalFile,
  type JournalOps,
  type JournalPlace,
  journalError,
  openJournal,
  readJournal,
} from "./journal.ts";
import { firstDifference, type JournalLine, outputText, parseLine } from "./journal-lines.ts";
import { takeLock } from "./lock.ts";
import { nextCommand } from "./operator.ts";
import type { LiveRow } from "./row.ts";
import {
  createRunner,
  type Money,
  NOTHING_SAID,
  type RowOutput,
  type Runner,
  type Totals,
} from "./runner.ts";

export interface LiveOptions {
  /** Holds journal, checkpoint, the operator's commands and the lock; made if it is not there. */
  readonly folder: string;
  /** What the rows come from: a folder goes on with the feed it was begun with. */
  readonly feed: string;
  readonly broker: Broker;
  /** The time of day, ms UTC. */
  readonly now: () => number;
  /** Rows between two checkpoints; default 256. */
  readonly checkpointEvery?: number;
  /** Ends the run after the row at hand. */
  readonly signal?: AbortSignal;
  /** What a reader must know, such as a checkpoint that could not be read. */
  readonly onNote?: (note: string) => void;
  /** File operations; tests let them fail. */
  readonly ops?: JournalOps;
}

/**
 * Gives the closed rows after a time (ms UTC; NaN before the first row), one interval apart. Earlier ones may come
 * before them and are passed over.
 */
export type LiveFeed = (after: number) => AsyncIterable<LiveRow>;

/** Where a live run stands. */
export interface LiveSummary {
  /** Rows since the first, and how many of them this call took from the feed. */
  readonly rows: number;
  readonly taken: number;
  /** Close of the last row, ms UTC; NaN before the first. */
  readonly time: number;
  readonly totals: Readonly<Totals>;
  readonly money: Readonly<Money>;
  /** Whether the feed had more when the signal came. */
  readonly stopped: boolean;
}

const CHECKPOINT_EVERY = 256;

/**
 * Runs a system over a feed of closed rows, in a folder that a kill at any moment leaves fit to go on: opens the
 * last checkpoint, advances through the journal behind it, which must bring the same again, and takes the feed's
 * rows from there on; those up to the last journaled one are passed over. Journal and checkpoint hold no time of
 * day: the same rows and commands give the same bytes, however often the run was ended.
 * @throws FathomError E_LOCK_HELD, E_CHECKPOINT_PLAN, E_CHECKPOINT_JOURNAL, E_JOURNAL_*, E_RUNNER_DIVERGED,
 * E_STATE_CORRUPT, E_IO_*, and of the door E_ROW_* and E_DATA_*.
 */
export async function runLive(system: System, feed: LiveFeed, options: LiveOptions): Promise<LiveSummary> {
  const { folder, ops = fs } = options;
  makeDirectory(folder, ops);
  const release = takeLock(join(folder, "lock"), options.now());
  try {
    sweep(folder, (name) => /^(journal|checkpoint)\./.test(name) && name.endsWith(PART));
    return await drive(system, feed, options, ops);
  } finally {
    release();
  }
}

async function drive(
  system: System,
  feed: LiveFeed,
  options: LiveOptions,
  ops: JournalOps,
): Promise<LiveSummary> {
  const { folder, broker, now, signal, checkpointEvery = CHECKPOINT_EVERY } = options;
  const paths = pathsOf(folder);
  const { runner, place, pending, last } = restore(system, options, paths, ops);
  const journal = openJournal(paths.journal, system, place, ops);
  try {
    let saved = pending === undefined && last === undefined && runner.row > 0 ? runner.row : -1;
    const save = () => {
      journal.sync();
      writeCheckpoint(paths.checkpoint, { state: runner.state(), journal: journal.place() }, ops);
      saved = runner.row;
    };
    const finished = pending === undefined ? last : finish(runner, pending, journal);
    if (finished !== undefined) await broker.row(finished);

    const begun = runner.row;
    let stopped = signal?.aborted ?? false;
    if (!stopped) {
      for await (const row of feed(runner.time)) {
        if (runner.row === begun && row.time <= runner.time) continue;
        stopped = signal?.aborted ?? false;
        if (stopped) break;
        const out = runner.take(row, nextCommand(folder, runner.taken), now(), journal);
        await broker.row(out);
        if (runner.row % checkpointEvery === 0) save();
      }
    }
    if (saved !== runner.row) save();
    const { row, time, totals, money } = runner;
    return { rows: row, taken: row - begun, time, totals: { ...totals }, money: { ...money }, stopped };
  } finally {
    journal.close();
  }
}

interface Paths {
  readonly journal: string;
  readonly checkpoint: string;
}

const pathsOf = (folder: string): Paths => ({
  journal: join(folder, "journal.jsonl"),
  checkpoint: join(folder, "checkpoint.bin"),
});

interface Restored {
  readonly runner: Runner;
  readonly place: JournalPlace;
  /** The last input, where its output was not journaled. */
  readonly pending?: Input;
  /** What the last row brought, where it lies behind the checkpoint: a kill may have come before the broker knew. */
  readonly last?: RowOutput;
}

type Input = Extract<JournalLine, { kind: "input" }>;

/** A journaled row passed the door once, at a time of day that is not known any more. */
const AT_ANY_TIME = Number.POSITIVE_INFINITY;

function restore(system: System, options: LiveOptions, paths: Paths, ops: JournalOps): Restored {
  const { journal: path } = paths;
  const from = openCheckpoint(paths.checkpoint, options);
  if (!fs.existsSync(path)) {
    if (from !== undefined || fs.existsSync(paths.checkpoint)) {
      throw journalError("E_JOURNAL_MISSING", path, 1, "there is a checkpoint and no journal");
    }
    createJournal(path, system, options.feed, ops);
  }
  const runner = createRunner(system, from?.state);
  let place: JournalPlace = from?.journal ?? { offset: 0, lines: 0, chain: "" };
  let pending: Input | undefined;
  let last: RowOutput | undefined;
  let met = from === undefined;
  for (const line of readJournal(path)) {
    if (line.place.lines === 1) checkHeader(path, line.open, system, options.feed);
    if (from !== undefined && line.place.offset <= from.journal.offset) {
      met ||= line.place.offset === from.journal.offset && line.place.chain === from.journal.chain;
      continue;
    }
    if (!met) break;
    place = line.place;
    if (place.lines === 1) continue;
    const parsed = parseLine(line.open);
    if (pending === undefined && parsed?.kind === "input" && parsed.at === runner.row) pending = parsed;
    else if (pending !== undefined && parsed?.kind === "output" && parsed.at === pending.at) {
      last = take(runner, pending);
      requireSame(system, parsed.text, last);
      pending = undefined;
    } else {
      const expected =
        pending === undefined ? `the input of row ${runner.row}` : `the output of row ${pending.at}`;
      throw journalError("E_JOURNAL_ORDER", path, place.lines, `expected ${expected}`);
    }
  }
  if (!met) throw notItsJournal(paths, from!);
  return { runner, place, pending, last };
}

/** A checkpoint that cannot be read costs time, not state: everything is in the journal. */
function openCheckpoint(path: string, { onNote }: LiveOptions): SavedRunner | undefined {
  try {
    return readCheckpoint(path);
  } catch (error) {
    if (!(error instanceof FathomError) || error.code !== "E_CHECKPOINT_CORRUPT") throw error;
    onNote?.(`${error.code}: ${error.message}`);
    return undefined;
  }
}

const take = (runner: Runner, { row, said }: Input): RowOutput =>
  runner.take(row, said ?? NOTHING_SAID(runner.taken), AT_ANY_TIME);

/** Does the row of which a kill left only the input. */
function finish(runner: Runner, pending: Input, journal: JournalFile): RowOutput {
  const out = take(runner, pending);
  journal.output(out);
  return out;
}

function requireSame(system: System, journaled: string, out: RowOutput): void {
  const difference = firstDifference(journaled, outputText(out, system));
  if (difference === undefined) return;
  const { table, field, journaled: before, found } = difference;
  const say = (x: unknown) => (x === undefined ? "none" : String(x));
  const time = new Date(out.time).toISOString();
  throw new FathomError(
    "E_RUNNER_DIVERGED",
    `runner: row ${out.row} (close ${time}) does not come out as it did: found ${table}, ${field} ${say(found)}, expected ${say(before)} as journaled; the code has changed since: go on with the code it was begun with, or begin again under another name`,
    { row: out.row, time, table, field, found, expected: before },
  );
}

const notItsJournal = (paths: Paths, { journal, state }: SavedRunner) =>
  new FathomError(
    "E_CHECKPOINT_JOURNAL",
    `runner: ${paths.checkpoint} was taken at row ${state.session.row}, behind ${journal.lines} lines of a journal of which ${paths.journal} holds less or others; nothing was written; put both files back as the runner left them`,
    { ...paths, lines: journal.lines },
  );
