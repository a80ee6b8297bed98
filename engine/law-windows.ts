import { appendEvents, createEvents, type Events } from "./events.ts";
import { type Finding, whole, whyNotPlain } from "./law-compare.ts";
import { scramble } from "./law-garbage.ts";
import { compareStep, openRig, type Reference, type Rig } from "./law-rig.ts";
import type { Outputs, Subject, Wiring } from "./law-run.ts";
import type { LawName } from "./laws.ts";

/** A subject with what a finished run of it put out; the rows of its events only say where to look. */
export interface SampledSubject extends Subject {
  readonly expected: Outputs;
}

/** What a law was put to so far, and its first violation. */
export interface Tally {
  /** Runs over a stretch of rows. */
  trials: number;
  /** Numbers compared bit for bit. */
  compared: number;
  finding: Finding | null;
}

export type Ledger = Readonly<Record<LawName, Tally>>;

/** A stretch of rows [start, end) that is looked at closely, and all that it must give again. */
export interface Window {
  readonly start: number;
  /** The last row whose outputs must not depend on later ones; the stretch goes on behind it. */
  readonly cut: number;
  readonly end: number;
  /** All states at `start`; none for the head, which begins with the kernels' own. */
  states?: readonly unknown[];
  readonly reference: Reference;
  /** Events of each table from the first row to the cut and to the end. */
  readonly atCut: number[];
  readonly atEnd: number[];
}

/** What a run over all rows leaves to look at. */
export interface Pass {
  readonly wiring: Wiring;
  /** The first rows, about as many as the slowest signal needs; undefined when the run broke off in them. */
  readonly head: Window | undefined;
  /** Windows of the cuts, ascending, each with its checkpoint; fewer when the run broke off. */
  readonly windows: readonly Window[];
}

/** Rows that a window has up to its cut, at most, and behind it. */
const BACK = 50;
const AHEAD = 25;
/** Rows of a window at most. */
export const WINDOW_ROWS = BACK + AHEAD;
/** Rows of a step, odd, so that no replay has the same blocks. */
export const ODD_ROWS = 1999;
/** Beyond its lookback, how many of a subject's first rows are looked at, and how many at most. */
const FIRST_ROWS = 2048;
const MOST_FIRST_ROWS = 8192;

/**
 * Runs a fresh build over all rows in odd blocks, which also end at every border of a window, and judges
 * on the way: outputs and events are those expected, inputs stay, columns have no gap. The windows hold
 * what this pass gave, so that each law is judged by itself.
 */
export function passOver(
  subject: SampledSubject,
  cuts: readonly number[],
  seed: number,
  ledger: Ledger,
  onRows: (rows: number) => void,
): Pass {
  const { rows, expected } = subject;
  const { "chunk invariance": chunks, purity, totality, checkpoint } = ledger;
  const wiring = subject.build();
  const rig = openRig(subject, { wiring, capacity: rows < ODD_ROWS ? rows : ODD_ROWS, onRows });
  const all: Reference = {
    first: 0,
    columns: rig.columns.map((c) => expected.columns.get(c.name)),
    tables: rig.tables.map((t) => expected.events.get(t.name)?.table),
    events: rig.tables.map(() => 0),
  };
  const ends = all.tables.map((t) => t?.n ?? 0);
  const own = rig.tables.map((t) => createEvents(t.memory.fields));
  const lookback = Math.max(...wiring.plan.slots.map((s) => s.lookback));
  const head = emptyWindow(firstWindow(rows, lookback), rig, own);
  const windows = cuts.map((cut) => emptyWindow(around(cut, rows, seed), rig, own));
  const both = [head, ...windows];
  const borders = [...both.flatMap((w) => [w.start, w.cut + 1, w.end]), rows].sort((a, b) => a - b);
  const trial = `blocks of at most ${ODD_ROWS} rows`;
  const named = new Set([...rig.columns, ...rig.tables].map((c) => c.name));
  for (const output of [...expected.columns.keys(), ...expected.events.keys()]) {
    if (named.has(output)) continue;
    const [found, wanted] = ["no such output", "all that the finished run kept"];
    chunks.finding ??= { output, row: -1, found, expected: wanted, trial };
  }
  for (const tally of [chunks, purity, totality]) tally.trials++;
  try {
    rig.seek(0);
    for (let next = 0; rig.row < rows; ) {
      for (const window of both) mark(window, rig);
      if (windows.some((w) => w.start === rig.row)) save(windows, rig, checkpoint);
      while (borders[next] <= rig.row) next++;
      const n = borders[next] - rig.row;
      rig.step(n < ODD_ROWS ? n : ODD_ROWS);
      chunks.finding ??= compareStep(rig, all, rows, ends, trial, chunks);
      purity.finding ??= rig.changedInput();
      totality.finding ??= rig.gap("its own data", totality);
      for (const [t, table] of rig.tables.entries()) appendEvents(own[t], table.memory);
      for (const window of both) record(window, rig);
    }
  } catch (error) {
    totality.finding ??= threw(error, "running over its own data");
  }
  for (const window of both) mark(window, rig);
  const isWhole = (w: Window) => w.end <= rig.row;
  return {
    wiring,
    head: isWhole(head) ? head : undefined,
    windows: windows.filter((w) => isWhole(w) && w.states !== undefined),
  };
}

