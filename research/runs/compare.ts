import { marketOf } from "../../datasets/dataset.ts";
import type { PlainFigure } from "../metrics/figure.ts";
import { canonicalJson } from "./canonical.ts";
import { type Interval, RESAMPLED } from "./intervals.ts";
import { judgeOf } from "./judge.ts";
import type { StoredRun } from "./read-run.ts";
import { iso } from "./rows.ts";
import type { SourceFile } from "./sources.ts";
import type { RunManifest } from "./write-run.ts";

/** One thing of two runs, A's and B's; null where one lacks it. */
export interface Pairing<T> {
  readonly name: string;
  readonly a: T | null;
  readonly b: T | null;
}

/** A figure of both runs; `difference` is B's less A's, null where one has none. */
export interface FigurePairing extends Pairing<PlainFigure> {
  readonly difference: number | null;
  readonly intervals: { readonly a: Interval; readonly b: Interval } | null;
  /** Whether the two intervals have a value in common; null where one of them has none. */
  readonly overlap: boolean | null;
}

/** What two written runs have in common and what not. */
export interface RunComparison {
  readonly a: string;
  readonly b: string;
  /** Whether both decided the same, to the bit. */
  readonly identical: boolean;
  /** Only what differs. Files by sha256, series as rows and sha256, settings by their path. */
  readonly inputs: {
    readonly engine: readonly Pairing<string>[];
    readonly strategy: readonly Pairing<string>[];
    readonly config: readonly Pairing<unknown>[];
    readonly scope: readonly Pairing<unknown>[];
    readonly data: readonly Pairing<{
      readonly rows: number;
      readonly first: number;
      readonly last: number;
      readonly sha256: string;
    }>[];
  };
  /** When the drawdown limit first halted each run (ISO), or null: a halted run sits in cash from then on. */
  readonly halted: { readonly a: string | null; readonly b: string | null };
  readonly figures: readonly FigurePairing[];
  /** P&L of each strategy, quote currency. */
  readonly byStrategy: readonly FigurePairing[];
}

/** Headline figures, in the order in which they are shown. */
const HEADLINES = [
  "finalEquity",
  "totalReturn",
  "cagr",
  "volatility",
  "sharpe",
  "sortino",
  "calmar",
  "maxDrawdown",
  "exposureMean",
  "turnover",
  "orders",
  "fills",
] as const;

/** Compares two written runs: which inputs differ, and which figures. */
export function compareRuns(a: StoredRun, b: StoredRun): RunComparison {
  const [one, two] = [a.manifest, b.manifest];
  return {
    a: one.run,
    b: two.run,
    identical: one.result === two.result,
    inputs: {
      engine: differing(hashes(one.engine), hashes(two.engine)),
      strategy: differing(hashes(one.modules), hashes(two.modules)),
      config: differing(leaves(one.config), leaves(two.config)),
      scope: differing(leaves(scopeOf(one)), leaves(scopeOf(two))),
      data: differing(seriesBySymbol(a), seriesBySymbol(b)),
    },
    halted: { a: a.document.halted, b: b.document.halted },
    figures: figuresOf(a, b),
    byStrategy: strategiesOf(a, b),
  };
}

type Named<T> = ReadonlyMap<string, T>;

/** What is not the same under its name in both, in A's order. */
export function differing<T>(a: Named<T>, b: Named<T>): Pairing<T>[] {
  return [...new Set([...a.keys(), ...b.keys()])]
    .map((name) => ({ name, a: a.get(name) ?? null, b: b.get(name) ?? null }))
    .filter((pair) => canonicalJson(pair.a) !== canonicalJson(pair.b));
}

const hashes = (files: readonly SourceFile[]): Named<string> => new Map(files.map((f) => [f.path, f.sha256]));

/** Models in one phrase and the start as a time: hashes and milliseconds tell nobody anything. */
function scopeOf(manifest: RunManifest): object {
  const { models: _, start, ...scope } = manifest.scope;
  const { origin } = manifest;
  return {
    ...scope,
    start: typeof start === "number" ? iso(start) : null,
    bars: origin === undefined ? null : marketOf(origin),
    model: judgeOf(manifest) ?? null,
  };
}

const seriesBySymbol = ({ manifest }: StoredRun) =>
  new Map(
    manifest.series.map(({ symbol, rows, first, last, sha256 }) => [symbol, { rows, first, last, sha256 }]),
  );

/** Every value of a nested record by its path; lists are values. */
export function leaves(x: object, path = ""): Map<string, unknown> {
  return new Map(
    Object.entries(x).flatMap(([key, value]): [string, unknown][] => {
      const at = path === "" ? key : `${path}.${key}`;
      const isNested = typeof value === "object" && value !== null && !Array.isArray(value);
      return isNested ? [...leaves(value, at)] : [[at, value]];
    }),
  );
}

function figuresOf(a: StoredRun, b: StoredRun): FigurePairing[] {
  const [one, two] = [a.document, b.document];
  const resampled: readonly string[] = RESAMPLED;
  const figures = HEADLINES.map((name) => {
    const intervals = resampled.includes(name) ? { a: intervalOf(a, name), b: intervalOf(b, name) } : null;
    return pairing(name, one.metrics[name], two.metrics[name], intervals);
  });
  const [tripsA, tripsB] = [one.metrics.roundTrips, two.metrics.roundTrips];
  const winRates = { a: one.intervals.roundTrips.winRate, b: two.intervals.roundTrips.winRate };
  return [
    ...figures,
    pairing("costs", one.metrics.costs.total, two.metrics.costs.total, null),
    pairing("roundTrips", tripsA.closed, tripsB.closed, null),
    pairing("winRate", tripsA.winRate, tripsB.winRate, winRates),
  ];
}

const intervalOf = ({ document }: StoredRun, name: string): Interval =>
  document.intervals.metrics[name as (typeof RESAMPLED)[number]];

function strategiesOf(a: StoredRun, b: StoredRun): FigurePairing[] {
  const [one, two] = [a.document, b.document];
  const names = [...new Set([...one.byStrategy, ...two.byStrategy].map((s) => s.strategy))];
  return names.map((name) => {
    const [i, j] = [one, two].map((d) => d.byStrategy.findIndex((s) => s.strategy === name));
    const intervals =
      i < 0 || j < 0 ? null : { a: one.intervals.byStrategy[i].pnl, b: two.intervals.byStrategy[j].pnl };
    return pairing(name, one.byStrategy[i]?.pnl ?? null, two.byStrategy[j]?.pnl ?? null, intervals);
  });
}

function pairing(
  name: string,
  a: PlainFigure | null,
  b: PlainFigure | null,
  intervals: FigurePairing["intervals"],
): FigurePairing {
  const isNumbers = typeof a === "number" && typeof b === "number";
  return {
    name,
    a,
    b,
    difference: isNumbers ? b - a : null,
    intervals,
    overlap: intervals && overlap(intervals.a, intervals.b),
  };
}

function overlap(a: Interval, b: Interval): boolean | null {
  if (a.low === null || b.low === null) return null;
  return a.low <= b.high && b.low <= a.high;
}
