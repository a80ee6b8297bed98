import type { Dataset } from "../../datasets/dataset.ts";
import { load } from "../../datasets/load.ts";
import { type EngineConfig, engineConfig } from "../../engine/config.ts";
import { FathomError } from "../../engine/errors.ts";
import { FEATURE_NAMES, FEATURE_SCHEMA } from "../../engine/scoring/feature-schema.ts";
import type { ScheduledModel } from "../../engine/scoring/schedule.ts";
import { against, readArtifact, verifyArtifact } from "../artifacts/artifact.ts";
import { type AuditPlace, readAudit, requireIntact } from "../artifacts/audit-log.ts";
import type { Artifact } from "../artifacts/check-artifact.ts";
import { canonicalJson } from "../runs/canonical.ts";
import { iso } from "../runs/rows.ts";
import type { ShowProgress } from "../runs/verification.ts";
import { parseRecipe } from "./recipe.ts";
import { samplesOf } from "./samples.ts";
import { parseModel } from "./stored-model.ts";
import type { ModelTraining } from "./train.ts";
import { walkForward } from "./walk-forward.ts";

/** How a run came by its models: `model` of its manifest. */
export interface RunModel {
  /** Id of the artifact. */
  readonly artifact: string;
  /** Of the artifact: 64 hex. */
  readonly digest: string;
  /**
   * "frozen": the artifact's own model, from the edge before which it was trained. "walk-forward": its recipe trained
   * again at every edge on the bars before it, each model from its edge to the next, as gate 3 does.
   */
  readonly mode: "frozen" | "walk-forward";
}

/** A verified artifact whose model fits this version's features. */
export interface OpenedModel {
  readonly artifact: Artifact;
  readonly training: ModelTraining;
}

/** What a run needs of its models. */
export interface RunModels {
  readonly model: RunModel;
  readonly models: readonly ScheduledModel[];
  /** Sentences that a reader of the run must know. */
  readonly notes: readonly string[];
}

/**
 * An artifact of any stage, its files, signature and log verified.
 * @throws FathomError E_MODEL_SCHEMA for one of another feature schema, and what readAudit and verifyArtifact throw.
 */
export function openModel(place: AuditPlace, id: string): OpenedModel {
  const view = readAudit(place);
  requireIntact(view);
  return opened(verifyArtifact(place.home, id, against(place.home, view.records)));
}

/**
 * The artifact that may trade: APPROVED, and no newer version stands in its place.
 * @throws FathomError E_MODEL_STAGE, and what openModel and readArtifact throw.
 */
export function openApproved(place: AuditPlace, id: string): OpenedModel {
  const view = readAudit(place);
  requireIntact(view);
  const artifact = readArtifact(place.home, id, view.records);
  const { stage } = artifact.state;
  if (stage === "APPROVED") return opened(artifact);
  throw new FathomError(
    "E_MODEL_STAGE",
    `artifact ${id}: it is ${stage}, expected APPROVED: no other model may decide here; \`fathom gates ${id}\` and \`fathom promote ${id}\` take it there`,
    { id, stage },
  );
}

function opened(artifact: Artifact): OpenedModel {
  const { id } = artifact.manifest;
  if (canonicalJson(artifact.features) === canonicalJson(FEATURE_SCHEMA)) {
    return { artifact, training: artifact.training as unknown as ModelTraining };
  }
  const { version } = artifact.features;
  throw new FathomError(
    "E_MODEL_SCHEMA",
    `artifact ${id}: found feature schema ${String(version)}, expected ${FEATURE_SCHEMA.version} as this version computes it; train it anew`,
    { id, found: version, expected: FEATURE_SCHEMA.version },
  );
}

/** The artifact's own model, from the edge before which it was trained: all that comes after it is out of sample. */
function frozenModel({ artifact, training }: OpenedModel): ScheduledModel {
  const last = training.folds[training.folds.length - 1];
  return { from: last.edge, model: parseModel(artifact.model, FEATURE_NAMES), threshold: last.threshold };
}

/** A dataset that says what a reader must know of a run's models, and begins where the first of them does. */
export function withModels(dataset: Dataset, judged: RunModels | undefined): Dataset {
  if (judged === undefined) return dataset;
  const { models, notes } = judged;
  const start = Math.max(dataset.start ?? Number.NEGATIVE_INFINITY, models[0].from);
  return { ...dataset, start, notes: [...dataset.notes, ...notes] };
}

