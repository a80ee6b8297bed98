import { FathomError } from "./errors.ts";
import { createEvents, type Events, type OwnedEvents } from "./events.ts";
import type { Column, Slot } from "./kernel.ts";
import { isSlot, mapPorts, type Plan } from "./plan.ts";

/** Rows of one advance in replay: enough to hide the calls, small enough for the cache. */
export const BLOCK_ROWS = 2048;

/** A plan's state at a row: all that is needed to go on elsewhere. */
export interface Checkpoint {
  readonly plan: string;
  /** Each kernel's name, params and places, to say which one differs. */
  readonly kernels: readonly string[];
  readonly row: number;
  readonly states: readonly unknown[];
}

/** A plan with memory and state. It owns every buffer: callers write inputs, advance, read outputs. */
export interface Session {
  readonly capacity: number;
  /** Rows advanced so far. */
  readonly row: number;
  get<T extends Column | Events>(slot: Slot<T>): T;
  /**
   * Computes the next `rows` rows, which the caller has written to [0, rows) of the inputs. Input Events
   * are empty again afterwards; output Events stand until the next advance.
   * @throws FathomError E_SESSION_ROWS, and E_KERNEL_THREW when a kernel throws: the session is then void.
   */
  advance(rows: number): void;
  checkpoint(): Checkpoint;
}

/** A plan's memory and the calls over it, without state: what a session and `every` are made of. */
export interface Machine {
  readonly memory: readonly (Column | OwnedEvents)[];
  init(): unknown[];
  /** `first` is the number of the first row, for the words of an error. */
  run(states: readonly unknown[], rows: number, first?: number): void;
}

export function createMachine(plan: Plan, capacity: number): Machine {
  const memory = plan.slots.map((slot) =>
    slot.fields === undefined ? new Float64Array(capacity) : createEvents(slot.fields),
  );
  const written = plan.slots.filter((s) => s.fields !== undefined && !s.isInput).map((s) => s.id);
  const steps = plan.nodes.map(({ kernel, input, output }) => ({
    kernel,
    input: mapPorts(input, isSlot, (slot) => memory[slot.id]),
    output: mapPorts(output, isSlot, (slot) => memory[slot.id]),
  }));
  return {
    memory,
    init: () => steps.map((s) => s.kernel.init()),
    run(states, rows, first = 0) {
      for (const id of written) (memory[id] as OwnedEvents).clear();
      let k = 0;
      try {
        for (; k < steps.length; k++) {
          const s = steps[k];
          s.kernel.advance(states[k], s.input, s.output, rows);
        }
      } catch (error) {
        throw thrown(plan, k, error, first, rows);
      }
    },
  };
}

/** An error inside a kernel, with the kernel's name and the columns that it writes (they name the pair). */
function thrown(plan: Plan, k: number, error: unknown, first: number, rows: number): FathomError {
  const { kernel, output } = plan.nodes[k];
  const columns: string[] = [];
  mapPorts(output, isSlot, (slot) => columns.push(slot.name));
  const reason = error instanceof Error ? error.message : String(error);
  return new FathomError(
    "E_KERNEL_THREW",
    `kernel ${kernel.name}: threw "${reason}" while it computed ${columns.join(", ")} in rows ${first} to ${first + rows - 1}, expected a number for every row; correct its advance`,
    { kernel: kernel.name, columns, first, rows, cause: error },
  );
}

export interface SessionOptions {
  /** The most rows of one advance. */
  readonly capacity?: number;
  /** Goes on from here instead of from the first row. */
  readonly from?: Checkpoint;
}

/**
 * Opens a plan. With `from` it goes on where the checkpoint was taken.
 * @throws FathomError E_CHECKPOINT_PLAN when the checkpoint was taken under another plan; it names
 * the first kernel that differs.
 */
export function createSession(plan: Plan, options: SessionOptions = {}): Session {
  const capacity = options.capacity ?? BLOCK_ROWS;
  const machine = createMachine(plan, capacity);
  const { from } = options;
  if (from !== undefined) checkSamePlan(plan, from);
  const states = from === undefined ? machine.init() : [...structuredClone(from.states)];
  let row = from?.row ?? 0;
  const given = plan.slots.filter((s) => s.fields !== undefined && s.isInput).map((s) => s.id);
  return {
    capacity,
    get row() {
      return row;
    },
    get: <T extends Column | Events>(slot: Slot<T>) => machine.memory[slot.id] as unknown as T,
    advance(rows) {
      if (!(Number.isInteger(rows) && rows >= 0 && rows <= capacity)) {
        throw new FathomError(
          "E_SESSION_ROWS",
          `session: an advance takes 0 to ${capacity} rows, found ${rows}; advance in blocks`,
        );
      }
      machine.run(states, rows, row);
      for (const id of given) (machine.memory[id] as OwnedEvents).clear();
      row += rows;
    },
    checkpoint: () => ({
      plan: plan.hash,
      kernels: plan.nodes.map((n) => n.key),
      row,
      states: structuredClone(states),
    }),
  };
}

/** @throws FathomError E_CHECKPOINT_PLAN where `from` was taken under another plan. */
export function checkSamePlan(plan: Plan, from: Pick<Checkpoint, "plan" | "kernels">): void {
  if (plan.hash === from.plan) return;
  const here = plan.nodes.map((n) => n.key);
  const n = Math.max(here.length, from.kernels.length);
  let k = 0;
  while (k < n && here[k] === from.kernels[k]) k++;
  const difference =
    k < n
      ? `kernel ${k} is the first that differs, ${whereDiffer(from.kernels[k] ?? "nothing", here[k] ?? "nothing")}`
      : "the kernels are the same, the names or the order of the inputs differ";
  throw new FathomError(
    "E_CHECKPOINT_PLAN",
    `checkpoint: taken under another plan; ${difference}. Open it with the config it was taken under; a paper run can carry its portfolio over to another (fathom paper --carry-over)`,
    { kernel: k, found: from.kernels[k], expected: here[k] },
  );
}

/** Both texts around their first difference: a kernel's key may hold a whole config. */
function whereDiffer(found: string, expected: string): string {
  let i = 0;
  while (i < found.length && found[i] === expected[i]) i++;
  const shown = (text: string) =>
    text.length <= 160
      ? text
      : `${text.slice(0, 20)}...${text.slice(i < 70 ? 20 : i - 50, Math.max(20, i + 50))}...`;
  return `found ${shown(found)}, expected ${shown(expected)}`;
}
