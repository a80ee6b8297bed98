import { join } from "node:path";
import { writeDurable } from "../engine/live/durable.ts";
import { readRun } from "../research/runs/read-run.ts";
import { renderBacktest } from "./backtest.tsx";

/**
 * Writes `report.html` into a run's folder, over one that is there, and returns its path.
 * @throws FathomError E_RUN_MISSING, E_RUN_CORRUPT; E_IO_* when it cannot be written.
 */
export async function writeReport(home: string, run: string): Promise<string> {
  const stored = readRun(home, run);
  const path = join(stored.folder, "report.html");
  writeDurable(path, await renderBacktest(stored));
  return path;
}
