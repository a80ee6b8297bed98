import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ProvenDocument } from "./document.ts";

/** The first figure that is not what the run made again has. */
export interface FiguresDifference {
  /** "metrics.json, metrics.sharpe" */
  readonly path: string;
  /** As stored, and as made again; JSON text. */
  readonly found: string;
  readonly expected: string;
}

/** Sentences may be worded anew by a later version, and the id has a question of its own; everything else must stay. */
const LEFT_OUT: readonly string[] = ["notes", "why", "blind", "run"];

/** Figures use Math's functions, whose last bits may differ between versions of Node. */
const RELATIVE = 1e-9;

export const FIGURE_FILES: readonly string[] = ["metrics.json", "certificate.json"];

/** Compares metrics.json and certificate.json of a run folder with the document made again. */
export function figuresDifference(folder: string, again: ProvenDocument): FiguresDifference | null {
  const files = { "metrics.json": again, "certificate.json": again.certificate };
  for (const [name, document] of Object.entries(files)) {
    const path = join(folder, name);
    if (!existsSync(path)) continue;
    const stored: unknown = JSON.parse(readFileSync(path, "utf8"));
    const difference = compare(stored, JSON.parse(JSON.stringify(document)), "");
    if (difference !== null) return { ...difference, path: `${name}, ${difference.path}` };
  }
  return null;
}

/** What is stored must be there again; what only a later version knows is not asked for. */
function compare(stored: unknown, again: unknown, path: string): FiguresDifference | null {
  if (isObject(stored) && isObject(again) && Array.isArray(stored) === Array.isArray(again)) {
    if (Array.isArray(stored) && stored.length !== (again as unknown as unknown[]).length) {
      return differs(`${path}.length`, stored.length, (again as unknown as unknown[]).length);
    }
    for (const key of Object.keys(stored)) {
      if (LEFT_OUT.includes(key)) continue;
      const difference = compare(stored[key], again[key], path === "" ? key : `${path}.${key}`);
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
  found: JSON.stringify(stored) ?? "nothing",
  expected: JSON.stringify(again) ?? "nothing",
});
