import type { Dataset } from "../../datasets/dataset.ts";
import type { EngineConfig } from "../../engine/config.ts";
import type { FathomError } from "../../engine/errors.ts";
import { patiently } from "../../engine/live/lock.ts";
import type { Panel } from "../../engine/market/bars.ts";
import { FEATURE_SCHEMA } from "../../engine/scoring/feature-schema.ts";
import { writeArtifact } from "../artifacts/artifact.ts";
import { requireId } from "../artifacts/artifact-folder.ts";
import { type AuditLog, type AuditPlace, openAudit } from "../artifacts/audit-log.ts";
import type { TrainingReport } from "../artifacts/check-artifact.ts";
import { openSigner } from "../artifacts/keys.ts";
import type { ArtifactState } from "../artifacts/lifecycle.ts";
import type { Inputs } from "../artifacts/manifest.ts";
import { canonicalJson, sha256 } from "../runs/canonical.ts";
import { type SeriesIdentity, seriesOf } from "../runs/run-id.ts";
import { engineSources, moduleSources } from "../runs/sources.ts";
import { GATE_PROTOCOL } from "../splits/gate-folds.ts";
import { HELD_SHARE, LEAST_PRECISION } from "./fold.ts";
import { type OutOfSample, outOfSample } from "./fold-figures.ts";
import { type LabelInput, type LabelSettings, labelSettings } from "./labels.ts";
import { openXgboost } from "./libxgboost.ts";
import type { Recipe } from "./recipe.ts";
import { type Samples, samplesOf } from "./samples.ts";
import { readTrials, recordTrial, type TrialInputs } from "./trials.ts";
import { type Fold, walkForward } from "./walk-forward.ts";
import { isForced, requireOpen } from "./window.ts";

export interface TrainOptions {
  readonly dataset: Dataset;
  readonly config: EngineConfig;
  readonly recipe: Recipe;
  readonly labels?: LabelInput;
  /** Of the recipe; config's unless given. */
  readonly seed?: number;
  /** Where the log, the ledger of trials and the artifacts lie. */
  readonly place: AuditPlace;
  /** The artifact is a new version of it. */
  readonly name: string;
  /** The time of day, ms UTC. */
  readonly now: () => number;
  /** Trains outside of the downtime too; the log says so. */
  readonly force?: boolean;
  /** Folds trained, of how many. */
  readonly onProgress?: (done: number, of: number) => void;
}

/** training.json: beside what every artifact tells, all that it takes to train the model again. Times ms UTC. */
export interface ModelTraining extends TrainingReport {
  /** Of the panel after the door. */
  readonly data: readonly SeriesIdentity[];
  /** What `load` was asked for, where it made the panel. */
  readonly origin?: Dataset["origin"];
  /** Pairs that gave samples. */
  readonly pairs: readonly string[];
  readonly config: EngineConfig;
  readonly labels: LabelSettings;
  readonly recipe: Recipe;
  /** Id in the ledger of trials. */
  readonly trial: string;
  readonly samples: Pick<Samples, "n" | "rows" | "dropped" | "medianBarrier" | "first" | "last">;
  readonly folds: OutOfSample["folds"];
  readonly pooled: OutOfSample["pooled"];
  /** One a fold; the last is the model's own. */
  readonly thresholds: readonly number[];
}

export interface Training {
  /** The artifact, a CANDIDATE. */
  readonly state: ArtifactState;
  readonly report: ModelTraining;
  readonly folds: readonly Fold[];
  /** False where the same trial was in the ledger already. */
  readonly isNewTrial: boolean;
  readonly forced: boolean;
}

/**
 * Trains a model by a walk forward, notes the trial and writes the last fold's model as an artifact. Runs in the
 * daily downtime alone (config.downtime), all of it, unless forced. The audit log gets a record at the start, of
 * what was decided, and at the end, also where it fails.
 * @throws FathomError E_TRAIN_WINDOW, E_KEY_MISSING, and what samplesOf (E_LABEL_BARRIER), walkForward, readTrials,
 *   recordTrial and writeArtifact throw; no artifact is made then.
 */
