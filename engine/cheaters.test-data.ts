import type { Events } from "./events.ts";
import type { Column, Kernel } from "./kernel.ts";
import { createInputs } from "./law-inputs.ts";
import { type InputsOf, kernelSubject, number, type Subject } from "./law-run.ts";
import type { LawName } from "./laws.ts";

type In = { x: Column };
type Out = { y: Column };
type Make = (data: In) => Kernel<In, Out, { sum: number; count: number }>;

/** A kernel that breaks a law, and the law that must say so. */
export interface Cheater {
  readonly name: string;
  readonly law: LawName;
  readonly subject: Subject;
}

const ROWS = 300;
const prices = () => ({ x: createInputs(ROWS, 5, "usual").price() });

function kernel(
  advance: (s: { sum: number; count: number }, x: Column, y: Column, rows: number) => void,
  more: { lookback?: number; params?: Record<string, number> } = {},
): Kernel<In, Out, { sum: number; count: number }> {
  return {
    name: "cheater",
    params: more.params ?? {},
    lookback: more.lookback ?? 0,
    writes: { y: "y" },
    init: () => ({ sum: 0.1 - 0.1, count: 0 }),
    advance: (s, { x }, { y }, rows) => advance(s, x, y, rows),
  };
}

const cheat = (name: string, law: LawName, make: Make, inputs: InputsOf<In> = prices()): Cheater => ({
  name,
  law,
  subject: kernelSubject<In, Out, { sum: number; count: number }>(name, make, inputs),
});

/** Running sum of x: lawful, the shape that the cheaters bend. */
export const runningSum: Make = () =>
  kernel((s, x, y, rows) => {
    for (let i = 0; i < rows; i++) {
      if (x[i] === x[i]) s.sum += x[i];
      y[i] = x[i] === x[i] ? s.sum : Number.NaN;
    }
  });

/** Every NaN-safe row by itself. */
const each = (f: (s: { sum: number; count: number }, v: number) => number) =>
  kernel((s, x, y, rows) => {
    for (let i = 0; i < rows; i++) y[i] = x[i] === x[i] ? f(s, x[i]) : Number.NaN;
  });

const mean = (x: Column) => x.reduce((a, b) => a + b, 0) / x.length;
const captured = prices();

/** Takes x two steps of every three: what it may not keep outside its state is the step. */
let everywhere = 0;

export const CHEATERS: readonly Cheater[] = [
  cheat("captured array: the next close of data it was made with", "no look-ahead", (data) =>
    each((s) => data.x[s.count + 1 < ROWS ? ++s.count : ROWS - 1]),
  ),
  cheat(
    "captured array: the same through a variable of the module",
    "no look-ahead",
    () => each((s) => captured.x.values[s.count + 1 < ROWS ? ++s.count : ROWS - 1]),
    captured,
  ),
  cheat("captured array: a hundred rows ahead", "no look-ahead", (data) =>
    each((s) => data.x[s.count + 100 < ROWS ? s.count++ + 100 : ROWS - 1]),
  ),
  cheat("in-block peek at the next row", "no look-ahead", () =>
    kernel((_, x, y, rows) => {
      for (let i = 0; i < rows; i++) y[i] = i + 1 < rows ? x[i + 1] : x[i];
    }),
  ),
  cheat("in-block peek at the block's last row", "chunk invariance", () =>
    kernel((_, x, y, rows) => {
      for (let i = 0; i < rows; i++) y[i] = x[i] - x[rows - 1];
    }),
  ),
  cheat("peek behind the block's end, at what the buffer held before", "chunk invariance", () =>
    kernel((_, x, y, rows) => {
      for (let i = 0; i < rows; i++) y[i] = x[i] === x[i] ? x[i] + (x[i + 1] > 0 ? 1 : 0) : Number.NaN;
    }),
  ),
  cheat("whole-sample mean, taken when it is made", "no look-ahead", (data) => {
    const m = mean(data.x);
    return each((_, v) => v - m);
  }),
  cheat("whole-sample mean, kept in the state", "no look-ahead", (data) => ({
    ...each((s, v) => v - s.sum),
    init: () => ({ sum: mean(data.x), count: 0 }),
  })),
  cheat("whole-sample mean, declared in the params", "no look-ahead", (data) => {
    const m = mean(data.x);
    return { ...each((_, v) => v - m), params: { m } };
  }),
  cheat("mean of the block", "chunk invariance", () =>
    kernel((_, x, y, rows) => {
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += x[i];
      for (let i = 0; i < rows; i++) y[i] = x[i] - sum / rows;
    }),
  ),
  cheat("state kept in a closure", "checkpoint", () => {
    let sum = 0;
    return each((_, v) => (sum += v));
  }),
  cheat("state kept in a closure, shared by the sessions of a plan", "purity", () => {
    let sum = 0;
    return each((_, v) => (sum += v));
  }),
  cheat("state kept in the module", "purity", () => each((_, v) => v + (everywhere++ & 1))),
  cheat("state with a function", "checkpoint", () => ({
    ...each((_, v) => v),
    init: () => ({ sum: 0.5, count: 0, next: () => 1 }),
  })),
  cheat("state with a Map", "checkpoint", () => ({
    ...each((_, v) => v),
    init: () => ({ sum: 0.5, count: 0, seen: new Map() }),
  })),
  cheat("state in shared memory", "checkpoint", () => ({
    ...each((_, v) => v),
    init: () => ({ sum: 0.5, count: 0, ring: new Float64Array(new SharedArrayBuffer(8)) }),
  })),
  cheat("repainting: sets the row before to what came next", "chunk invariance", () =>
    kernel((_, x, y, rows) => {
      for (let i = 0; i < rows; i++) {
        y[i] = x[i];
        if (i > 0 && x[i] < x[i - 1]) y[i - 1] = x[i];
      }
    }),
  ),
  cheat("repainting: moves a pivot within the block", "no look-ahead", () =>
    kernel((_, x, y, rows) => {
      for (let i = 0; i < rows; i++) {
        y[i] = 0;
        if (i > 1 && x[i - 1] > x[i] && x[i - 1] > x[i - 2]) y[i - 1] = 1;
      }
    }),
  ),
  cheat("writes to its input", "purity", () =>
    kernel((_, x, y, rows) => {
      for (let i = 0; i < rows; i++) y[i] = x[i] *= 2;
    }),
  ),
  cheat("writes to the data it was made with", "purity", (data) =>
    each((s, v) => {
      data.x[s.count++] += 1;
      return v;
    }),
  ),
  cheat("a NaN behind finite rows", "totality", () => each((s, v) => (s.count++ === 50 ? Number.NaN : v))),
  cheat("an infinite output", "totality", () => each((_, v) => 1 / (v > 0 ? 0 : 1))),
  cheat("0/0 where a price stands still", "totality", () =>
    each((s, v) => {
      const d = v - s.sum;
      s.sum = v;
      return d / Math.abs(d);
    }),
  ),
  cheat("throws far from usual prices", "totality", () =>
    each((_, v) => {
      if (v > 1e6) throw new RangeError("too dear");
      return v;
    }),
  ),
  cheat("finite before its lookback", "warm-up", () => ({ ...each((_, v) => v), lookback: 3 })),
  cheat("not finite at its lookback", "warm-up", () => each((s, v) => (s.count++ < 3 ? Number.NaN : v))),
  cheat("counts rows instead of finite rows", "warm-up", () =>
    kernel((s, x, y, rows) => {
      for (let i = 0; i < rows; i++) y[i] = s.count++ % 10 < 5 ? x[i] : -x[i];
    }),
  ),
  cheat("fills unknown rows with 0", "warm-up", () =>
    kernel((_, x, y, rows) => {
      for (let i = 0; i < rows; i++) y[i] = x[i] === x[i] ? x[i] : 0;
    }),
  ),
];

