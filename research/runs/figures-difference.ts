import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FathomError } from "../../engine/errors.ts";
import type { ProvenDocument } from "./document.ts";

/** The first figure or sentence that is not what the run made again has. */
export interface FiguresDifference {
  /** "metrics.json, metrics.sharpe" */
  readonly path: string;
  /** As stored, and as made again; the beginning of their JSON text, "nothing" where there is none. */
  readonly found: string;
  readonly expected: string;
}

/** Sentences are compared last: where a figure differs as well, that is what a reader must know. */
const SENTENCES: readonly string[] = ["notes", "why", "blind"];

/** Figures use Math's functions, whose last bits may differ between versions of Node. */
const RELATIVE = 1e-9;

export const FIGURE_FILES: readonly string[] = ["metrics.json", "certificate.json"];

/**
 * Compares metrics.json and certificate.json of a run folder with the document made again: every key of either side.
 * @param run Id under which the run is stored; another engine gives the run made again another one.
 * @throws FathomError E_RUN_CORRUPT for a file that is no JSON.
 */
export function figuresDifference(
  folder: string,
  run: string,
  again: ProvenDocument,
): FiguresDifference | null {
  const pairs = [{ ...again, run }, again.certificate].map((document, k): [string, unknown, unknown] => [
    FIGURE_FILES[k],
    readJson(join(folder, FIGURE_FILES[k])),
    JSON.parse(JSON.stringify(document)),
  ]);
  for (const skipped of [SENTENCES, []]) {
    for (const [name, stored, made] of pairs) {
      const difference = compare(stored, made, "", skipped);
      if (difference !== null) return { ...difference, path: `${name}, ${difference.path}` };
    }
  }
  return null;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const reason = (error as Error).message;
    throw new FathomError("E_RUN_CORRUPT", `${path} cannot be compared: ${reason}`, { path });
  }
}

function compare(
  stored: unknown,
  again: unknown,
  path: string,
  skipped: readonly string[],
): FiguresDifference | null {
  if (isObject(stored) && isObject(again) && Array.isArray(stored) === Array.isArray(again)) {
    if (Array.isArray(stored) && stored.length !== (again as unknown as unknown[]).length) {
      return differs(`${path}.length`, stored.length, (again as unknown as unknown[]).length);
    }
    for (const key of new Set([...Object.keys(stored), ...Object.keys(again)])) {
      if (skipped.includes(key)) continue;
      const at = path === "" ? key : `${path}.${key}`;
      const difference = compare(stored[key], again[key], at, skipped);
      if (difference !== null) return difference;
    }
    return null;
  }
  if (typeof stored === "number" && typeof again === "number") {
    const near = Math.abs(stored - again) <= RELATIVE * Math.max(1, Math.abs(stored), Math.abs(again));
    return near ? null : differs(path, stored, again);
  }
  return stored === again ? null : differs(path, stored, again);
}

const isObject = (x: unknown): x is Record<string, unknown> => typeof x === "object" && x !== null;

const differs = (path: string, stored: unknown, again: unknown): FiguresDifference => ({
  path,
  found: told(stored),
  expected: told(again),
});

const MOST = 120;

/** JSON, of a whole part only its beginning. */
function told(x: unknown): string {
  const text = JSON.stringify(x) ?? "nothing";
  return text.length > MOST ? `${text.slice(0, MOST)}…` : text;
}
