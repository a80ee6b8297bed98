import { FathomError } from "./errors.ts";
import type { Events, OwnedEvents } from "./events.ts";
import type { Column, Slot } from "./kernel.ts";
import { type Finding, PREFIX } from "./law-compare.ts";
import { firstDifference } from "./law-garbage.ts";
import { feedEvents, type Input, isColumn, isInput, leaves, type Subject, type Wiring } from "./law-run.ts";
import { assignStates } from "./law-states.ts";
import { isSlot, type Ports } from "./plan.ts";
import { createMachine } from "./session.ts";

/** A column or table that is judged: all that a plan's kernels write, the subject's outputs (an input may be one) by their paths. */
export interface Judged<T> {
  readonly name: string;
  readonly memory: T;
}

/**
 * One build of a subject with memory, which can be set to any row whose states are known. Nothing is
 * recorded: each step is compared while it stands in memory.
 */
export interface Rig {
  /** The most rows of a step. */
  readonly capacity: number;
  /** In the order in which the plan computes them: the first that differs in a row is nearest to the cause. */
  readonly columns: readonly Judged<Column>[];
  readonly tables: readonly Judged<Events>[];
  /** Rows [from, row) were computed by the last step. */
  readonly from: number;
  readonly row: number;
  /** States of all kernels at `row`, as they are. */
  readonly states: readonly unknown[];
  /** Events of each table since `seek`, those of the last step left out. */
  readonly before: readonly number[];
  /** Goes to a row; without states to the first row, with the kernels' own first states. */
  seek(row: number, states?: readonly unknown[]): void;
  /** Computes the next `rows` rows; input events from row `known` on are left out. */
  step(rows: number, known?: number): void;
  /** The first input that the last step changed. */
  changedInput(): Finding | null;
  /** The first number of the last step that is not finite behind a finite one of its column; counts what it looked at. */
  gap(trial: string, tally: { compared: number }): Finding | null;
}

export interface RigOptions {
  readonly wiring: Wiring;
  readonly capacity: number;
  /** In place of the subject's own. */
  readonly inputs?: Ports<Input>;
  /** Called after each step with its rows. */
  onRows?(rows: number): void;
}

export function openRig(subject: Subject, options: RigOptions): Rig {
  const { wiring, capacity, inputs = subject.inputs } = options;
  const { plan } = wiring;
  const machine = createMachine(plan, capacity);
  const paths = new Map(leaves(wiring.outputs, isSlot).map(([path, slot]) => [slot.id, path]));
  const feeds = openFeeds(subject, wiring, inputs, machine.memory, paths);
  const outputs = new Set(paths.values());
  const columns: Judged<Column>[] = [];
  const tables: Judged<Events>[] = [];
  for (const slot of plan.slots) {
    if (slot.isInput && !paths.has(slot.id)) continue;
    // a column within the plan may be called what an output's path is
    const name = paths.get(slot.id) ?? (outputs.has(slot.name) ? `plan.${slot.name}` : slot.name);
    if (slot.fields === undefined) columns.push({ name, memory: machine.memory[slot.id] as Column });
    else tables.push({ name, memory: machine.memory[slot.id] as Events });
  }
  const isKnown = new Uint8Array(columns.length);
  const before = tables.map(() => 0);
  let states: unknown[] = [];
  let from = 0;
  let row = 0;
  return {
    capacity,
    columns,
    tables,
    before,
    get states() {
      return states;
    },
    get from() {
      return from;
    },
    get row() {
      return row;
    },
    seek(to, given) {
      if (given === undefined) states = machine.init();
      else if (states.length === 0) states = structuredClone(given as unknown[]);
      else assignStates(states, given);
      from = row = to;
      isKnown.fill(0);
      before.fill(0);
      for (const t of tables) (t.memory as OwnedEvents).clear();
      for (const feed of feeds) feed.event = 0;
    },
    step(rows, known = Number.POSITIVE_INFINITY) {
      tables.forEach((t, k) => {
        before[k] += t.memory.n;
      });
      for (const feed of feeds) {
        const { input, memory } = feed;
        if (isColumn(input)) (memory as Column).set(input.values.subarray(row, row + rows));
        else {
          const end = row + rows < known ? row + rows : known;
          feed.event = feedEvents(memory as OwnedEvents, input, feed.event, row, end);
        }
      }
      machine.run(states, rows, row);
      from = row;
      row += rows;
      options.onRows?.(rows);
    },
    changedInput() {
      for (const { path, input, memory } of feeds) {
        if (!isColumn(input)) continue;
        const at = firstDifference(memory as Column, input.values, from, row, -from);
        if (at < 0) continue;
        const found = (memory as Column)[at - from];
        return {
          output: path,
          row: at,
          found,
          expected: input.values[at],
          trial: "what was fed, beside the data",
        };
      }
      return null;
    },
    gap(trial, tally) {
      tally.compared += columns.length * (row - from);
      let first: Finding | null = null;
      let end = row;
      for (let k = 0; k < columns.length; k++) {
        const { name, memory } = columns[k];
        const at = firstGapOf(memory, end - from, isKnown, k);
        if (at < 0) continue;
        end = from + at;
        first = { output: name, row: end, found: memory[at], expected: PREFIX, trial };
      }
      return first;
    },
  };
}

