import { createHash } from "node:crypto";
import type { EngineConfig } from "../../engine/config.ts";
import type { Events } from "../../engine/events.ts";
import type { Column } from "../../engine/kernel.ts";
import { BAR_FIELDS, type Panel } from "../../engine/market/bars.ts";
import type { Replay } from "../../engine/replay.ts";
import { canonicalJson, hashColumn, sha256 } from "./canonical.ts";
import { keptColumns } from "./kept-columns.ts";
import { engineSources, moduleSources, type SourceFile } from "./sources.ts";

/** One series of bars after the door: closes of its first and last known bar (ms UTC), and its bits. */
export interface SeriesIdentity {
  readonly symbol: string;
  readonly interval: number;
  readonly first: number;
  readonly last: number;
  readonly rows: number;
  readonly sha256: string;
}

/** All that changes a run's result: what the run id is the hash of. */
export interface RunIdentity {
  readonly engine: readonly SourceFile[];
  readonly modules: readonly SourceFile[];
  readonly config: EngineConfig;
  /** The run's own choices beside the config: traded pairs, first and last moment. */
  readonly scope: Readonly<Record<string, unknown>>;
  readonly series: readonly SeriesIdentity[];
  readonly seed: number;
}

export interface RunIdentityOptions {
  readonly panel: Panel;
  readonly config: EngineConfig;
  readonly scope?: Readonly<Record<string, unknown>>;
  /** Paths of the strategy modules that are not the engine's own. */
  readonly modules?: readonly string[];
}

/** Not of Node, git, paths, time or host: the same sources, config and bars are the same run everywhere. */
export function runIdentity({ panel, config, scope = {}, modules = [] }: RunIdentityOptions): RunIdentity {
  return {
    engine: engineSources(),
    modules: moduleSources(modules),
    config,
    scope,
    series: seriesOf(panel),
    seed: config.seed,
  };
}

/** First 16 hex of the sha256 of the identity's canonical JSON. */
export const runId = (identity: RunIdentity): string => sha256(canonicalJson(identity)).slice(0, 16);

/** sha256 of each part of an identity by itself: tells which part of a manifest was edited. */
export type IdentityParts = { readonly [Part in keyof RunIdentity]: string };

export const identityParts = ({
  engine,
  modules,
  config,
  scope,
  series,
  seed,
}: RunIdentity): IdentityParts => {
  const hash = (part: unknown) => sha256(canonicalJson(part));
  return {
    engine: hash(engine),
    modules: hash(modules),
    config: hash(config),
    scope: hash(scope),
    series: hash(series),
    seed: hash(seed),
  };
};

/** Identities of a panel's series in its order; an outside index, where joined, comes last. */
export function seriesOf(panel: Panel): SeriesIdentity[] {
  const series = panel.symbols.map((symbol, p) =>
    identityOf(
      panel,
      symbol,
      BAR_FIELDS.map((field) => panel.pairs[p][field]),
    ),
  );
  if (panel.outside !== undefined) {
    series.push(identityOf(panel, "outside", [panel.outside.value, panel.outside.age]));
  }
  return series;
}

function identityOf({ time, interval }: Panel, symbol: string, columns: readonly Column[]): SeriesIdentity {
  const rows = time.length;
  let first = 0;
  while (first < rows && columns[0][first] !== columns[0][first]) first++;
  const hash = createHash("sha256");
  for (const column of columns) hashColumn(hash, column);
  return {
    symbol,
    interval,
    first: first < rows ? time[first] : 0,
    last: first < rows ? time[rows - 1] : 0,
    rows: rows - first,
    sha256: hash.digest("hex"),
  };
}

/** sha256 of what a run decided: kept columns, orders, fills and refusals, NaN in one form. */
export function resultHash(replay: Replay): string {
  const hash = createHash("sha256");
  for (const { name, column } of keptColumns(replay)) {
    hash.update(`${name} ${column.length}\n`);
    hashColumn(hash, column);
  }
  const add = (name: string, { fields, n, at }: Events) => {
    for (const field of fields) {
      hash.update(`${name}.${field} ${n}\n`);
      hashColumn(hash, at[field], n);
    }
  };
  add("orders", replay.orders);
  add("fills", replay.fills);
  add("refusals", replay.refusals);
  return hash.digest("hex");
}
