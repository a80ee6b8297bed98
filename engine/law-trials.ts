import { type Finding, missedLookback, whole } from "./law-compare.ts";
import { GARBAGE, type Garbage, type GarbageKind, lead } from "./law-garbage.ts";
import { compareStep, openRig, type Rig } from "./law-rig.ts";
import type { Wiring } from "./law-run.ts";
import { type Overwritten, watched } from "./law-watch.ts";
import {
  type Ledger,
  ODD_ROWS,
  type Pass,
  type SampledSubject,
  type Tally,
  threw,
  type Window,
} from "./law-windows.ts";

/** What the laws' trials need: a run over all rows, and where they note what they did. */
export interface Trials extends Pass {
  readonly subject: SampledSubject;
  readonly ledger: Ledger;
  readonly garbage: Garbage;
  readonly onRows: (rows: number) => void;
}

/** Wires the subject anew, or says what is wrong with that. */
function rebuild({ subject, wiring }: Trials, trial: string): Wiring | Finding {
  const built = subject.build();
  if (built.plan === wiring.plan) return whole("one plan twice", "a fresh plan a build", trial);
  return built.plan.hash === wiring.plan.hash ? built : whole("another plan", "the same plan", trial);
}

/** Most rows of a window. */
const longest = (windows: readonly Window[]) => windows.reduce((n, w) => Math.max(n, w.end - w.start), 1);

/** Runs a window in steps of `size` and compares all of it. */
function follow(rig: Rig, w: Window, size: number, trial: string, tally: Tally): Finding | null {
  tally.trials++;
  rig.seek(w.start, w.states);
  while (rig.row < w.end) {
    rig.step(Math.min(size, w.end - rig.row));
    const difference = compareStep(rig, w.reference, w.end, w.atEnd, trial, tally);
    if (difference !== null) return difference;
  }
  return null;
}

/** Windows for which one build serves, one after the other. */
const SHARE = 8;

/** checkpoint: each window from its checkpoint on freshly made kernels. */
export function goesOn(t: Trials): Finding | null {
  const { subject, windows, ledger, onRows } = t;
  const capacity = longest(windows);
  let rig: Rig | undefined;
  for (const [k, w] of windows.entries()) {
    const trial = `checkpoint after row ${w.start - 1}`;
    if (rig === undefined || k % SHARE === 0) {
      const built = rebuild(t, trial);
      if (!("plan" in built)) return built;
      rig = openRig(subject, { wiring: built, capacity, onRows });
    }
    const difference = follow(rig, w, capacity, trial, ledger.checkpoint);
    if (difference !== null) return difference;
  }
  return null;
}

/** chunk invariance: each window row by row. */
export function smallSteps(t: Trials): Finding | null {
  const { subject, windows, ledger, onRows } = t;
  const trial = "blocks of 1";
  const built = rebuild(t, trial);
  if (!("plan" in built)) return built;
  const rig = openRig(subject, { wiring: built, capacity: 1, onRows });
  for (const w of windows) {
    const difference = follow(rig, w, 1, trial, ledger["chunk invariance"]);
    if (difference !== null) return difference;
  }
  return null;
}

/**
 * no look-ahead, and totality behind every kind of jump: all rows behind a window's cut are replaced in
 * the subject's own arrays, from late cuts to early ones. Every window has a build of its own, made on
 * the replaced rows, under one of the kinds of garbage; under the others it shares that of a later one.
 */
export function otherFuture(t: Trials): Finding | null {
  const { subject, head, windows, garbage, onRows } = t;
  const capacity = longest(windows);
  const all = head === undefined ? windows : [head, ...windows];
  const late = [...all].sort((a, b) => b.cut - a.cut);
  try {
    for (const [shift, kind] of GARBAGE.entries()) {
      let shared: Rig | undefined;
      for (const [k, w] of late.entries()) {
        garbage.from(w.cut + 1, kind);
        let rig = w === head ? undefined : shared;
        if (rig === undefined || (k + 2 * shift) % SHARE === 0) {
          const built = rebuild(t, `wired with ${garbageOf(w, kind)}`);
          if (!("plan" in built)) return built;
          rig = openRig(subject, { wiring: built, capacity: w === head ? ODD_ROWS : capacity, onRows });
          if (w !== head) shared = rig;
        }
        const difference = reachPast(rig, w, kind, t.ledger);
        if (difference !== null) return difference;
      }
    }
  } finally {
    garbage.restore();
  }
  return null;
}

