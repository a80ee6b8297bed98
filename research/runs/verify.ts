import { FathomError } from "../../engine/errors.ts";
import type { Backtest } from "../backtest.ts";
import { repeatData, repeatRun, strategyFilesOf } from "./repeat.ts";
import { type SeriesIdentity, seriesOf } from "./run-id.ts";
import { engineSources, moduleSources, type SourceFile } from "./sources.ts";
import { known, QUESTIONS, type ShowProgress, type Verification } from "./verification.ts";
import { countsOf, figuresAnswer, filesAnswer, resultAnswer } from "./verify-folder.ts";
import { configAnswer, dataAnswer, editedParts, sourcesAnswer, strategyAnswer } from "./verify-identity.ts";
import { type RunManifest, readManifest, runFolder } from "./write-run.ts";

/** What was made again: each is an error where it could not be. */
interface Again {
  readonly series: readonly SeriesIdentity[] | FathomError;
  readonly modules: readonly SourceFile[] | FathomError;
  readonly backtest: Backtest | FathomError;
}

export interface VerifyOptions {
  /** Shows how far the loading, the replay and the proof are. */
  readonly progress?: ShowProgress;
}

/**
 * Makes a written run again from its manifest and says, each with evidence, whether files, engine, strategies,
 * config, data, result and figures are the same.
 * @throws FathomError E_RUN_MISSING, E_RUN_CORRUPT where there is no manifest to go by.
 */
export async function verifyStored(
  home: string,
  run: string,
  options: VerifyOptions = {},
): Promise<Verification> {
  const manifest = readManifest(home, run);
  const modules = attempt(() => moduleSources(strategyFilesOf(manifest)));
  let series: readonly SeriesIdentity[] | FathomError;
  let backtest: Backtest | FathomError;
  try {
    const dataset = await repeatData(home, manifest, options.progress);
    series = seriesOf(dataset.panel);
    const bar = options.progress?.("replay", dataset.panel.time.length);
    try {
      backtest = await repeatRun(dataset, manifest, { onProgress: (rows) => bar?.update(rows) });
    } catch (error) {
      backtest = known(error);
    } finally {
      bar?.stop();
    }
  } catch (error) {
    series = known(error);
    backtest = series;
  }
  return judge(home, manifest, { series, modules, backtest }, options);
}

/** As verifyStored, with the run made again by a script: for bars and strategies that no file tells of. */
export async function verifyRun(home: string, run: string, again: Backtest): Promise<Verification> {
  const { series, modules } = again.identity;
  return judge(home, readManifest(home, run), { series, modules, backtest: again });
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

function attempt<T>(f: () => T): T | FathomError {
  try {
    return f();
  } catch (error) {
    return known(error);
  }
}
