import { digest } from "./digest.ts";
import { FathomError } from "./errors.ts";
import type { Events } from "./events.ts";
import type { AnyKernel, Kernel, Slot, Slots } from "./kernel.ts";

/** A port record whose leaves are of one type. */
export type Ports<Leaf> = Leaf | { readonly [key: string]: Ports<Leaf> } | readonly Ports<Leaf>[];

/** One kernel in its place: where it reads, where it writes. */
export interface PlanNode {
  readonly kernel: AnyKernel;
  readonly input: Ports<Slot>;
  readonly output: Ports<Slot>;
  /** Slots that it reads. */
  readonly inputIds: readonly number[];
  /** Name, params and places: what makes two nodes the same. */
  readonly key: string;
}

export interface PlanSlot extends Slot {
  /** Fields of an Events slot; none for a column. */
  readonly fields?: readonly string[];
  /** Finite input rows before this column's first finite row. */
  readonly lookback: number;
  readonly isInput: boolean;
}

/** Typed wiring, in order of adding. The same kernel (name, params) on the same slots is made once. */
export interface Plan {
  /** sha256 over every kernel's name, params and places. */
  readonly hash: string;
  readonly nodes: readonly PlanNode[];
  readonly slots: readonly PlanSlot[];
  input(name: string): Slot;
  events<F extends string>(name: string, fields: readonly F[]): Slot<Events<F>>;
  /** Adds a kernel; its slots are named `at.name`, or `name` without `at`. */
  add<In, Out, S>(kernel: Kernel<In, Out, S>, input: Slots<In>, at?: string): Slots<Out>;
  /** Finite rows of the inputs before the first finite row of `slot`. */
  lookback(slot: Slot): number;
}

export function createPlan(): Plan {
  const slots: PlanSlot[] = [];
  const names = new Set<string>();
  const nodes: PlanNode[] = [];
  const byKey = new Map<string, PlanNode>();

  function newSlot(name: string, lookback: number, isInput: boolean, fields?: readonly string[]) {
    if (names.has(name)) {
      throw new FathomError(
        "E_PLAN_NAME",
        `plan: the name ${name} is taken; give the kernel another place, as in plan.add(kernel, input, "BTC")`,
        { name },
      );
    }
    names.add(name);
    const slot: PlanSlot = { id: slots.length, name, lookback, isInput, fields };
    slots.push(slot);
    return slot;
  }

  function own(slot: Slot): PlanSlot {
    if (slots[slot.id] !== slot) {
      throw new FathomError("E_PLAN_SLOT", `plan: the slot ${slot.name} belongs to another plan`);
    }
    return slots[slot.id];
  }

  const plan: Plan = {
    nodes,
    slots,
    get hash() {
      const inputs = slots.filter((s) => s.isInput).map((s) => [s.id, s.name, s.fields ?? null]);
      return digest(JSON.stringify([inputs, nodes.map((n) => n.key)]));
    },
    input: (name) => newSlot(name, 0, true),
    events: <F extends string>(name: string, fields: readonly F[]) =>
      newSlot(name, 0, true, fields) as Slot<Events<F>>,
    lookback: (slot) => own(slot).lookback,
    add<In, Out, S>(kernel: Kernel<In, Out, S>, input: Slots<In>, at?: string): Slots<Out> {
      const ids: number[] = [];
      let before = 0;
      mapPorts(input as Ports<Slot>, isSlot, (slot) => {
        before = Math.max(before, own(slot).lookback);
        ids.push(slot.id);
        return slot.id;
      });
      const key = JSON.stringify([
        kernel.name,
        identity(kernel.params),
        kernel.lookback,
        places(input as Ports<Slot>),
      ]);
      const twin = byKey.get(key);
      if (twin !== undefined) {
        if (String(twin.kernel.advance) !== String(kernel.advance)) {
          throw new FathomError(
            "E_PLAN_TWIN",
            `plan: two different kernels are called ${kernel.name} with the params ${JSON.stringify(kernel.params)}; give one another name, or put what differs into params`,
          );
        }
        return twin.output as Slots<Out>;
      }
      const prefix = at === undefined ? "" : `${at}.`;
      const output = mapPorts(kernel.writes as Ports<WriteName>, isWriteName, (name) =>
        typeof name === "string"
          ? newSlot(prefix + name, before + kernel.lookback, false)
          : newSlot(prefix + name.name, 0, false, name.fields),
      );
      const node: PlanNode = { kernel, input: input as Ports<Slot>, output, inputIds: ids, key };
      nodes.push(node);
      byKey.set(key, node);
      return output as Slots<Out>;
    },
  };
  return plan;
}

type WriteName = string | { readonly name: string; readonly fields: readonly string[] };

const isWriteName = (x: unknown): x is WriteName =>
  typeof x === "string" || (typeof x === "object" && x !== null && "fields" in x && Array.isArray(x.fields));

export const isSlot = (x: unknown): x is Slot =>
  typeof x === "object" && x !== null && "id" in x && typeof x.id === "number" && "name" in x;

/** The same nested record with every leaf replaced. */
export function mapPorts<A, B>(ports: Ports<A>, isLeaf: (x: unknown) => x is A, f: (leaf: A) => B): Ports<B> {
  if (isLeaf(ports)) return f(ports);
  if (Array.isArray(ports)) return ports.map((p) => mapPorts(p, isLeaf, f));
  return Object.fromEntries(
    Object.entries(ports as Record<string, Ports<A>>).map(([k, p]) => [k, mapPorts(p, isLeaf, f)]),
  );
}

type Places = number | readonly Places[] | readonly (readonly [string, Places])[];

/** Which port reads which slot, whatever the order in which the record was written. */
function places(ports: Ports<Slot>): Places {
  if (isSlot(ports)) return ports.id;
  if (Array.isArray(ports)) return ports.map(places);
  return byName(ports as Record<string, Ports<Slot>>).map(([name, p]) => [name, places(p)] as const);
}

/** Params by name; JSON has no word for Infinity and NaN, so they stand as text in a list. */
function identity(params: Readonly<Record<string, number | string>>) {
  return byName(params).map(([k, v]) => [k, Number.isFinite(v) || typeof v === "string" ? v : [String(v)]]);
}

function byName<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
