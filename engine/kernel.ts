import type { Events } from "./events.ts";

/** One number per row: a prefix of NaN (not known yet), then finite for ever. */
export type Column = Float64Array;

/** A named place in a plan. It exists only after its writer was added. */
export interface Slot<T extends Column | Events = Column> {
  readonly id: number;
  readonly name: string;
  readonly _?: T;
}

/** The shape of a port record, with slots where the kernel will find memory. */
export type Slots<T> = T extends Column
  ? Slot
  : T extends Events
    ? Slot<T>
    : { readonly [K in keyof T]: Slots<T[K]> };

/** The shape of a port record, with the names the memory will have. */
export type Names<T> = T extends Column
  ? string
  : T extends Events<infer F>
    ? { readonly name: string; readonly fields: readonly F[] }
    : { readonly [K in keyof T]: Names<T[K]> };

/**
 * A resumable computation over columns.
 *
 * `In` and `Out` are records, nested as the kernel likes, of Column and Events. A kernel has local
 * ports and knows no other kernel's names; what it needs of the past it keeps in its state, which is
 * plain data and plain-ArrayBuffer arrays only, so that a structuredClone of it is a checkpoint.
 * The laws that every kernel obeys are in laws.ts.
 */
export interface Kernel<In, Out, State> {
  /** Family: "ema". */
  readonly name: string;
  /** All that changes the result: { n: 12 }. Two kernels of one name and params are one kernel. */
  readonly params: Readonly<Record<string, number | string>>;
  /** Finite input rows before the first finite output. */
  readonly lookback: number;
  readonly writes: Names<Out>;
  init(): State;
  /** Computes rows [0, rows) of `output`; never throws on rows that passed the door. */
  advance(state: State, input: In, output: Out, rows: number): void;
}

/** A kernel of which only the plan needs to know the ports. */
// biome-ignore lint/suspicious/noExplicitAny: the plan keeps kernels of all shapes in one list
export type AnyKernel = Kernel<any, any, any>;
