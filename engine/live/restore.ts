import * as fs from "node:fs";
import { setImmediate } from "node:timers/promises";
import { FathomError } from "../errors.ts";
import { checkSamePlan } from "../session.ts";
import type { System } from "../system.ts";
import { checkCarried, packCarried, unpackCarried } from "./carry-over.ts";
import { readCheckpoint, type SavedRunner } from "./checkpoint.ts";
import { checkHeader, createJournal, type JournalPlace, journalError, readJournal } from "./journal.ts";
import {
  firstDifference,
  type JournalLine,
  type JournalPlan,
  outputText,
  parseLine,
  planText,
} from "./journal-lines.ts";
import type { LiveOptions } from "./live.ts";
import { beginCommands } from "./operator.ts";
import { createRunner, nothingSaid, type RowOutput, type Runner, type RunnerState } from "./runner.ts";

/** Where the files of a live folder are. */
export interface Paths {
  readonly journal: string;
  readonly checkpoint: string;
}

/** A runner behind the last whole line of its journal. */
export interface Restored {
  readonly runner: Runner;
  readonly place: JournalPlace;
  /** Whether the checkpoint is of that place. */
  readonly isSaved: boolean;
  /** The last input, where its output was not journaled. */
  readonly pending?: Input;
  /** What the last row brought, where it lies behind the checkpoint: a kill may have come before the broker knew. */
  readonly last?: RowOutput;
  /** The line to be journaled first, where the portfolio was carried over to another plan just now. */
  readonly carried?: string;
}

type Input = Extract<JournalLine, { kind: "input" }>;

/** A journaled row passed the door once, at a time of day that is not known any more. */
const AT_ANY_TIME = Number.POSITIVE_INFINITY;

/**
 * Opens the last checkpoint and advances through the journal behind it, which must bring the same again. Rows that were
 * taken under another plan only make the signals; the portfolio comes from where it was carried over.
 * @throws FathomError E_CHECKPOINT_PLAN, E_CHECKPOINT_JOURNAL, E_JOURNAL_*, E_CARRY_OVER_*, E_RUNNER_DIVERGED,
 * E_PATH_SYMLINK, E_IO_*
 */
export async function restore(system: System, options: LiveOptions, paths: Paths): Promise<Restored> {
  const { journal: path } = paths;
  const { hash } = system.plan;
  const saved = openCheckpoint(paths.checkpoint, options);
  if (!fs.existsSync(path)) begin(system, options, paths);
  const { begun, plan, end, hasMet } = survey(path, system, options.feed, saved?.journal);
  if (saved !== undefined && !hasMet) throw notItsJournal(paths, saved);
  const isOther = plan.plan !== hash;
  if (isOther && options.carryOver !== true) checkSamePlan(system.plan, plan);
  if (isOther && !(saved?.state.session.plan === plan.plan && saved.journal.offset === end.offset)) {
    throw notAtEnd(paths);
  }

  // A kill between the line of a carry-over and its checkpoint leaves the one of the plan before.
  const from = saved?.state.session.plan === hash ? saved : undefined;
  let runner = createRunner(system, from?.state);
  let isOurs = from !== undefined || begun.plan === hash;
  let pending: Input | undefined;
  let replayed: RowOutput | undefined;
  let last: RowOutput | undefined;
  for (const { open, place } of readJournal(path)) {
    if (place.offset <= (from?.journal.offset ?? 0) || place.lines === 1) continue;
    // So that a second Ctrl-C ends a long one.
    if (place.lines % 512 === 0) await setImmediate();
    const line = parseLine(open);
    if (pending === undefined && line?.kind === "input" && line.at === runner.row) {
      requireOutside(system, line);
      pending = line;
    } else if (pending !== undefined && line?.kind === "output" && line.at === pending.at) {
      replayed = take(runner, pending);
      if (isOurs) requireSame(system, line.text, replayed);
      last = replayed;
      pending = undefined;
    } else if (pending === undefined && line?.kind === "plan" && line.at === runner.row) {
      isOurs = line.plan === hash;
      if (isOurs) runner = carriedOver(system, runner, line.carried, path, place.lines);
      last = undefined;
    } else {
      const expected =
        pending === undefined ? `the input of row ${runner.row}` : `the output of row ${pending.at}`;
      throw journalError("E_JOURNAL_ORDER", path, place.lines, `expected ${expected}`);
    }
  }
  if (!isOther) {
    return { runner, place: end, isSaved: from?.journal.offset === end.offset, pending, last };
  }
  checkCarried(system, saved!.state, runner.state(), replayed);
  const carried = packCarried(saved!.state);
  options.onNote?.(
    `carried over at row ${runner.row}: cash, positions, open orders, P&L, halt and peak of equity are as they were; what was refused is forgotten; signals were computed anew`,
  );
  return {
    runner: createRunner(system, unpackCarried(runner.state(), carried)),
    place: end,
    isSaved: false,
    carried: planText(runner.row, system.plan, carried),
  };
}

/** Does a journaled row, whose output is not known or is to be met. */
export const take = (runner: Runner, { row, said }: Input): RowOutput =>
  runner.take(row, said ?? nothingSaid(runner.taken), AT_ANY_TIME);

function carriedOver(
  system: System,
  runner: Runner,
  carried: Uint8Array,
  path: string,
  line: number,
): Runner {
  let state: RunnerState;
  try {
    state = unpackCarried(runner.state(), carried);
  } catch {
    const what = `its portfolio is not in a form that Node ${process.version} reads`;
    throw journalError("E_JOURNAL_LINE", path, line, what);
  }
  return createRunner(system, state);
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

function begin(system: System, { folder, feed, now, ops }: LiveOptions, paths: Paths): void {
  if (fs.existsSync(paths.checkpoint)) {
    throw journalError("E_JOURNAL_MISSING", paths.journal, 1, "there is a checkpoint and no journal");
  }
  beginCommands(folder, now(), ops);
  createJournal(paths.journal, system, feed, ops);
}

/** Reads a journal to its end before a row is taken: the plans it was begun and last followed under, and whether `place` is in it. */
function survey(path: string, system: System, feed: string, place: JournalPlace | undefined) {
  let begun: JournalPlan | undefined;
  let plan: JournalPlan | undefined;
  let end: JournalPlace | undefined;
  let hasMet = false;
  for (const line of readJournal(path)) {
    end = line.place;
    hasMet ||= end.offset === place?.offset && end.chain === place.chain;
    if (begun === undefined) begun = plan = checkHeader(path, line.open, system, feed);
    else if (line.open.includes('"carried":')) {
      const parsed = parseLine(line.open);
      if (parsed?.kind === "plan") plan = parsed;
    }
  }
  return { begun: begun!, plan: plan!, end: end!, hasMet };
}

function requireOutside({ inputs }: System, { at, row }: Input): void {
  if (inputs.outside === undefined || row.outside !== undefined) return;
  throw new FathomError(
    "E_CARRY_OVER_OUTSIDE",
    `carry over: the config takes its index from outside, and row ${at} was journaled without one; keep regime.source as it was, or begin again under another name`,
    { row: at },
  );
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

const notAtEnd = ({ checkpoint }: Paths) =>
  new FathomError(
    "E_CARRY_OVER_CHECKPOINT",
    `carry over: expected the portfolio as it is behind the last journaled row in ${checkpoint}, found an older one or none: the run was killed; go on once with the config and model it was taken under, stop it with Ctrl-C, and carry over then`,
    { path: checkpoint },
  );
