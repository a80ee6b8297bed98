import * as fs from "node:fs";
import { join } from "node:path";
import type { System } from "../system.ts";
import type { Broker } from "./broker.ts";
import { writeCheckpoint } from "./checkpoint.ts";
import { makeDirectory, PART, sweep } from "./durable.ts";
import { FILES } from "./files.ts";
import { type JournalOps, openJournal } from "./journal.ts";
import { takeLock } from "./lock.ts";
import { nextCommand } from "./operator.ts";
import { restore, take } from "./restore.ts";
import type { LiveRow } from "./row.ts";
import type { Money, Totals } from "./runner.ts";

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
  /**
   * Whether a folder of another plan may be opened: its portfolio goes on under this one. Default false; without
   * effect where the plan is the same.
   */
  readonly carryOver?: boolean;
  /** Ends the run after the row at hand. A feed that waits for rows must end its wait on it. */
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
  readonly newRows: number;
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
 * @throws FathomError E_LOCK_HELD, E_STATE_CORRUPT, E_IO_*, what restore throws, and of the door E_ROW_*, E_DATA_*.
 */
export async function runLive(system: System, feed: LiveFeed, options: LiveOptions): Promise<LiveSummary> {
  const { folder, ops = fs } = options;
  makeDirectory(folder, ops);
  const release = takeLock(join(folder, FILES.lock), options.now());
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
  const paths = { journal: join(folder, FILES.journal), checkpoint: join(folder, FILES.checkpoint) };
  const { runner, place, isSaved, pending, last, carried } = await restore(system, options, paths);
  const journal = openJournal(paths.journal, system, place, ops);
  try {
    let saved = isSaved ? runner.row : -1;
    const save = () => {
      journal.sync();
      writeCheckpoint(paths.checkpoint, { state: runner.state(), journal: journal.place() }, ops);
      saved = runner.row;
    };
    if (carried !== undefined) {
      journal.carryOver(carried);
      save();
    }
    let finished = last;
    if (pending !== undefined) {
      // A kill left only the input of the last row.
      finished = take(runner, pending);
      journal.output(finished);
    }
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
    return { rows: row, newRows: row - begun, time, totals: { ...totals }, money: { ...money }, stopped };
  } finally {
    journal.close();
  }
}