const garbageOf = (w: Window, kind: GarbageKind) => `rows after ${w.cut} ${kind}`;

function reachPast(rig: Rig, w: Window, kind: GarbageKind, ledger: Ledger): Finding | null {
  const { totality, "no look-ahead": tally } = ledger;
  const trial = garbageOf(w, kind);
  tally.trials++;
  totality.trials++;
  rig.seek(w.start, w.states);
  while (rig.row <= w.cut) {
    try {
      rig.step(Math.min(rig.capacity, w.end - rig.row), w.cut + 1);
    } catch (error) {
      totality.finding ??= threw(error, trial);
      return null;
    }
    totality.finding ??= rig.gap(trial, totality);
    const difference = compareStep(rig, w.reference, w.cut + 1, w.atCut, trial, tally);
    if (difference !== null) return difference;
  }
  return null;
}

/** warm-up: first values at their lookback; the first rows behind leading NaN rows. */
export function laterStart(t: Trials): Finding | null {
  const { subject, wiring, head, ledger, onRows } = t;
  const missed = missedLookback(subject, wiring, subject.expected);
  if (missed !== null || head === undefined) return missed;
  const tally = ledger["warm-up"];
  for (const k of [1, 7, 60]) {
    const trial = `${k} leading NaN rows`;
    const built = rebuild(t, trial);
    if (!("plan" in built)) return built;
    const inputs = lead(subject.inputs, k, head.end);
    const capacity = Math.max(k, ODD_ROWS);
    const rig = openRig(subject, { wiring: built, capacity, inputs, onRows });
    tally.trials++;
    rig.seek(0);
    rig.step(k);
    for (const { name: output, memory } of rig.columns) {
      const at = memory.subarray(0, k).findIndex((x) => !Number.isNaN(x));
      if (at >= 0) return { output, row: at - k, found: memory[at], expected: Number.NaN, trial };
    }
    const shifted = { ...head.reference, first: k };
    while (rig.row < head.end + k) {
      rig.step(Math.min(capacity, head.end + k - rig.row));
      const difference = compareStep(rig, shifted, head.end + k, head.atEnd, trial, tally);
      if (difference !== null) return { ...difference, row: difference.row - k };
    }
  }
  return null;
}

const ONLY_READS = "a column that the kernel only reads";

/**
 * purity: two sessions of one plan, at other places of the run, advanced in turn in steps of 7 and 13 rows, no kernel
 * of which may write into what it reads.
 */
export function sideBySide(t: Trials): Finding | null {
  const { subject, windows, ledger, onRows } = t;
  const trial = "beside another session of the same plan";
  const built = rebuild(t, trial);
  if (!("plan" in built)) return built;
  let overwritten: Overwritten | undefined;
  const plan = watched(built.plan, (found) => {
    overwritten ??= found;
  });
  const rigs = [7, 13].map((capacity) => openRig(subject, { wiring: { ...built, plan }, capacity, onRows }));
  for (let k = 0; k < windows.length; k += rigs.length) {
    const places = rigs.map((_, i) => windows[(k + i) % windows.length]);
    rigs.forEach((rig, i) => {
      ledger.purity.trials++;
      rig.seek(places[i].start, places[i].states);
    });
    while (rigs.some((rig, i) => rig.row < places[i].end)) {
      for (const [i, rig] of rigs.entries()) {
        const { end, reference, atEnd } = places[i];
        if (rig.row === end) continue;
        rig.step(Math.min(rig.capacity, end - rig.row));
        if (overwritten !== undefined)
          return { ...overwritten, row: rig.from + overwritten.row, trial: ONLY_READS };
        const difference =
          rig.changedInput() ?? compareStep(rig, reference, end, atEnd, trial, ledger.purity);
        if (difference !== null) return difference;
      }
    }
  }
  return null;
}
