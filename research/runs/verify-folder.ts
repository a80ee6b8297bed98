import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { openDuck } from "../../datasets/duck.ts";
import { hashFile } from "../../datasets/store.ts";
import { FathomError } from "../../engine/errors.ts";
import type { Backtest } from "../backtest.ts";
import type { ProvenDocument } from "./document.ts";
import { FIGURE_FILES, type FiguresDifference, figuresDifference } from "./figures-difference.ts";
import { keptColumns } from "./kept-columns.ts";
import type { Table } from "./parquet.ts";
import { resultHash } from "./run-id.ts";
import { tableDifference, type ValueDifference } from "./table-difference.ts";
import { tablesOf } from "./tables.ts";
import { type FileChange, known, type ShowProgress, short, type Verification } from "./verification.ts";
import { MANIFEST_FILE, type RunManifest } from "./write-run.ts";

export async function resultAnswer(
  folder: string,
  manifest: RunManifest,
  again: Backtest | FathomError,
): Promise<Verification["result"]> {
  const expected = manifest.result;
  if (again instanceof FathomError) {
    return { same: null, found: null, expected, difference: null, evidence: `not made again: ${again.code}` };
  }
  const found = resultHash(again.replay);
  if (found === expected) {
    return { same: true, found, expected, difference: null, evidence: `result ${short(found)}` };
  }
  const hashes = `found ${short(found)}, expected ${short(expected)}`;
  try {
    const tables = tablesOf(again.replay, again.figures).filter((t) => DECIDED.includes(t.name));
    const difference = await firstDifference(folder, tables);
    const evidence =
      difference === null
        ? `${hashes}; the stored tables hold what was made again: the manifest's result was edited`
        : `${hashes}; first difference: ${differencePhrase(difference)}`;
    return { same: false, found, expected, difference, evidence };
  } catch (error) {
    return { same: false, found, expected, difference: null, evidence: `${hashes}; ${known(error).message}` };
  }
}

/** Tables that the result is the hash of; the others follow from them. */
const DECIDED: readonly string[] = ["columns", "orders", "fills", "cancels", "refusals"];

const fileOf = ({ name }: Table): string => `${name}.parquet`;

async function firstDifference(folder: string, tables: readonly Table[]): Promise<ValueDifference | null> {
  const duck = await openDuck(folder);
  try {
    for (const table of tables) {
      const difference = await tableDifference(duck, join(folder, fileOf(table)), table);
      if (difference !== null) return difference;
    }
    return null;
  } finally {
    duck.close();
  }
}

function differencePhrase({ table, column, row, time, stored, again }: ValueDifference): string {
  const when = time === null ? "" : ` (${time})`;
  return `${table}, ${column}, row ${row}${when}: found ${again ?? "nothing"}, expected ${stored ?? "nothing"}`;
}

/**
 * Whether every listed file has its hash and, where the result is the same, whether every file of a run is listed and
 * every table holds what the run made again holds: a hash can be edited along with its file, and a file taken off the list.
 */
export async function filesAnswer(
  folder: string,
  manifest: RunManifest,
  again: Backtest | null,
): Promise<Verification["files"]> {
  const changed: FileChange[] = [];
  const listed = Object.entries(manifest.files);
  for (const [path, expected] of listed) {
    const found = await hashOf(join(folder, path));
    if (found !== expected) changed.push({ path, found, expected });
  }
  const tables = again === null ? [] : tablesOf(again.replay, again.figures);
  for (const path of again === null ? [] : [...tables.map(fileOf), ...FIGURE_FILES]) {
    if (manifest.files[path] !== undefined) continue;
    changed.push({ path, found: await hashOf(join(folder, path)), expected: null });
  }
  if (changed.length > 0) {
    const evidence = changed
      .map(({ path, found, expected }) => {
        if (expected === null) return `${path}: not in the manifest's list`;
        return found === null
          ? `${path}: not there`
          : `${path}: sha256 found ${short(found)}, expected ${short(expected)}`;
      })
      .join("; ");
    return { same: false, changed, difference: null, evidence };
  }
  if (again !== null) {
    try {
      const difference = await firstDifference(folder, tables);
      if (difference !== null) {
        const { table, column, row, stored, again: made } = difference;
        const evidence = `${table}.parquet was edited together with its hash: ${column}, row ${row}: found ${stored ?? "nothing"}, expected ${made ?? "nothing"}`;
        return { same: false, changed, difference, evidence };
      }
    } catch (error) {
      return { same: false, changed, difference: null, evidence: known(error).message };
    }
  }
  const others = readdirSync(folder).filter((f) => f !== MANIFEST_FILE && manifest.files[f] === undefined);
  const beside = others.length === 0 ? "" : `; beside them, no part of the list: ${others.sort().join(", ")}`;
  return { same: true, changed, difference: null, evidence: `${listed.length} files as written${beside}` };
}

/** sha256 of a file, null where there is none. */
async function hashOf(path: string): Promise<string | null> {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ? hashFile(path) : null;
}

export function figuresAnswer(
  folder: string,
  run: string,
  again: Backtest | null,
  damaged: readonly FileChange[],
  progress?: ShowProgress,
): Verification["figures"] {
  if (again === null) {
    return { same: null, difference: null, evidence: "not compared: the result is not the same" };
  }
  const file = damaged.find(({ path }) => FIGURE_FILES.includes(path));
  if (file !== undefined) {
    return { same: null, difference: null, evidence: `not compared: ${file.path} is not as written` };
  }
  const proven = prove(again, progress);
  let difference: FiguresDifference | null;
  try {
    difference = figuresDifference(folder, run, proven);
  } catch (error) {
    return { same: false, difference: null, evidence: known(error).message };
  }
  if (difference === null) {
    const verdict = proven.certificate.verdict === "passed" ? "passed" : "FAILED";
    const evidence = `every figure, interval, bound and law; the certificate ${verdict}`;
    return { same: true, difference, evidence };
  }
  const { path, found, expected } = difference;
  return {
    same: false,
    difference,
    evidence: `${path}: found ${found}, expected ${expected}: the file was edited, or this version computes or words it otherwise`,
  };
}

/** The proof, with one bar a part of it. */
function prove(again: Backtest, progress?: ShowProgress): ProvenDocument {
  let bar: ({ readonly part: string } & ReturnType<ShowProgress>) | undefined;
  try {
    return again.prove((part, done, of) => {
      if (bar?.part !== part) {
        bar?.stop();
        bar = progress && { part, ...progress(part, of) };
      }
      bar?.update(done);
    });
  } finally {
    bar?.stop();
  }
}

export function countsOf({ replay }: Backtest): NonNullable<Verification["compared"]> {
  const { panel, orders, fills, refusals } = replay;
  const events = [orders, fills, refusals].reduce((sum, { n, fields }) => sum + n * fields.length, 0);
  return {
    rows: panel.time.length,
    orders: orders.n,
    fills: fills.n,
    refusals: refusals.n,
    numbers: panel.time.length * keptColumns(replay).length + events,
  };
}
