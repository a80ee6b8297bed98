import { FathomError } from "./errors.ts";
import type { Events, OwnedEvents } from "./events.ts";
import { createEvents } from "./events.ts";
import type { Column, Kernel, Slot } from "./kernel.ts";
import { createPlan, isSlot, mapPorts, type Plan, type PlanSlot, type Ports } from "./plan.ts";
import { type Checkpoint, createSession, type Session } from "./session.ts";

/**
 * An input column of a subject. `kind` says which other rows would pass the door too: a "number" may be
 * scaled, a "code" (regime, strategy index, 0/1) may only be one of the column's own values, a "clock"
 * is left as it is.
 */
export interface InputColumn {
  readonly kind: "number" | "code" | "clock";
  readonly values: Column;
}

/** An input Events table: event k belongs to row `rows[k]` (ascending). */
export interface InputEvents {
  readonly fields: readonly string[];
  readonly rows: ArrayLike<number>;
  readonly at: Readonly<Record<string, ArrayLike<number>>>;
}

export type Input = InputColumn | InputEvents;

/** The shape of a port record, with data. */
export type InputsOf<T> = T extends Column
  ? InputColumn
  : T extends Events
    ? InputEvents
    : { readonly [K in keyof T]: InputsOf<T[K]> };

/** A fresh plan, the slots that the subject's inputs go to (same record shape) and those that are judged. */
export interface Wiring {
  readonly plan: Plan;
  readonly inputs: Ports<Slot>;
  readonly outputs: Ports<Slot>;
}

/** What the laws are applied to: one kernel or a whole system, with data that passed the door. */
export interface Subject {
  readonly name: string;
  readonly rows: number;
  readonly inputs: Ports<Input>;
  /**
   * Where each output must become finite, counted from the first row in which all inputs are:
   * "exact" = at its lookback (a kernel), "at most" = there or earlier (a plan, whose slots state the
   * longest of their inputs).
   */
  readonly warmUp: "exact" | "at most";
  /** Wires everything anew, kernels included: two builds must share nothing. */
  build(): Wiring;
}

export const number = (values: Column): InputColumn => ({ kind: "number", values });
export const code = (values: Column): InputColumn => ({ kind: "code", values });
export const clock = (values: Column): InputColumn => ({ kind: "clock", values });

/**
 * One kernel as a subject. `make` is called for every build and is given the input columns themselves:
 * the laws replace later rows in place, so a kernel that keeps them is found out.
 */
export function kernelSubject<In, Out, S>(
  name: string,
  make: (data: In) => Kernel<In, Out, S>,
  inputs: InputsOf<In>,
  warmUp: Subject["warmUp"] = "exact",
): Subject {
  const ports = inputs as Ports<Input>;
  const data = mapPorts(ports, isInput, (i) => (isColumn(i) ? i.values : i)) as In;
  return {
    name,
    rows: rowsOf(ports),
    inputs: ports,
    warmUp,
    build() {
      const plan = createPlan();
      let k = 0;
      const slots = mapPorts<Input, Slot>(ports, isInput, (i) =>
        isColumn(i) ? plan.input(`in${k++}`) : (plan.events(`in${k++}`, i.fields) as unknown as Slot),
      );
      // biome-ignore lint/suspicious/noExplicitAny: Slots<In> is the same record as `slots`
      const outputs = plan.add(make(data), slots as any) as Ports<Slot>;
      return { plan, inputs: slots, outputs };
    },
  };
}

/** Rows of the input columns. */
function rowsOf(inputs: Ports<Input>): number {
  const column = leaves(inputs, isInput).find(([, i]) => isColumn(i));
  return column === undefined ? 0 : (column[1] as InputColumn).values.length;
}

export const isColumn = (x: Input): x is InputColumn => "kind" in x;

export const isInput = (x: unknown): x is Input =>
  typeof x === "object" &&
  x !== null &&
  (("kind" in x && "values" in x) || ("fields" in x && "rows" in x && "at" in x));

/** Every leaf with its path ("pairs.0.close"), in an order that does not depend on how the record was made. */
export function leaves<T>(ports: Ports<T>, isLeaf: (x: unknown) => x is T, path = ""): [string, T][] {
  if (isLeaf(ports)) return [[path === "" ? "value" : path.slice(1), ports]];
  return Object.keys(ports as object)
    .sort()
    .flatMap((key) => leaves((ports as Record<string, Ports<T>>)[key], isLeaf, `${path}.${key}`));
}

/** Events with the last row of the advance that each came from. */
export interface EventLog {
  readonly table: Events;
  readonly rows: number[];
}

/** Everything that a run put out, by path. */
export interface Outputs {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, Column>;
  readonly events: ReadonlyMap<string, EventLog>;
}

