import type { StoredRun, StoredTable } from "../research/runs/read-run.ts";

const NAMES = ["columns", "daily", "orders", "fills", "cancels", "refusals", "round-trips", "bars"] as const;

/** The tables of a run that a report reads, by name. */
export type RunTables = Readonly<Record<(typeof NAMES)[number], StoredTable>>;

export async function runTables(run: StoredRun): Promise<RunTables> {
  const tables: Partial<Record<string, StoredTable>> = {};
  for (const name of NAMES) tables[name] = await run.table(name);
  return tables as RunTables;
}

/** A column of names as their places in `names`; -1 for what is not among them. */
export function codesOf(column: readonly (string | null)[], names: readonly string[]): Float64Array {
  const places = new Map(names.map((name, k) => [name, k]));
  return Float64Array.from(column, (name) => places.get(name ?? "") ?? -1);
}

/** The rows of `of`, greatest first; equal ones keep their order. */
export function greatestFirst(of: Float64Array): number[] {
  return Array.from(of, (_, row) => row).sort((a, b) => Math.abs(of[b]) - Math.abs(of[a]) || a - b);
}
