import {
  chooseCuts,
  compare,
  compareShifted,
  type Finding,
  firstGap,
  missedLookback,
  PREFIX,
  whole,
  whyNotPlain,
} from "./law-compare.ts";
import { createGarbage, GARBAGE, type GarbageKind, lead, scramble, withoutEvents } from "./law-garbage.ts";
import { type Input, isColumn, isInput, leaves, openRun, runAll, type Subject } from "./law-run.ts";
import { isSlot, mapPorts } from "./plan.ts";
import { BLOCK_ROWS, type Checkpoint } from "./session.ts";

/**
 * The laws that every kernel and every whole system obeys, bit for bit. Each takes a subject and returns
 * null or its first violation; none throws on one. They find no fault in what a subject loads by itself,
 * in parameters fitted on the same rows, or in an outside series stamped too early.
 */
export const LAWS = {
  "chunk invariance": chunkInvariance,
  "no look-ahead": noLookAhead,
  checkpoint,
  "warm-up": warmUp,
  purity,
  totality,
} as const;
export type LawName = keyof typeof LAWS;

export interface LawOptions {
  /**
   * Steps that the chunk law compares with single rows; 2, 3, 5, 7, 13, 100 and all at once by default.
   * A session has room for the longest step: cap it where a system's rows are many.
   */
  readonly blocks?: readonly number[];
  /** Rows behind which the future is replaced (12) or a checkpoint is taken (6), half of them next to rare events. */
  readonly cuts?: number;
  readonly seed?: number;
}

export interface Violation extends Finding {
  readonly law: LawName;
  readonly subject: string;
}

/** Null: nothing found. */
export type Verdict = Violation | null;

/** The violations of all six laws, in their order. */
export function checkLaws(subject: Subject, options: LawOptions = {}): Violation[] {
  return Object.values(LAWS)
    .map((law) => law(subject, options))
    .filter((v) => v !== null);
}

/** A violation as one sentence. */
export function describeViolation(v: Violation): string {
  const where = v.output === "" ? "" : ` ${v.output}`;
  const row = v.row < 0 ? "" : ` at row ${v.row}`;
  return `${v.law}: ${v.subject}:${where}${row}: found ${v.found}, expected ${v.expected} (${v.trial})`;
}

/** 1. Every block size gives the same bits. */
function chunkInvariance(subject: Subject, options: LawOptions = {}): Verdict {
  return judge("chunk invariance", subject, () => {
    const blocks = options.blocks ?? [2, 3, 5, 7, 13, 100, subject.rows];
    const expected = runAll(subject, [1]).outputs;
    for (const sizes of [...blocks.map((n) => [n]), [1, 0, 13, 2]]) {
      const found = runAll(subject, sizes).outputs;
      const difference = compare(found, expected, 0, subject.rows, `blocks of ${sizes.join(", ")}`);
      if (difference !== null) return difference;
    }
    return null;
  });
}

/**
 * 2. Other rows after t change no output at or before t. Every trial replaces all rows after t in the
 * subject's own arrays, builds anew and runs a block that reaches past t; the middle cut (all of them in
 * short data) from the first row, the others from a checkpoint.
 */
function noLookAhead(subject: Subject, options: LawOptions = {}): Verdict {
  return judge("no look-ahead", subject, () => {
    const { rows } = subject;
    if (rows < 2) return null;
    const seed = options.seed ?? 1;
    const { outputs, wiring } = runAll(subject, [reference(subject)]);
    const cuts = chooseCuts(outputs, options.cuts ?? 12, seed);
    const starts = cuts.map((t) => t - (scramble(seed + t) % (t < REACH ? t + 1 : REACH)));
    const checkpoints = takeCheckpoints(subject, starts);
    const isShort = rows <= BLOCK_ROWS;
    const garbage = createGarbage(subject.inputs, rows, seed);
    try {
      for (const kind of GARBAGE) {
        for (let k = cuts.length - 1; k >= 0; k--) {
          const t = cuts[k];
          garbage.from(t + 1, kind);
          const inputs = withoutEvents(subject.inputs, t + 1);
          const trial = `rows after ${t} ${kind}`;
          const built = subject.build();
          if (built.plan.hash !== wiring.plan.hash) return whole("another plan", "the same plan", trial);
          const start = isShort || k === cuts.length >> 1 ? 0 : starts[k];
          const from = checkpoints.get(start);
          const run = openRun(subject, { wiring: built, inputs, capacity: BLOCK_ROWS, from });
          const stop = Math.min(t + 1 + REACH, rows);
          while (run.row <= t) run.step(Math.min(stop - run.row, BLOCK_ROWS));
          const difference = compare(run.outputs, outputs, start, t + 1, trial);
          if (difference !== null) return difference;
        }
      }
    } finally {
      garbage.restore();
    }
    return null;
  });
}

/** How far before and behind a cut its block reaches. */
const REACH = 50;

