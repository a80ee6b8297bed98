import { join } from "node:path";
import { type ColumnTable, table } from "arquero";
import { openDuck } from "../../datasets/duck.ts";
import { resolveRun } from "./list-runs.ts";
import { tableFile } from "./read-run.ts";
import { readManifest, runFolder } from "./write-run.ts";

/** Whole numbers of a run (order numbers, counts) are far below 2^53: a BigInt would only be in the way. */
const plainNumber = <T>(x: T): T | number => (typeof x === "bigint" ? Number(x) : x);

/**
 * A table of a written run ("columns", "daily", "orders", "fills", "cancels", "refusals", "round-trips", "bars") as an
 * arquero table: times are Dates, names text, an unknown number null.
 * @param wanted A run's id, its first 4 digits or more, or "latest".
 * @throws FathomError E_RUN_MISSING, E_RUN_CORRUPT; E_RUN_TABLE for a table that no run has.
 */
export async function readTable(home: string, wanted: string, name: string): Promise<ColumnTable> {
  const run = resolveRun(home, wanted);
  const folder = runFolder(home, run);
  const path = join(folder, tableFile(readManifest(home, run), name));
  const duck = await openDuck(folder);
  try {
    const statement = await duck.connection.prepare("SELECT * FROM read_parquet($path)");
    statement.bind({ path });
    const reader = await statement.runAndReadAll();
    const values = reader.getColumnsJS().map((column) => column.map(plainNumber));
    return table(Object.fromEntries(reader.columnNames().map((column, k) => [column, values[k]])));
  } finally {
    duck.close();
  }
}