/** One session over a subject, recording. */
export interface Run {
  readonly wiring: Wiring;
  readonly session: Session;
  readonly outputs: Outputs;
  readonly row: number;
  /** Feeds and advances the next `rows` rows (fewer at the end). */
  step(rows: number): void;
  /** The first input whose first `rows` rows differ from what the last step fed. */
  changedInput(): { name: string; row: number; found: number; expected: number } | undefined;
}

export interface RunOptions {
  readonly wiring?: Wiring;
  readonly inputs?: Ports<Input>;
  readonly rows?: number;
  /** The most rows of a step. */
  readonly capacity: number;
  readonly from?: Checkpoint;
  /** Goes on recording here. */
  readonly outputs?: Outputs;
}

export function openRun(subject: Subject, options: RunOptions): Run {
  const wiring = options.wiring ?? subject.build();
  const rows = options.rows ?? subject.rows;
  const capacity = Math.min(options.capacity, Math.max(rows, 1));
  const session = createSession(wiring.plan, { capacity, from: options.from });
  const slots = new Map(leaves(wiring.inputs, isSlot));
  const feeds = leaves(options.inputs ?? subject.inputs, isInput).map(([path, input]) => {
    const slot = slots.get(path);
    if (slot === undefined) {
      throw new FathomError(
        "E_LAW_SUBJECT",
        `laws: ${subject.name} has data for ${path}, and its build() gives no slot for it; return the inputs in the same record`,
        { path },
      );
    }
    return { path, input, slot, event: 0 };
  });
  const outputSlots = leaves(wiring.outputs, isSlot);
  const outputs = options.outputs ?? recorder(wiring.plan, outputSlots, rows);
  let row = session.row;
  let fed = 0;
  return {
    wiring,
    session,
    outputs,
    get row() {
      return row;
    },
    step(wanted) {
      const n = row + wanted > rows ? rows - row : wanted;
      for (const feed of feeds) {
        const { input, slot } = feed;
        if (isColumn(input)) session.get(slot).set(input.values.subarray(row, row + n));
        else {
          const table = session.get(slot as unknown as Slot<Events>) as OwnedEvents;
          feed.event = feedEvents(table, input, feed.event, row, row + n);
        }
      }
      session.advance(n);
      for (const [path, slot] of outputSlots) {
        const column = outputs.columns.get(path);
        if (column !== undefined) {
          const from = session.get(slot);
          for (let i = 0; i < n; i++) column[row + i] = from[i];
        } else log(outputs.events.get(path)!, session.get(slot as unknown as Slot<Events>), row + n - 1);
      }
      fed = n;
      row += n;
    },
    changedInput() {
      for (const { path, input, slot } of feeds) {
        if (!isColumn(input)) continue;
        const found = session.get(slot);
        for (let i = 0; i < fed; i++) {
          const expected = input.values[row - fed + i];
          if (!Object.is(found[i], expected))
            return { name: path, row: row - fed + i, found: found[i], expected };
        }
      }
      return undefined;
    },
  };
}

/** Runs to the end in steps of the given sizes, over and over. */
export function runAll(subject: Subject, sizes: readonly number[], options: Partial<RunOptions> = {}): Run {
  const rows = options.rows ?? subject.rows;
  const run = openRun(subject, { capacity: Math.max(...sizes), ...options });
  for (let k = 0; run.row < rows; k++) run.step(sizes[k % sizes.length]);
  return run;
}

function recorder(plan: Plan, slots: readonly [string, Slot][], rows: number): Outputs {
  const columns = new Map<string, Column>();
  const events = new Map<string, EventLog>();
  for (const [path, slot] of slots) {
    const { fields } = plan.slots[slot.id] as PlanSlot;
    if (fields === undefined) columns.set(path, new Float64Array(rows).fill(Number.NaN));
    else events.set(path, { table: createEvents(fields), rows: [] });
  }
  return { rows, columns, events };
}

function log(to: EventLog, from: Events, row: number): void {
  for (let k = 0; k < from.n; k++) {
    const place = to.table.next();
    for (const f of from.fields) to.table.at[f][place] = from.at[f][k];
    to.rows.push(row);
  }
}

/** Puts the events of rows [from, to) into the table; looks from event k on, returns where to look next. */
export function feedEvents(
  table: OwnedEvents,
  input: InputEvents,
  k: number,
  from: number,
  to: number,
): number {
  table.clear();
  for (; k < input.rows.length && input.rows[k] < to; k++) {
    if (input.rows[k] < from) continue;
    const place = table.next();
    for (const f of input.fields) table.at[f][place] = input.at[f][k];
  }
  return k;
}
