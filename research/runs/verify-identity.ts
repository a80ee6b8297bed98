import { counted } from "../../datasets/counted.ts";
import { FathomError } from "../../engine/errors.ts";
import type { Backtest } from "../backtest.ts";
import { canonicalJson } from "./canonical.ts";
import { judgeOf } from "./judge.ts";
import { ownStrategies } from "./repeat.ts";
import { identityParts, type RunIdentity, runId, type SeriesIdentity } from "./run-id.ts";
import type { SourceFile } from "./sources.ts";
import { type FileChange, type SeriesChange, short, type Verification } from "./verification.ts";
import type { RunManifest } from "./write-run.ts";

/** Parts of the manifest that are not what its hashes, or the id, say; "id" where no part is to blame. */
export function editedParts(manifest: RunManifest): string[] {
  const { engine, modules, config, scope, series, seed, parts, run } = manifest;
  const identity = { engine, modules, config, scope, series, seed };
  const found = identityParts(identity);
  const edited = (Object.keys(found) as (keyof typeof found)[]).filter(
    (part) => found[part] !== parts?.[part],
  );
  return edited.length === 0 && runId(identity) !== run ? ["id"] : edited;
}

const CONFIG_PARTS: readonly string[] = ["config", "scope", "seed", "id"];

export function configAnswer(
  manifest: RunManifest,
  edited: readonly string[],
  done: Backtest | null,
): Verification["config"] {
  const own = edited.filter((part) => CONFIG_PARTS.includes(part));
  if (own.includes("id")) {
    const evidence = `the manifest's parts do not make the id ${manifest.run}: the manifest was edited`;
    return { same: false, edited: own, evidence };
  }
  if (own.length > 0) {
    const evidence = `the manifest's ${own.join(", ")} ${own.length > 1 ? "were" : "was"} edited: not what the id ${manifest.run} is made of`;
    return { same: false, edited: own, evidence };
  }
  // a script may have made it again with another config; of models modelAnswer tells
  const asked = (part: "config" | "scope", identity: RunIdentity) =>
    canonicalJson(part === "config" ? identity.config : { ...identity.scope, models: null });
  const others = (["config", "scope"] as const).filter(
    (part) => done !== null && asked(part, done.identity) !== asked(part, manifest),
  );
  if (others.length > 0) {
    return {
      same: false,
      edited: others,
      evidence: `the run was made again with another ${others.join(", ")}`,
    };
  }
  if (
    done !== null &&
    canonicalJson(done.build().multipliers) !== canonicalJson(manifest.multipliers ?? {})
  ) {
    return {
      same: false,
      edited: ["multipliers"],
      evidence: "the manifest's multipliers are not those of the run made again",
    };
  }
  return { same: true, edited: [], evidence: "the manifest's config is the one that the id is made of" };
}

export function sourcesAnswer(
  found: readonly SourceFile[],
  expected: readonly SourceFile[],
  what: string,
  edited: boolean,
): Verification["engine"] {
  const paths = [...new Set([...expected, ...found].map((f) => f.path))].sort();
  const hashOf = (files: readonly SourceFile[], path: string) =>
    files.find((f) => f.path === path)?.sha256 ?? null;
  const changed = paths
    .map((path) => ({ path, found: hashOf(found, path), expected: hashOf(expected, path) }))
    .filter((f) => f.found !== f.expected);
  const phrases = [
    phrase(
      "changed",
      changed.filter((f) => f.found !== null && f.expected !== null),
    ),
    phrase(
      "added",
      changed.filter((f) => f.expected === null),
    ),
    phrase(
      "removed",
      changed.filter((f) => f.found === null),
    ),
    edited ? ["the manifest's list was edited"] : [],
  ].flat();
  const same = phrases.length === 0;
  return {
    same,
    changed,
    evidence: same ? `${expected.length} ${what}${expected.length === 1 ? "" : "s"}` : phrases.join("; "),
  };
}

const phrase = (word: string, files: readonly FileChange[]): string[] =>
  files.length === 0 ? [] : [`${word}: ${files.map((f) => f.path).join(", ")}`];

