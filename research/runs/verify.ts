import { FathomError } from "../../engine/errors.ts";
import { type AuditPlace, auditPlace } from "../artifacts/audit-log.ts";
import { type Backtest, judgesOf } from "../backtest.ts";
import { repeatData, repeatModels, repeatRun, strategyFilesOf } from "./repeat.ts";
import { type SeriesIdentity, seriesOf } from "./run-id.ts";
import { engineSources, moduleSources, type SourceFile } from "./sources.ts";
import { known, QUESTIONS, type ShowProgress, type Verification } from "./verification.ts";
import { countsOf, figuresAnswer, filesAnswer, resultAnswer } from "./verify-folder.ts";
import {
  configAnswer,
  dataAnswer,
  editedParts,
  modelAnswer,
  sourcesAnswer,
  strategyAnswer,
} from "./verify-identity.ts";
import { type RunManifest, readManifest, runFolder } from "./write-run.ts";

/** What was made again: each is an error where it could not be. */
interface Again {
  readonly series: readonly SeriesIdentity[] | FathomError;
  readonly modules: readonly SourceFile[] | FathomError;
  /** As in a run's scope. */
  readonly models: unknown;
  readonly backtest: Backtest | FathomError;
}

export interface VerifyOptions {
  /** Where the audit log lies that knows the artifact of a run with a model; by default the home's own. */
  readonly place?: AuditPlace;
  /** Shows how far the loading, the replay and the proof are. */
  readonly progress?: ShowProgress;
}

/**
 * Makes a written run again from its manifest and says, each with evidence, whether files, engine, strategies, models,
 * config, data, result and figures are the same.
 * @throws FathomError E_RUN_MISSING, E_RUN_CORRUPT where there is no manifest to go by.
 */
export async function verifyStored(
  home: string,
  run: string,
  options: VerifyOptions = {},
): Promise<Verification> {
  const manifest = readManifest(home, run);
  const again = {
    modules: await attempt(() => moduleSources(strategyFilesOf(manifest))),
    ...(await repeated(home, manifest, options)),
  };
  return judge(home, manifest, again, options);
}

async function repeated(
  home: string,
  manifest: RunManifest,
  { place = auditPlace(home), progress }: VerifyOptions,
): Promise<Omit<Again, "modules">> {
  const dataset = await attempt(() => repeatData(home, manifest, progress));
  if (dataset instanceof FathomError) return { series: dataset, models: dataset, backtest: dataset };
  const series = seriesOf(dataset.panel);
  const judged = await attempt(() => repeatModels(place, dataset, manifest, progress));
  if (judged instanceof FathomError) return { series, models: judged, backtest: judged };
  const bar = progress?.("replay", dataset.panel.time.length);
  try {
    const backtest = await attempt(() =>
      repeatRun(dataset, manifest, judged, { onProgress: (rows) => bar?.update(rows) }),
    );
    return { series, models: judged && judgesOf(judged.models), backtest };
  } finally {
    bar?.stop();
  }
}

/** As verifyStored, with the run made again by a script: for bars and strategies that no file tells of. */
export async function verifyRun(home: string, run: string, again: Backtest): Promise<Verification> {
  const { series, modules, scope } = again.identity;
  const { models } = scope;
  return judge(home, readManifest(home, run), { series, modules, models, backtest: again });
}

async function judge(
  home: string,
  manifest: RunManifest,
  again: Again,
  { progress }: VerifyOptions = {},
): Promise<Verification> {
  const { run } = manifest;
  const folder = runFolder(home, run);
  const { backtest } = again;
  const done = backtest instanceof FathomError ? null : backtest;
  const edited = editedParts(manifest);
  const result = await resultAnswer(folder, manifest, backtest);
  const isSame = result.same === true && done !== null;
  const files = await filesAnswer(folder, manifest, isSame ? done : null);
  const answers = {
    files,
    engine: sourcesAnswer(engineSources(), manifest.engine, "engine file", edited.includes("engine")),
    strategy: strategyAnswer(again.modules, manifest, edited.includes("modules")),
    model: modelAnswer(again.models, manifest),
    config: configAnswer(manifest, edited, done),
    data: dataAnswer(again.series, manifest.series, edited.includes("series")),
    result,
    figures: figuresAnswer(folder, run, isSame ? done : null, files.changed, progress),
  };
  const changed = QUESTIONS.filter((question) => answers[question].same === false);
  return {
    run,
    verified: QUESTIONS.every((question) => answers[question].same === true),
    changed,
    ...answers,
    node: { found: process.versions.node, expected: manifest.environment.node },
    compared: done && countsOf(done),
  };
}

async function attempt<T>(f: () => T | Promise<T>): Promise<T | FathomError> {
  try {
    return await f();
  } catch (error) {
    return known(error);
  }
}
