import { FathomError } from "./errors.ts";
import type { Column, Kernel, Slot, Slots } from "./kernel.ts";
import { BAR_FIELDS, type BarColumns } from "./market/bars.ts";
import { findCloses, noPartials, PARTIAL, rollUp } from "./market/roll-up.ts";
import { createPlan, isSlot, mapPorts, type Plan, type Ports } from "./plan.ts";
import { createMachine } from "./session.ts";

/** What the inner plan is built on: the long bars, and the extra columns as they stood at each close. */
export interface EverySlots {
  /** Close of each long bar, ms UTC. */
  readonly time: Slot;
  readonly pairs: readonly Slots<BarColumns>[];
  readonly extra: Readonly<Record<string, Slot>>;
}

export interface EveryInput {
  /** Close of each row, ms UTC. */
  readonly time: Column;
  readonly pairs: readonly BarColumns[];
  /** One column for each name in `extra`. */
  readonly extra: Readonly<Record<string, Column>>;
}

/** The record that `build` returned, with columns where it has slots. */
export type Held<Built> = Built extends Slot ? Column : { readonly [K in keyof Built]: Held<Built[K]> };

export type EveryState = {
  /** The long bars that have not closed yet. */
  readonly partial: Float64Array;
  /** Outputs as of the last long close. */
  readonly held: Float64Array;
  readonly inner: unknown[];
};

export interface EveryShape {
  /** Length of the rows' own bars, ms; divides `ms`. */
  readonly interval: number;
  /** How many pairs. */
  readonly pairs: number;
  /** Names of further columns that are sampled at each long close, such as an outside index. */
  readonly extra?: readonly string[];
}

/** Long bars that the inner plan takes at a time. */
const INNER_ROWS = 512;

/**
 * A longer clock as one ordinary kernel. It rolls the rows' bars up to bars of `ms`, which close where
 * `time` is a whole multiple of `ms` (UTC), advances the plan that `build` wires on them, and holds its
 * outputs until the next close; the row that closes a long bar already sees it.
 *
 * Outputs are the slots that `build` returns, in the same record. `lookback` is the largest of theirs,
 * counted in rows from a first row that may stand anywhere in its long bar: (L + 1) * ms / interval - 1.
 * It is an upper bound, met when the first row opens a long bar: where the first row lies in UTC decides,
 * not how many NaN rows stand before it, so leading rows still shift outputs and change nothing else.
 * @throws FathomError E_EVERY_INTERVAL when `ms` is not a whole multiple of the rows' interval.
 */
export function every<Built extends Ports<Slot>>(
  ms: number,
  shape: EveryShape,
  build: (plan: Plan, slots: EverySlots) => Built,
): Kernel<EveryInput, Held<Built>, EveryState> {
  const { interval, pairs, extra = [] } = shape;
  if (!(interval >= 1 && Number.isInteger(interval) && Number.isInteger(ms / interval))) {
    throw new FathomError(
      "E_EVERY_INTERVAL",
      `every: found ${ms} ms over bars of ${interval} ms, expected a whole multiple of them; choose a longer interval that they divide`,
      { ms, interval },
    );
  }
  const plan = createPlan();
  const slots: EverySlots = {
    time: plan.input("time"),
    pairs: Array.from(
      { length: pairs },
      (_, p) => Object.fromEntries(BAR_FIELDS.map((f) => [f, plan.input(`${f}${p}`)])) as Slots<BarColumns>,
    ),
    extra: Object.fromEntries(extra.map((name) => [name, plan.input(`extra.${name}`)])),
  };
  const built: Ports<Slot> = build(plan, slots);
  const outputs: Slot[] = [];
  const taken = new Map<string, number>();
  const writes = mapPorts(built, isSlot, (slot) => {
    outputs.push(slot);
    const uses = (taken.get(slot.name) ?? 0) + 1;
    taken.set(slot.name, uses);
    return uses === 1 ? slot.name : `${slot.name}#${uses}`;
  });
  let longest = 0;
  for (const slot of outputs) longest = Math.max(longest, plan.lookback(slot));

  const read = new Set([...plan.nodes.flatMap((n) => n.inputIds), ...outputs.map((slot) => slot.id)]);
  const reads = slots.pairs.map((pair) => read.has(pair.high.id) || read.has(pair.low.id));

  const machine = createMachine(plan, INNER_ROWS);
  const memory = (slot: Slot) => machine.memory[slot.id] as Column;
  const innerTime = memory(slots.time);
  const innerBars = slots.pairs.map(
    (pair) => Object.fromEntries(BAR_FIELDS.map((f) => [f, memory(pair[f])])) as BarColumns,
  );
  const innerExtra = extra.map((name) => memory(slots.extra[name]));
  const results = outputs.map(memory);
  const closes = new Int32Array(INNER_ROWS);
  // the columns of the record that came last: a session always passes the same one
  let record: unknown;
  let columns: Column[] = [];

  return {
    name: "every",
    params: {
      ms,
      interval,
      pairs,
      extra: extra.join(),
      plan: plan.hash,
      outputs: JSON.stringify(mapPorts(built, isSlot, (slot) => slot.id)),
    },
    lookback: ((longest + 1) * ms) / interval - 1,
    writes: writes as never,
    init: () => ({
      partial: noPartials(pairs),
      held: new Float64Array(outputs.length).fill(Number.NaN),
      inner: machine.init(),
    }),
    advance(s, input, output: unknown, rows) {
      const { time } = input;
      if (record !== output) columns = flatten(output, []);
      record = output;
      const sampled = extra.map((name) => input.extra[name]);
      let from = 0;
      while (from < rows) {
        const n = findCloses(time, from, rows, ms, closes);
        const to = n === INNER_ROWS ? closes[n - 1] + 1 : rows;
        for (let p = 0; p < pairs; p++) {
          rollUp(input.pairs[p], from, to, closes, n, s.partial, PARTIAL * p, innerBars[p], reads[p]);
        }
        if (n > 0) {
          sample(time, closes, n, innerTime);
          for (let e = 0; e < sampled.length; e++) sample(sampled[e], closes, n, innerExtra[e]);
          machine.run(s.inner, n);
        }
        for (let k = 0; k < columns.length; k++) {
          s.held[k] = hold(columns[k], from, to, closes, n, results[k], s.held[k]);
        }
        from = to;
      }
    },
  };
}

function sample(x: Column, at: Int32Array, n: number, to: Column): void {
  for (let k = 0; k < n; k++) to[k] = x[at[k]];
}

/** Fills rows [from, to) with the value of the last long close at or before each; returns the last. */
function hold(
  y: Column,
  from: number,
  to: number,
  closes: Int32Array,
  n: number,
  values: Column,
  held: number,
): number {
  let i = from;
  for (let k = 0; k < n; k++) {
    for (const end = closes[k]; i < end; i++) y[i] = held;
    held = values[k];
  }
  for (; i < to; i++) y[i] = held;
  return held;
}

/** The columns of a record, in the order in which mapPorts meets its leaves. */
function flatten(ports: unknown, to: Column[]): Column[] {
  if (ports instanceof Float64Array) to.push(ports);
  else for (const key in ports as object) flatten((ports as Record<string, unknown>)[key], to);
  return to;
}