/** @param config of the run. */
export function frozenModels(
  found: OpenedModel,
  { panel, traded }: Dataset,
  config: EngineConfig,
): RunModels {
  const { artifact, training } = found;
  const { id } = artifact.manifest;
  const scheduled = frozenModel(found);
  const last = panel.time[panel.time.length - 1];
  if (last < scheduled.from) {
    throw new FathomError(
      "E_MODEL_SPAN",
      `artifact ${id}: it was trained on what was known before ${iso(scheduled.from)}, the bars end at ${iso(last)}: there is nothing it has not seen; take later bars, or its recipe fold by fold (walk-forward)`,
      { id, from: scheduled.from, last },
    );
  }
  const others = traded.filter((symbol) => !training.pairs.includes(symbol));
  const notes = [
    `${id} judges every entry from ${iso(scheduled.from)} on: it was trained on what was known before, so nothing is bought earlier.`,
    ...(others.length === 0 ? [] : [`${id} was not trained on ${others.join(", ")}.`]),
    ...["regime", "decision"].flatMap((section) =>
      canonicalJson(config[section as "regime"]) === canonicalJson(training.config[section as "regime"])
        ? []
        : [`${id} was trained with other settings of ${section}: features may not be what it learned from.`],
    ),
  ];
  return { model: of(artifact, "frozen"), models: [scheduled], notes };
}

const of = ({ manifest: { id, digest } }: Artifact, mode: RunModel["mode"]): RunModel => ({
  artifact: id,
  digest,
  mode,
});

/**
 * The bars and the config that an artifact was trained on.
 * @throws FathomError E_MODEL_ORIGIN, E_MODEL_CONFIG, and what `load` throws.
 */
export async function trainedOn(
  home: string,
  { artifact, training }: OpenedModel,
  progress?: ShowProgress,
): Promise<{ readonly dataset: Dataset; readonly config: EngineConfig }> {
  const { id } = artifact.manifest;
  const config = engineConfig.safeParse(training.config);
  if (!config.success) {
    const [issue] = config.error.issues;
    throw new FathomError(
      "E_MODEL_CONFIG",
      `artifact ${id}: its config is not one of this version (${issue.path.join(".")}: ${issue.message}); train it anew`,
      { id },
    );
  }
  const { origin } = training;
  if (origin !== undefined)
    return { dataset: await load({ home, ...origin, progress }), config: config.data };
  throw new FathomError(
    "E_MODEL_ORIGIN",
    `artifact ${id}: its bars came from a script, so no command can load them again; go on in that script, with its dataset`,
    { id },
  );
}

/**
 * The artifact's recipe trained again fold by fold. The last fold's model must be the artifact's, byte for byte.
 * @param dataset, config those that it was trained on.
 * @throws FathomError E_MODEL_REPEAT where it is not, and what samplesOf and walkForward throw.
 */
export async function walkedModels(
  { artifact, training }: OpenedModel,
  { panel }: Dataset,
  config: EngineConfig,
  progress?: ShowProgress,
): Promise<RunModels> {
  const { id } = artifact.manifest;
  const { pairs, labels, seed, recipe } = training;
  let bar: ReturnType<ShowProgress> | undefined;
  try {
    const folds = await walkForward(samplesOf(panel, config, { pairs, labels }), parseRecipe(recipe), {
      seed,
      onProgress(done, total) {
        bar ??= progress?.("folds trained", total);
        bar?.update(done);
      },
    });
    const last = folds[folds.length - 1].trained;
    if (Buffer.from(last.bytes).toString() !== artifact.model) {
      throw new FathomError(
        "E_MODEL_REPEAT",
        `artifact ${id}: trained again its recipe gives another model: bars, config, code or library are not those of its training; train it anew`,
        { id },
      );
    }
    return {
      model: of(artifact, "walk-forward"),
      models: folds.map(({ edge, trained: { model, threshold } }) => ({ from: edge, model, threshold })),
      notes: [
        `The recipe of ${id} judges every entry from ${iso(folds[0].edge)} on, trained anew at ${folds.length} edges on what was known before each.`,
      ],
    };
  } finally {
    bar?.stop();
  }
}
