import type { DataOrigin, Dataset } from "../../datasets/dataset.ts";
import { formatInterval } from "../../datasets/interval.ts";
import type { EngineConfig } from "../../engine/config.ts";
import { FathomError } from "../../engine/errors.ts";
import { HOUR } from "../../engine/market/bars.ts";
import { FEATURE_NAMES } from "../../engine/scoring/feature-schema.ts";
import type { ScheduledModel } from "../../engine/scoring/schedule.ts";
import type { Artifact } from "../artifacts/check-artifact.ts";
import { differing, leaves } from "../runs/compare.ts";
import { iso } from "../runs/rows.ts";
import { type ShowProgress, showing } from "../runs/verification.ts";
import { decisionLength } from "./decision-panel.ts";
import type { OpenedModel } from "./open-model.ts";
import { parseRecipe } from "./recipe.ts";
import { samplesOf } from "./samples.ts";
import { parseModel } from "./stored-model.ts";
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

/** What a run needs of its models. */
export interface RunModels {
  readonly model: RunModel;
  readonly models: readonly ScheduledModel[];
  /** Sentences that a reader of the run must know. */
  readonly notes: readonly string[];
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

/**
 * The artifact's own model over other bars, pairs and settings than its own, as far as its features mean the same there.
 * @param config of the run.
 * @throws FathomError E_MODEL_SPAN for bars that end before its edge, E_MODEL_INTERVAL for decisions of another length
 *   than it was trained on.
 */
export function frozenModels(found: OpenedModel, dataset: Dataset, config: EngineConfig): RunModels {
  const { artifact } = found;
  const { panel } = dataset;
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
  requireDecisions(found, decisionLength(config, panel.interval));
  const notes = [
    `${id} judges every entry from ${iso(scheduled.from)} on: it was trained on what was known before, so nothing is bought earlier.`,
    ...differences(found, dataset, config),
  ];
  return { model: of(artifact, "frozen"), models: [scheduled], notes };
}

/** Volatilities are features by the bar: on longer ones every one of them is another number. */
function requireDecisions({ artifact, training }: OpenedModel, found: number): void {
  const { id } = artifact.manifest;
  const expected = decisionLength(training.config, training.data[0].interval);
  if (found === expected) return;
  const bars = formatInterval(expected);
  throw new FathomError(
    "E_MODEL_INTERVAL",
    `artifact ${id}: found a decision every ${formatInterval(found)}, expected one every ${bars}: it was trained on bars of that length; take such, or shorter ones with decision.interval=${expected / HOUR}`,
    { id, found, expected },
  );
}

/** What is not as it was when the model was trained, a sentence each. */
function differences(
  { artifact, training }: OpenedModel,
  { traded, origin }: Dataset,
  config: EngineConfig,
): string[] {
  const { id } = artifact.manifest;
  const others = traded.filter((symbol) => !training.pairs.includes(symbol));
  const settings = differing(leaves(training.config), leaves(config))
    .map(({ name }) => name)
    .filter((name) => name !== "decision.interval"); // decisions are of the same length: see requireDecisions
  const market = training.origin && seededMarket(training.origin);
  return [
    ...(others.length === 0 ? [] : [`${id} was not trained on ${others.join(", ")}.`]),
    ...(market === undefined || (origin && market === seededMarket(origin))
      ? []
      : [`${id} was trained on other bars than these: on those of ${market}.`]),
    ...(settings.length === 0 ? [] : [`${id} was trained under other settings of ${settings.join(", ")}.`]),
  ];
}

const of = ({ manifest: { id, digest } }: Artifact, mode: RunModel["mode"]): RunModel => ({
  artifact: id,
  digest,
  mode,
});

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
  const samples = samplesOf(panel, config, { pairs, labels });
  const folds = await showing(progress, "folds trained", (onProgress) =>
    walkForward(samples, parseRecipe(recipe), { seed, onProgress }),
  );
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
}

/** A market by name, a made one by its seed too. */
const seededMarket = ({ data, seed, planted }: DataOrigin): string =>
  seed === undefined ? data : `${data}, seed ${seed}${planted ? ", planted" : ""}`;
