import { resolve } from "node:path";
import type { z } from "zod";
import { parseInterval } from "../datasets/interval.ts";
import { type EngineConfig, engineConfig } from "../engine/config.ts";
import { FathomError } from "../engine/errors.ts";
import type { GateBounds } from "../research/gates/bounds.ts";
import type { LabelSettings } from "../research/training/labels.ts";
import type { Io } from "./io.ts";
import { type Flag, parseSet, takeEnvironment, takeFile, takeFlag } from "./settings/layers.ts";
import { parseMoment, settings, workspaceSettings } from "./settings/schema.ts";
import { type Assignment, addIssue, type Collected, type Problem } from "./settings/take.ts";

/** The flags of a command: its --config and --set, and those that stand for one setting, such as --seed. */
export interface SettingFlags {
  readonly config?: string;
  readonly set?: readonly string[];
  readonly own?: readonly Flag[];
}

/** What to read, times in ms UTC. */
export interface DataSettings {
  /** A venue, or "synthetic". */
  readonly source: string;
  /** Canonical symbols; empty = all that the source has. */
  readonly pairs: readonly string[];
  /** Length of a bar, ms. */
  readonly interval: number;
  /** First close that may trade, ms UTC. */
  readonly from?: number;
  /** Last close that is read, ms UTC. */
  readonly to?: number;
  /** Absolute path of a file of VIX or DVOL values. */
  readonly indexFile?: string;
}

/** One setting with its origin: "default", "fathom.toml:3", "env FATHOM_SEED", ".env FATHOM_SEED", "--set". */
export interface EffectiveSetting {
  readonly value: unknown;
  readonly default: unknown;
  readonly unit: string;
  readonly description: string;
  readonly source: string;
}

export interface Settings {
  readonly engine: EngineConfig;
  /** Absolute path of the folder that holds all that Fathom writes. */
  readonly home: string;
  readonly data: DataSettings;
  /** How training labels its samples. */
  readonly labels: LabelSettings;
  /** What the gates ask for, never less than by default. */
  readonly gates: GateBounds;
  readonly audit: {
    /** Absolute path of the file that remembers the end of the audit log. */
    readonly headFile?: string;
  };
  /** Every setting by its path, in the order of the schema. */
  readonly sources: ReadonlyMap<string, EffectiveSetting>;
}

/**
 * The effective settings: defaults < fathom.toml (or --config FILE) < .env < environment < --set < the
 * command's own flags. Throws one FathomError that lists everything wrong in every layer: E_CFG_UNKNOWN
 * (no such setting), E_CFG_VALUE (wrong type, out of bounds, contradiction); and E_CFG_FILE, E_CFG_TOML
 * where a file cannot be read, E_USAGE_SET where --set has no KEY=VALUE.
 */
export function loadSettings(io: Pick<Io, "cwd" | "env">, flags: SettingFlags = {}): Settings {
  const collected: Collected = { assignments: [], problems: [] };
  takeFile(collected, io.cwd, flags.config);
  takeEnvironment(collected, io.cwd, io.env);
  for (const flag of [...(flags.set ?? []).map(parseSet), ...(flags.own ?? [])]) takeFlag(collected, flag);

  const given = build(collected.assignments);
  const { home, data, labels, gates, audit, ...engineGiven } = given;
  const engine = engineConfig.safeParse(engineGiven);
  const workspace = workspaceSettings.safeParse({ home, data, labels, gates, audit });
  // Values were checked as they were taken: what is new here are contradictions between settings.
  const { assignments, problems } = collected;
  for (const issue of [...(engine.error?.issues ?? []), ...(workspace.error?.issues ?? [])]) {
    const path = issue.path.map(String).join(".");
    if (issue.code === "unrecognized_keys" || problems.some((p) => p.path === path)) continue;
    addIssue(collected, issue, [], given, "", originOf(assignments, path, issue));
  }
  if (problems.length > 0 || !engine.success || !workspace.success) throw settingsError(problems);

  const read = workspace.data.data;
  const file = (path: string | undefined) => (path === undefined ? undefined : resolve(io.cwd, path));
  return {
    engine: engine.data,
    home: resolve(io.cwd, workspace.data.home),
    data: {
      source: read.source,
      pairs: read.pairs,
      interval: parseInterval(read.interval)!,
      from: read.from === undefined ? undefined : parseMoment(read.from),
      to: read.to === undefined ? undefined : parseMoment(read.to),
      indexFile: file(read.index_file),
    },
    labels: workspace.data.labels,
    gates: workspace.data.gates,
    audit: { headFile: file(workspace.data.audit.head_file) },
    sources: describe({ ...workspace.data, ...engine.data }, assignments),
  };
}

type Tree = Record<string, unknown>;

/** Lays the assignments, lowest layer first, over each other. */
function build(assignments: readonly Assignment[]): Tree {
  const tree: Tree = {};
  for (const { parts, value } of assignments) {
    let at = tree;
    for (const part of parts.slice(0, -1)) {
      at[part] ??= {};
      at = at[part] as Tree;
    }
    at[parts[parts.length - 1]] = value;
  }
  return tree;
}

function valueAt(tree: unknown, path: string): unknown {
  let value = tree;
  for (const part of path.split(".")) value = (value as Tree | undefined)?.[part];
  return value;
}

function describe(effective: unknown, assignments: readonly Assignment[]): Map<string, EffectiveSetting> {
  const defaults = { ...workspaceSettings.parse({}), ...engineConfig.parse({}) };
  return new Map(
    settings.map(({ path, unit, description }) => [
      path,
      {
        value: valueAt(effective, path),
        default: valueAt(defaults, path),
        unit,
        description,
        source: sourcesUnder(assignments, [path]).join(", ") || "default",
      },
    ]),
  );
}

/** Where the values at and below `paths` come from: of each place the layer that won. */
function sourcesUnder(assignments: readonly Assignment[], paths: readonly string[]): string[] {
  const winners = new Map<string, string>();
  for (const { parts, source } of assignments) {
    const place = parts.join(".");
    if (paths.some((path) => place === path || place.startsWith(`${path}.`))) winners.set(place, source);
  }
  return [...new Set(winners.values())];
}

/** The origin of a contradiction: the settings that its sentence names, or all that were set around it. */
function originOf(assignments: readonly Assignment[], path: string, issue: z.core.$ZodIssue): string {
  const isSetting = settings.some((s) => s.path === path);
  const section = isSetting ? path.slice(0, Math.max(0, path.lastIndexOf("."))) : path;
  const named = settings
    .map((s) => s.path)
    .filter((p) => p.startsWith(`${section}.`))
    .filter((p) => p === path || new RegExp(`\\b${p.slice(section.length + 1)}\\b`).test(issue.message));
  for (const paths of [named, [section]]) {
    const found = sourcesUnder(assignments, paths);
    if (found.length > 0) return found.join(", ");
  }
  return "default";
}

function settingsError(problems: readonly Problem[]): FathomError {
  const lines = problems.map(({ path, what, source }) => `${path}: ${what} (${source})`);
  const message =
    lines.length === 1
      ? lines[0]
      : `${lines.length} settings are wrong:\n${lines.map((l) => `  ${l}`).join("\n")}`;
  return new FathomError(problems[0].code, message, { problems });
}