export function strategyAnswer(
  found: readonly SourceFile[] | FathomError,
  manifest: RunManifest,
  edited: boolean,
): Verification["strategy"] {
  if (found instanceof FathomError) {
    const same = found.code === "E_RUN_STRATEGIES" ? null : false;
    return { same, changed: [], evidence: told(found) };
  }
  const { modules } = manifest;
  const unnamed = modules.length === 0 ? ownStrategies(manifest) : [];
  if (unnamed.length > 0 && found.length === 0) {
    const evidence = `the id does not cover ${unnamed.join(", ")}: the script named no files of them (modules)`;
    return { same: null, changed: [], evidence };
  }
  if (modules.length === 0 && found.length === 0 && !edited) {
    return { same: true, changed: [], evidence: "the engine's own only" };
  }
  return sourcesAnswer(found, modules, "strategy file", edited);
}

/** What is wrong with an artifact. Else nobody can tell: no bars, a log that cannot be read, a script's models, no library to train them. */
const MODEL_FAULT = /^E_(ART|MODEL|KEY)_/;

export function modelAnswer(found: unknown, manifest: RunManifest): Verification["model"] {
  const expected = manifest.scope.models as readonly unknown[] | undefined;
  if (found instanceof FathomError) {
    if (expected === undefined) return { same: true, evidence: "none" };
    return { same: MODEL_FAULT.test(found.code) ? false : null, evidence: told(found) };
  }
  if (canonicalJson(found ?? []) !== canonicalJson(expected ?? [])) {
    return {
      same: false,
      evidence: "the models, their thresholds or when they act are not those of the run",
    };
  }
  const judge = judgeOf(manifest);
  if (expected === undefined) return { same: true, evidence: "none" };
  return { same: true, evidence: `${judge}: ${counted(expected.length, "model")}, every number` };
}

const told = (error: FathomError): string => `${error.code}: ${error.message}`;

export function dataAnswer(
  found: readonly SeriesIdentity[] | FathomError,
  expected: readonly SeriesIdentity[],
  edited: boolean,
): Verification["data"] {
  if (found instanceof FathomError) {
    const same = found.code === "E_RUN_ORIGIN" ? null : false;
    return { same, changed: [], evidence: told(found) };
  }
  const symbols = [...new Set([...expected, ...found].map((s) => s.symbol))];
  const of = (series: readonly SeriesIdentity[], symbol: string) =>
    series.find((s) => s.symbol === symbol) ?? null;
  const changed = symbols
    .map((symbol) => ({ symbol, found: of(found, symbol), expected: of(expected, symbol) }))
    .filter(
      (s) => s.found === null || s.expected === null || canonicalJson(s.found) !== canonicalJson(s.expected),
    );
  if (changed.length > 0 || edited) {
    const phrases = changed.map(seriesPhrase);
    if (edited) phrases.push("the manifest's list of series was edited");
    return { same: false, changed, evidence: phrases.join("; ") };
  }
  const [{ first, last, rows }] = expected;
  const evidence = `${symbols.join(", ")}: ${rows.toLocaleString("en")} rows, ${moment(first)} to ${moment(last)}, every bit`;
  return { same: true, changed, evidence };
}

/** "BTC: sha256 found 12ab..., expected 34cd..."; the span and the rows where they differ too. */
function seriesPhrase({ symbol, found, expected }: SeriesChange): string {
  if (found === null) return `${symbol}: found none`;
  if (expected === null) return `${symbol}: found it, expected none`;
  const facts = (s: SeriesIdentity) =>
    `${s.rows.toLocaleString("en")} rows ${moment(s.first)} to ${moment(s.last)}`;
  const sameSpan = facts(found) === facts(expected);
  const spans = sameSpan ? facts(found) : `found ${facts(found)}, expected ${facts(expected)}`;
  return `${symbol}: ${spans}, sha256 found ${short(found.sha256)}, expected ${short(expected.sha256)}`;
}

const moment = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace("T", " ");
