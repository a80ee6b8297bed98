import type { Dataset } from "../../datasets/dataset.ts";
import { load } from "../../datasets/load.ts";
import { defaultConfig } from "../../engine/config.ts";
import type { DriveOptions } from "../../engine/drive.ts";
import { FathomError } from "../../engine/errors.ts";
import { builtInStrategies } from "../../engine/strategies/registry.ts";
import type { AuditPlace } from "../artifacts/audit-log.ts";
import { type Backtest, backtest } from "../backtest.ts";
import { openModel } from "../training/open-model.ts";
import { frozenModels, type RunModels, walkedModels, withModels } from "../training/run-models.ts";
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

/** Strategies of a run beside the engine's six. */
export function ownStrategies({ scope }: Pick<RunManifest, "scope">): readonly string[] {
  const { strategies = [] } = scope as { readonly strategies?: readonly string[] };
  const six = builtInStrategies(defaultConfig().strategies).map((s) => s.name);
  return strategies.filter((name) => !six.includes(name));
}

/** Strategy files of a run. @throws FathomError E_RUN_STRATEGIES where its strategies came from a script. */
export function strategyFilesOf(manifest: RunManifest): readonly string[] {
  const { run, modules, strategyFiles = [] } = manifest;
  const names = modules.length > 0 ? modules.map((m) => m.path) : ownStrategies(manifest);
  if (names.length === 0 || strategyFiles.length > 0) return strategyFiles;
  throw new FathomError(
    "E_RUN_STRATEGIES",
    `run ${run}: its strategies (${names.join(", ")}) came from a script, so no command can ` +
      `import them; make the run again in the script and call verifyRun(home, "${run}", backtest(...))`,
    { run },
  );
}

/**
 * Rows of an advance. A run is made in blocks of 2,048, of which a lawful system knows nothing. One that peeks into its
 * block and remembers outside of its kernels' states what it put out would pass every trial in the same process; made
 * again in another one, in short blocks that end elsewhere, it cannot put out the same.
 */
const OTHER_BLOCKS = 13;

/**
 * The models of a run, of its artifact or trained again; undefined for a run without.
 * @throws FathomError E_RUN_MODELS where they came from a script, E_MODEL_DIGEST where the artifact is another one, and
 *   what openModel and walkedModels throw.
 */
export async function repeatModels(
  place: AuditPlace,
  dataset: Dataset,
  { run, scope, model, config }: RunManifest,
  progress?: ShowProgress,
): Promise<RunModels | undefined> {
  if (model === undefined) {
    if (scope.models === undefined) return undefined;
    throw new FathomError(
      "E_RUN_MODELS",
      `run ${run}: its models came from a script, so no command can load them; make the run again in the script and call verifyRun(home, "${run}", backtest(...))`,
      { run },
    );
  }
  const found = openModel(place, model.artifact);
  const { digest } = found.artifact.manifest;
  if (digest !== model.digest) {
    throw new FathomError(
      "E_MODEL_DIGEST",
      `run ${run}: found artifact ${model.artifact} with digest ${digest}, expected ${model.digest}; put the one back that the run was made with`,
      { run, found: digest, expected: model.digest },
    );
  }
  return model.mode === "frozen"
    ? frozenModels(found, dataset, config)
    : walkedModels(found, dataset, config, progress);
}

/**
 * Makes a written run again, from its manifest: the recorded config, scope and strategy files over `dataset`, in
 * other blocks than the run's.
 * @param judged its models: see repeatModels.
 * @throws FathomError E_RUN_STRATEGIES, E_STRATEGY_FILE, and what backtest throws.
 */
export async function repeatRun(
  dataset: Dataset,
  manifest: RunManifest,
  judged: RunModels | undefined,
  { onProgress }: Pick<DriveOptions, "onProgress"> = {},
): Promise<Backtest> {
  const { traded, start } = manifest.scope as {
    readonly traded: readonly string[];
    readonly start: number | null;
  };
  const files = strategyFilesOf(manifest);
  return backtest(withModels(dataset, judged), {
    blockRows: OTHER_BLOCKS,
    onProgress,
    config: manifest.config,
    pairs: traded,
    start: start ?? undefined,
    strategies: await importStrategies(files),
    modules: files,
    strategyFiles: files,
    models: judged?.models,
    model: judged?.model,
  });
}