type EventOut = { alarms: Events<"row" | "x"> };
type EventKernel = Kernel<In, EventOut, { row: number; before: number }>;

/** An alarm on every fall below the row before; `early` looks at the row after where the block has it. */
function alarms(early: boolean): EventKernel {
  return {
    name: "alarms",
    params: {},
    lookback: 0,
    writes: { alarms: { name: "alarms", fields: ["row", "x"] } },
    init: () => ({ row: 0, before: 0.1 }),
    advance(s, { x }, { alarms }, rows) {
      for (let i = 0; i < rows; i++) {
        const v = x[i];
        if (v !== v) continue;
        const isFall = s.row > 0 && v < s.before;
        if (isFall && !(early && i + 1 < rows && x[i + 1] < v)) {
          const k = alarms.next();
          alarms.at.row[k] = s.row;
          alarms.at.x[k] = v;
        }
        s.before = v;
        s.row++;
      }
    },
  };
}

const onEvents = (name: string, make: () => EventKernel): Subject =>
  kernelSubject<In, EventOut, { row: number; before: number }>(name, make, prices());

/** Lawful kernels that put out and take in events. */
export const HONEST_EVENTS: readonly Subject[] = [onEvents("alarms", () => alarms(false)), eventReader()];

export const EVENT_CHEATERS: readonly Cheater[] = [
  {
    name: "skips an alarm that the next row repeats",
    law: "chunk invariance",
    subject: onEvents("early", () => alarms(true)),
  },
  {
    name: "the same, seen as look-ahead",
    law: "no look-ahead",
    subject: onEvents("early", () => alarms(true)),
  },
  {
    name: "numbers its events outside its state",
    law: "checkpoint",
    subject: onEvents("numbered", () => {
      let n = 0;
      const honest = alarms(false);
      return {
        ...honest,
        advance(s, input, out, rows) {
          honest.advance(s, input, out, rows);
          for (let k = 0; k < out.alarms.n; k++) out.alarms.at.x[k] = n++;
        },
      };
    }),
  },
];

/** Adds up deposits, an Events input whose rows name the row of the advance's data they belong to. */
function eventReader(): Subject {
  type Deposits = { x: Column; deposits: Events<"at" | "amount"> };
  const rows = Array.from({ length: 60 }, (_, k) => 5 * k + (k % 3));
  const at = { at: rows, amount: rows.map((row) => row / 7) };
  const count = Float64Array.from({ length: ROWS }, (_, i) => i);
  return kernelSubject<Deposits, Out, { sum: number }>(
    "deposits",
    () => ({
      name: "deposits",
      params: {},
      lookback: 0,
      writes: { y: "y" },
      init: () => ({ sum: 0.1 - 0.1 }),
      advance(s, { x, deposits }, { y }, n) {
        let k = 0;
        for (let i = 0; i < n; i++) {
          for (; k < deposits.n && deposits.at.at[k] <= x[i]; k++) s.sum += deposits.at.amount[k];
          y[i] = x[i] === x[i] ? s.sum : Number.NaN;
        }
      },
    }),
    { x: number(count), deposits: { fields: ["at", "amount"], rows, at } },
  );
}
