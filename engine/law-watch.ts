import type { Events } from "./events.ts";
import type { AnyKernel, Column } from "./kernel.ts";
import { firstDifference } from "./law-garbage.ts";
import { leaves } from "./law-run.ts";
import { isSlot, type Plan, type PlanNode, type Ports } from "./plan.ts";

/** A number that a kernel wrote into what it may only read. */
export interface Overwritten {
  /** Kernel, and the slot that it reads: "cheat, which reads ETH.regime". */
  readonly output: string;
  /** Row of the advance. */
  readonly row: number;
  readonly found: number | string;
  readonly expected: number | string;
}

/**
 * The same plan with kernels that are watched: `onOverwritten` hears of every advance that changed a column or a table
 * which the kernel only reads. Copies all inputs of every advance: for short stretches of rows. Inside of
 * `every` nothing is watched.
 */
export function watched(plan: Plan, onOverwritten: (found: Overwritten) => void): Plan {
  return {
    ...plan,
    nodes: plan.nodes.map((node) => ({ ...node, kernel: watchedKernel(node, onOverwritten) })),
  };
}

type Memory = Column | Events;

const isMemory = (x: unknown): x is Memory =>
  x instanceof Float64Array || (typeof x === "object" && x !== null && "fields" in x && "at" in x);

function watchedKernel({ kernel, input }: PlanNode, onOverwritten: (found: Overwritten) => void): AnyKernel {
  const slots = leaves(input, isSlot).map(([, slot]) => slot.name);
  const { name, params, lookback, writes } = kernel;
  return {
    name,
    params,
    lookback,
    writes,
    init: () => kernel.init(),
    advance(state: unknown, read: unknown, written: unknown, rows: number) {
      const columns = leaves(read as Ports<Memory>, isMemory).flatMap(([, x], k) =>
        columnsOf(x, slots[k], rows),
      );
      const before = columns.map(({ values, n }) => values.slice(0, n));
      kernel.advance(state, read, written, rows);
      for (const [k, { slot, values, n }] of columns.entries()) {
        const row = firstDifference(values, before[k], 0, n);
        if (row < 0) continue;
        const output = `${name}, which reads ${slot}`;
        onOverwritten({ output, row, found: values[row], expected: before[k][row] });
      }
    },
  };
}

/** The columns of what a slot holds: itself, or a table's fields. */
function columnsOf(x: Memory, slot: string, rows: number) {
  if (x instanceof Float64Array) return [{ slot, values: x, n: rows }];
  return x.fields.map((field) => ({ slot: `${slot}.${field}`, values: x.at[field], n: x.n }));
}