/** Goes on with a column: NaN until its first finite number. -1 where all is well. */
function firstGapOf(x: Column, rows: number, isKnown: Uint8Array, k: number): number {
  let i = 0;
  if (isKnown[k] === 0) {
    while (i < rows && x[i] !== x[i]) i++;
    if (i === rows) return -1;
    isKnown[k] = 1;
  }
  while (i < rows && x[i] - x[i] === 0) i++;
  return i < rows ? i : -1;
}

/** Where each input goes; a column that no kernel reads and that is no output is left out. */
function openFeeds(
  { name }: Subject,
  { plan, inputs: ports }: Wiring,
  inputs: Ports<Input>,
  memory: readonly (Column | OwnedEvents)[],
  outputs: ReadonlyMap<number, string>,
) {
  const slots = new Map(leaves(ports, isSlot));
  const read = new Set(plan.nodes.flatMap((n) => n.inputIds));
  const feeds = leaves(inputs, isInput).map(([path, input]) => {
    const slot: Slot | undefined = slots.get(path);
    if (slot === undefined) {
      throw new FathomError(
        "E_LAW_SUBJECT",
        `laws: ${name} has data for ${path}, and its build() gives no slot for it; return the inputs in the same record`,
        { path },
      );
    }
    return { path, input, id: slot.id, memory: memory[slot.id], event: 0 };
  });
  return feeds.filter((f) => read.has(f.id) || outputs.has(f.id));
}

/**
 * What the rows of a stretch must hold, by place in a rig's columns and tables; undefined where it is not
 * known. Index 0 of a column is row `first`, the stretch's first event is `events[k]` of table k.
 */
export interface Reference {
  readonly first: number;
  readonly columns: readonly (Column | undefined)[];
  readonly tables: readonly (Events | undefined)[];
  readonly events: number[];
}

/**
 * Compares the rows of a rig's last step that lie before row `until`, and their events, of which
 * `ends[k]` is the index behind the last in table k. Gives the earliest row and in it the first column in
 * the order of computation, else the first event. Adds to `tally` how many numbers were compared.
 */
export function compareStep(
  rig: Rig,
  reference: Reference,
  until: number,
  ends: readonly number[],
  trial: string,
  tally: { compared: number },
): Finding | null {
  const { from } = rig;
  let first: Finding | null = null;
  let end = rig.row < until ? rig.row : until;
  for (let k = 0; k < rig.columns.length; k++) {
    const column = reference.columns[k];
    if (column === undefined) continue;
    const { name, memory } = rig.columns[k];
    const low = from - reference.first;
    tally.compared += end > from ? end - from : 0;
    const at = firstDifference(memory, column, low, end - reference.first, -low);
    if (at < 0) continue;
    end = reference.first + at;
    first = { output: name, row: end, found: memory[at - low], expected: column[at], trial };
  }
  return first ?? compareEvents(rig, reference, until, ends, trial, tally);
}

function compareEvents(
  rig: Rig,
  reference: Reference,
  until: number,
  ends: readonly number[],
  trial: string,
  tally: { compared: number },
): Finding | null {
  const row = (rig.row < until ? rig.row : until) - 1;
  for (let t = 0; t < rig.tables.length; t++) {
    const table = reference.tables[t];
    if (table === undefined) continue;
    const { name, memory } = rig.tables[t];
    const base = reference.events[t] + rig.before[t];
    const left = ends[t] - base;
    const n = rig.row > until && left < memory.n ? left : memory.n;
    if (n > left || (rig.row >= until && n < left)) {
      return { output: name, row, found: `${n} events`, expected: `${left < 0 ? 0 : left} events`, trial };
    }
    for (let k = 0; k < n; k++) {
      for (const f of memory.fields) {
        tally.compared++;
        const [found, expected] = [memory.at[f][k], table.at[f][base + k]];
        if (!Object.is(found, expected)) return { output: `${name}.${f}`, row, found, expected, trial };
      }
    }
  }
  return null;
}
