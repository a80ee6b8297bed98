import type { Dataset } from "../../datasets/dataset.ts";
import { load } from "../../datasets/load.ts";
import type { DriveOptions } from "../../engine/drive.ts";
import { FathomError } from "../../engine/errors.ts";
import { type Backtest, backtest } from "../backtest.ts";
import { importStrategies } from "./strategy-files.ts";
import type { ShowProgress } from "./verification.ts";
import type { RunManifest } from "./write-run.ts";

/** The bars of a written run, loaded again. @throws FathomError E_RUN_ORIGIN, and what `load` throws. */
export async function repeatData(
  home: string,
  { run, origin }: RunManifest,
  progress?: ShowProgress,
): Promise<Dataset> {
  if (origin !== undefined) return load({ home, ...origin, progress });
  throw new FathomError(
    "E_RUN_ORIGIN",
    `run ${run}: its bars came from a script, so no command can load them again; make the run again in the script ` +
      `and call verifyRun(home, "${run}", backtest(...))`,
    { run },
  );
}

/** Strategy files of a run. @throws FathomError E_RUN_STRATEGIES where its strategies came from a script. */
export function strategyFilesOf({ run, modules, strategyFiles = [] }: RunManifest): readonly string[] {
  if (modules.length === 0 || strategyFiles.length > 0) return strategyFiles;
  throw new FathomError(
    "E_RUN_STRATEGIES",
    `run ${run}: its strategies (${modules.map((m) => m.path).join(", ")}) came from a script, so no command can ` +
      `import them; make the run again in the script and call verifyRun(home, "${run}", backtest(...))`,
    { run },
  );
}

/**
 * Makes a written run again, from its manifest: the recorded config, scope and strategy files over `dataset`.
 * @throws FathomError E_RUN_STRATEGIES, E_STRATEGY_FILE, and what backtest throws.
 */
export async function repeatRun(
  dataset: Dataset,
  manifest: RunManifest,
  options: DriveOptions = {},
): Promise<Backtest> {
  const { traded, start } = manifest.scope as {
    readonly traded: readonly string[];
    readonly start: number | null;
  };
  const files = strategyFilesOf(manifest);
  return backtest(dataset, {
    ...options,
    config: manifest.config,
    pairs: traded,
    start: start ?? undefined,
    strategies: await importStrategies(files),
    modules: files,
    strategyFiles: files,
  });
}