export async function train(options: TrainOptions): Promise<Training> {
  const { dataset, config, recipe, place, now, force = false } = options;
  const { panel, traded: pairs } = dataset;
  const began = now();
  requireOpen(config.downtime, began, force);
  requireId(options.name);
  openSigner(place.home);
  const seed = options.seed ?? config.seed;
  const labels = labelSettings.parse(options.labels ?? {});
  const inputs: TrialInputs = { ...inputsOf(panel, config), pairs, recipe, labels, seed };
  const forced = isForced(config.downtime, began, force);
  withLog(options, (log) => {
    readTrials(place.home, log.records);
    if (forced)
      log.append("forced", { what: "training", name: options.name, reason: "not in the downtime" }, began);
    log.append("training-started", { ...inputs, name: options.name, forced }, began);
  });
  try {
    const samples = samplesOf(panel, config, { pairs, labels });
    const folds = await walkForward(samples, recipe, {
      seed,
      onProgress(done, of) {
        requireOpen(config.downtime, now(), force);
        options.onProgress?.(done, of);
      },
    });
    const libraries = await librariesOf(recipe);
    return withLog(options, (log) => ({
      ...keep(options, log, inputs, samples, folds, libraries),
      folds,
      forced,
    }));
  } catch (error) {
    noteFailure(options, error);
    throw error;
  }
}

function noteFailure(options: TrainOptions, error: unknown): void {
  const { code = "E_BUG", message } = error as FathomError;
  try {
    withLog(options, (log) =>
      log.append("training-ended", { outcome: "failed", error: code, message }, options.now()),
    );
  } catch {
    // The first error is the one to tell; a start without an end says in the log that it failed.
  }
}

/** Notes the trial first: whoever has seen its figures has tried it. */
function keep(
  { dataset, config, name, place, now }: TrainOptions,
  log: AuditLog,
  inputs: TrialInputs,
  samples: Samples,
  folds: readonly Fold[],
  libraries: Readonly<Record<string, string>>,
): Pick<Training, "state" | "report" | "isNewTrial"> {
  const figures = outOfSample(samples, folds);
  const { id: trial, isNew } = recordTrial(place.home, inputs, figures, now());
  const { trials, head } = readTrials(place.home, log.records);
  const { bytes, threshold } = folds[folds.length - 1].trained;
  const { pooled } = figures;
  const decided = { trial, trials: { ...head }, model: sha256(bytes), threshold, pooled };
  log.append("training-decided", decided, now());

  const { data, config: configHash, code, ...own } = inputs;
  const { n, rows, dropped, medianBarrier, first, last, horizon } = samples;
  const report: ModelTraining = {
    ...own,
    ...figures,
    data: seriesOf(dataset.panel),
    origin: dataset.origin,
    config,
    splits: { ...GATE_PROTOCOL, horizon, heldShare: HELD_SHARE, leastPrecision: LEAST_PRECISION },
    thresholds: folds.map((fold) => fold.trained.threshold),
    libraries,
    trial,
    trials: trials.length,
    samples: { n, rows, dropped, medianBarrier, first, last },
  };
  const parts = {
    name,
    model: bytes,
    features: { ...FEATURE_SCHEMA },
    training: report,
    inputs: { data, config: configHash, code },
  };
  const state = writeArtifact(log, parts, openSigner(place.home), now());
  log.append(
    "training-ended",
    { outcome: "trained", trial, artifact: state.id, digest: state.digest },
    now(),
  );
  return { state, report, isNewTrial: isNew };
}

/** Opens the log for a moment: while a model trains, others may write to it. */
function withLog<T>({ place, now }: TrainOptions, act: (log: AuditLog) => T): T {
  const log = patiently("E_AUDIT_LOCKED", () => openAudit(place, now()));
  try {
    return act(log);
  } finally {
    log.close();
  }
}

const hash = (part: unknown) => sha256(canonicalJson(part));

/** What a training on this panel and config is bound to: sha256 of the series' identities, of the config, and of the code. */
export function inputsOf(panel: Panel, config: EngineConfig): Inputs {
  return { data: hash(seriesOf(panel)), config: hash(config), code: trainingCode() };
}

/** sha256 of every source that a model's bytes and scores depend on: the engine's, and those that make samples, folds and fits. */
export function trainingCode(): string {
  const modules = moduleSources(
    ["./walk-forward.ts", "./fold-thread.ts", "./samples.ts"].map(
      (path) => new URL(path, import.meta.url).href,
    ),
  );
  return hash({ engine: engineSources(), modules });
}

async function librariesOf({ model }: Recipe): Promise<Readonly<Record<string, string>>> {
  const node = process.versions.node;
  return model === "logistic" ? { node } : { node, xgboost: (await openXgboost()).version };
}
