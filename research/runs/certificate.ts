import type { Events } from "../../engine/events.ts";
import type { Column, Slot } from "../../engine/kernel.ts";
import {
  clock,
  type EventLog,
  type Input,
  leaves,
  number,
  type Outputs,
  type Wiring,
} from "../../engine/law-run.ts";
import { type LawSample, sampleLaws } from "../../engine/law-sample.ts";
import { type SampledSubject, WINDOW_ROWS } from "../../engine/law-windows.ts";
import { describeViolation, type LawName } from "../../engine/laws.ts";
import type { Panel } from "../../engine/market/bars.ts";
import type { Ports } from "../../engine/plan.ts";
import type { Replay } from "../../engine/replay.ts";
import type { System } from "../../engine/system.ts";

/** What one law was put to. */
export interface LawRecord {
  readonly law: LawName;
  /** Runs of the system that were made for it, and numbers that were compared bit for bit. */
  readonly trials: number;
  readonly compared: number;
  /** The first violation as one sentence, or null. */
  readonly violation: string | null;
}

/** certificate.json: the laws over the run's own system on its own data. The same for the same run. */
export interface Certificate {
  readonly verdict: "passed" | "failed";
  readonly rows: number;
  /** Stretches of rows that were looked at closely, and the seed that chose them. */
  readonly windows: number;
  readonly seed: number;
  readonly laws: readonly LawRecord[];
  /** What no trial of this kind can see, as sentences. */
  readonly blind: readonly string[];
}

export interface CertifyOptions {
  /** Wires the run's system anew, strategies included; called some fifty times. */
  build(): System;
  /** What the run was fed: its arrays are changed meanwhile, and as they were afterwards. */
  readonly panel: Panel;
  readonly replay: Replay;
  /** Chooses the windows and the rows that stand in place of later ones; 1 by default. */
  readonly seed?: number;
  onProgress?(done: number, of: number): void;
}

/**
 * Puts the laws of engine/laws.ts to a finished run: its own system, its own bars, against what it kept.
 * Costs about as much as the run. Never throws for what the system does: that is a violation.
 */
export function certify({ build, panel, replay, seed = 1, onProgress }: CertifyOptions): Certificate {
  let lookback = 0;
  const remember = () => {
    const system = build();
    lookback = system.lookback;
    return system;
  };
  const rows = panel.time.length;
  const subject = subjectOf({ build: remember, panel, replay });
  const sample = sampleLaws(subject, { seed, onProgress });
  const laws = sample.laws.map(
    ({ violation, ...law }): LawRecord => ({
      ...law,
      violation: violation === null ? null : describeViolation(violation),
    }),
  );
  return {
    verdict: laws.some((l) => l.violation !== null) ? "failed" : "passed",
    rows,
    windows: sample.windows,
    seed,
    laws,
    blind: blindSpots(sample, rows, lookback),
  };
}

/** A finished run as the laws take it: what went in, what was kept, and how it is wired. */
function subjectOf({ build, panel, replay }: Omit<CertifyOptions, "seed">): SampledSubject {
  return {
    name: "system",
    rows: panel.time.length,
    warmUp: "at most",
    inputs: inputsOf(panel),
    expected: keptBy(replay),
    build: () => wiringOf(build()),
  };
}

/** The panel's own arrays: what a strategy captured is what the laws replace. */
function inputsOf({ time, pairs, outside }: Panel): Ports<Input> {
  return {
    time: clock(time),
    pairs: pairs.map(({ open, high, low, close, volume }) => ({
      open: number(open),
      high: number(high),
      low: number(low),
      close: number(close),
      volume: number(volume),
    })),
    ...(outside && { outside: { value: number(outside.value), age: number(outside.age) } }),
  };
}