export const threw = (error: unknown, trial: string): Finding =>
  whole(`threw ${error instanceof Error ? error.message : String(error)}`, "no exception", trial);

type Span = Pick<Window, "start" | "cut" | "end">;

function around(cut: number, rows: number, seed: number): Span {
  const back = scramble(seed + cut) % (cut < BACK ? cut + 1 : BACK);
  return { start: cut - back, cut, end: cut + 1 + AHEAD < rows ? cut + 1 + AHEAD : rows };
}

function firstWindow(rows: number, lookback: number): Span {
  const wanted = lookback + FIRST_ROWS < MOST_FIRST_ROWS ? lookback + FIRST_ROWS : MOST_FIRST_ROWS;
  const end = wanted < rows ? wanted : rows;
  const cut = end - 1 - AHEAD;
  return { start: 0, cut: cut > 0 ? cut : (end - 1) >> 1, end };
}

function emptyWindow(span: Span, rig: Rig, tables: readonly Events[]): Window {
  const { start, end } = span;
  const columns = rig.columns.map(() => new Float64Array(end - start));
  const events = tables.map(() => 0);
  return { ...span, reference: { first: start, columns, tables, events }, atCut: [], atEnd: [] };
}

/** Notes how many events there were when a window has a border at this row. */
function mark({ start, cut, end, reference, atCut, atEnd }: Window, rig: Rig): void {
  const { row } = rig;
  if (row !== start && row !== cut + 1 && row !== end) return;
  rig.tables.forEach((t, k) => {
    const n = rig.before[k] + t.memory.n;
    if (row === start) reference.events[k] = n;
    if (row === cut + 1) atCut[k] = n;
    if (row === end) atEnd[k] = n;
  });
}

/** Takes a checkpoint for the windows that start here. */
function save(windows: readonly Window[], rig: Rig, checkpoint: Tally): void {
  if (checkpoint.finding !== null) return;
  const isFirst = windows.every((w) => w.states === undefined);
  const isEdge = isFirst || rig.row === windows[windows.length - 1].start;
  const why = isEdge ? whyNotPlain(rig.states) : undefined;
  if (why !== undefined) {
    checkpoint.finding = whole(`a state with ${why}`, "plain data and plain arrays", `row ${rig.row}`);
    return;
  }
  const states = structuredClone(rig.states as unknown[]);
  for (const w of windows) if (w.start === rig.row) w.states = states;
}

/** Keeps every column of a window's rows. */
function record({ start, end, reference }: Window, rig: Rig): void {
  const low = start > rig.from ? start : rig.from;
  const high = end < rig.row ? end : rig.row;
  if (low >= high) return;
  for (let k = 0; k < rig.columns.length; k++) {
    const rows = rig.columns[k].memory.subarray(low - rig.from, high - rig.from);
    reference.columns[k]?.set(rows, low - start);
  }
}