/** 3. Going on from a structuredClone of plain states on freshly made kernels changes nothing. */
function checkpoint(subject: Subject, options: LawOptions = {}): Verdict {
  return judge("checkpoint", subject, () => {
    const { rows } = subject;
    const expected = runAll(subject, [reference(subject)]).outputs;
    for (const cut of chooseCuts(expected, options.cuts ?? 6, (options.seed ?? 1) + 1)) {
      const trial = `checkpoint after row ${cut}`;
      const before = openRun(subject, { capacity: BLOCK_ROWS });
      while (before.row <= cut) before.step(Math.min(cut + 1 - before.row, 17));
      const from = before.session.checkpoint();
      const reason = whyNotPlain(from.states);
      if (reason !== undefined) return whole(`a state with ${reason}`, "plain data and plain arrays", trial);
      const after = openRun(subject, { capacity: BLOCK_ROWS, from, outputs: before.outputs });
      if (after.wiring.plan === before.wiring.plan)
        return whole("one plan twice", "a fresh plan a build", trial);
      while (after.row < rows) after.step(BLOCK_ROWS);
      const difference = compare(after.outputs, expected, 0, rows, trial);
      if (difference !== null) return difference;
    }
    return null;
  });
}

/**
 * 4. Outputs become finite at their lookback, counted from the first row with all inputs; k leading NaN
 * rows shift every output and event by k rows and change nothing else.
 */
export function warmUp(subject: Subject): Verdict {
  return judge("warm-up", subject, () => {
    const { rows } = subject;
    const { outputs, wiring } = runAll(subject, [reference(subject)]);
    const missed = missedLookback(subject, wiring, outputs);
    if (missed !== null) return missed;
    for (const k of [1, 7, 60]) {
      const inputs = lead(subject.inputs, k, rows);
      const shifted = runAll(subject, [reference(subject)], { inputs, rows: rows + k }).outputs;
      const difference = compareShifted(shifted, outputs, k, rows, `${k} leading NaN rows`);
      if (difference !== null) return difference;
    }
    return null;
  });
}

/** 5. Inputs stay as they were, in the session and in the subject; sessions of one plan share nothing. */
function purity(subject: Subject, options: LawOptions = {}): Verdict {
  return judge("purity", subject, () => {
    const { rows, inputs } = subject;
    const garbage = createGarbage(inputs, rows, options.seed ?? 1);
    const expected = runAll(subject, [7]).outputs;
    const early = garbage.mend();
    const one = openRun(subject, { capacity: 7 });
    garbage.from(0, "reordered");
    const others = mapPorts(inputs, isInput, (i): Input => copyOf(i));
    garbage.restore();
    const two = openRun(subject, { capacity: 13, wiring: one.wiring, inputs: others });
    while (one.row < rows || two.row < rows) {
      one.step(7);
      const changed = one.changedInput();
      if (changed !== undefined) return { ...changed, output: changed.name, trial: "input in the session" };
      two.step(13);
    }
    const changed = early ?? garbage.mend();
    if (changed !== undefined) return { ...changed, output: changed.path, trial: "the subject's data" };
    return compare(one.outputs, expected, 0, rows, "beside another session of the same plan");
  });
}

/** 6. Nothing throws, and every output is a NaN prefix, then finite for ever: on the data and behind every kind of jump. */
function totality(subject: Subject, options: LawOptions = {}): Verdict {
  return judge("totality", subject, () => {
    const { rows, inputs } = subject;
    const garbage = createGarbage(inputs, rows, (options.seed ?? 1) + 2);
    for (const kind of [undefined, ...GARBAGE] as (GarbageKind | undefined)[]) {
      if (kind !== undefined) garbage.from(rows >> 1, kind);
      const jumped = mapPorts(inputs, isInput, (i): Input => copyOf(i));
      garbage.restore();
      const trial = kind === undefined ? "its own data" : `rows from ${rows >> 1} ${kind}`;
      const run = runAll(subject, [BLOCK_ROWS], { inputs: jumped });
      for (const [output, column] of run.outputs.columns) {
        const row = firstGap(column);
        if (row >= 0) return { output, row, found: column[row], expected: PREFIX, trial };
      }
    }
    return null;
  });
}

function judge(law: LawName, subject: Subject, find: () => Finding | null): Verdict {
  let finding: Finding | null;
  try {
    finding = find();
  } catch (error) {
    finding = whole(
      `threw ${error instanceof Error ? error.message : String(error)}`,
      "no exception",
      "running",
    );
  }
  return finding === null ? null : { law, subject: subject.name, ...finding };
}

/** Steps of a reference run: one row where the row of each event must be known. */
function reference(subject: Subject): number {
  const { plan, outputs } = subject.build();
  const isEvents = leaves(outputs, isSlot).some(([, slot]) => plan.slots[slot.id].fields !== undefined);
  return isEvents ? 1 : BLOCK_ROWS;
}

/** The states at these rows, ascending or not; none at row 0. */
function takeCheckpoints(subject: Subject, rows: readonly number[]): Map<number, Checkpoint> {
  const taken = new Map<number, Checkpoint>();
  const run = openRun(subject, { capacity: BLOCK_ROWS });
  for (const row of [...new Set(rows)].sort((a, b) => a - b)) {
    if (row === 0) continue;
    while (run.row < row) run.step(Math.min(row - run.row, BLOCK_ROWS));
    taken.set(row, run.session.checkpoint());
  }
  return taken;
}

const copyOf = (input: Input): Input =>
  isColumn(input) ? { ...input, values: input.values.slice() } : input;