/** A record in the shape of what a replay keeps, its keys named as in columns.parquet. */
function kept<T>(of: {
  symbols: readonly string[];
  strategies: readonly string[];
  rows: Readonly<Record<(typeof ROW_NAMES)[number], T>>;
  indexAge: T | undefined;
  pnl: readonly T[];
  pairs: readonly {
    readonly target: T;
    readonly owner: T;
    readonly quantity: T;
    readonly score: T | undefined;
  }[];
}): Record<string, Ports<T>> {
  const { symbols, strategies, rows, indexAge, pnl, pairs } = of;
  return {
    ...Object.fromEntries(ROW_NAMES.map((name) => [name, rows[name]])),
    ...(indexAge === undefined ? {} : { indexAge }),
    pnl: Object.fromEntries(pnl.map((x, s) => [strategies[s], x])),
    ...Object.fromEntries(
      pairs.map(({ target, owner, quantity, score }, p) => [
        symbols[p],
        { target, owner, quantity, ...(score && { score }) },
      ]),
    ),
  } as Record<string, Ports<T>>;
}

const ROW_NAMES = [
  "equity",
  "cash",
  "held",
  "drawdown",
  "halted",
  "regime",
  "confidence",
  "recovery",
  "index",
  "first",
  "second",
  "share",
] as const;
const TABLES = ["orders", "fills", "cancels", "refusals"] as const;

function wiringOf({ plan, inputs, signals, portfolio, traded, strategies }: System): Wiring {
  const outputs = kept<Slot>({
    symbols: traded,
    strategies,
    rows: { ...signals, ...portfolio },
    indexAge: signals.outsideAge[0],
    pnl: portfolio.pnl,
    pairs: signals.pairs.map((pair, p) => ({ ...pair, ...portfolio.pairs[p], score: pair.score[0] })),
  });
  const tables = Object.fromEntries(TABLES.map((name) => [name, portfolio[name] as unknown as Slot]));
  const { time, pairs, outside } = inputs;
  return {
    plan,
    inputs: { time, pairs, ...(outside && { outside }) } as Ports<Slot>,
    outputs: { ...outputs, ...tables },
  };
}

function keptBy(replay: Replay): Outputs {
  const { columns, symbols, strategies, panel } = replay;
  const { pnl, indexAge } = columns;
  const pairs = columns.pairs.map((pair) => ({ ...pair, score: pair.score }));
  const record = kept<Column>({ symbols, strategies, rows: columns, indexAge, pnl, pairs });
  const isColumn = (x: unknown): x is Column => x instanceof Float64Array;
  const log = (table: Events<"time">): EventLog => ({
    table,
    rows: Array.from(table.at.time.subarray(0, table.n), (time) => rowAt(panel, time)),
  });
  return {
    rows: panel.time.length,
    columns: new Map(leaves<Column>(record, isColumn)),
    events: new Map(TABLES.map((name) => [name, log(replay[name] as unknown as Events<"time">)])),
  };
}

/** The row that closes at a time or next after it. */
function rowAt({ time, interval }: Panel, ms: number): number {
  const row = Math.ceil((ms - time[0]) / interval);
  return Math.min(Math.max(row, 0), time.length - 1);
}

function blindSpots({ windows, firstRows }: LawSample, rows: number, lookback: number): string[] {
  const short = firstRows < rows && firstRows <= lookback;
  return [
    "What a strategy reads or computes before the system is wired (a file, a service, numbers made at the top of its module) stays as it is in every trial: a future that is in there is not found.",
    "What a strategy's module remembers from one pass to the next serves every trial: that is found where a process of its own begins without it and goes in other steps, by `fathom verify` and `fathom parity`.",
    "Settings, thresholds and models chosen by looking at the same period pass: the trials change rows, not the choice.",
    "An outside series that is stamped earlier than it was known or was revised later, and a choice of pairs made knowing which of them lasted, are in the data itself.",
    `A look-ahead that acts only in few rows may lie outside of what was looked at: ${windows} windows of at most ${WINDOW_ROWS} rows, of ${rows}.`,
    ...(short
      ? [
          `Leading unknown rows were put before the first ${firstRows} rows only, and the slowest signal needs ${lookback}.`,
        ]
      : []),
  ];
}
