import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Dataset } from "../datasets/dataset.ts";
import type { EngineConfig } from "../engine/config.ts";
import { FathomError } from "../engine/errors.ts";
import { FILES } from "../engine/live/files.ts";
import type { LiveOptions } from "../engine/live/live.ts";
import type { System } from "../engine/system.ts";
import type { AuditPlace } from "../research/artifacts/audit-log.ts";
import type { RunModels } from "../research/training/run-models.ts";

/** Whose word a paper run takes. */
export interface PaperModel {
  readonly judged?: RunModels;
  /** Sentences that the operator must know. */
  readonly notes: readonly string[];
  /** Why the model may decide about no further row. */
  readonly barred?: FathomError;
}

/** A model that is not, or no more, the one that may trade. */
const BARRED = ["E_MODEL_STAGE", "E_ART_ROLLBACK"];

/**
 * The model of a paper run, verified anew at every start: one that was retired or superseded meanwhile decides no more.
 * Where `folder` has a journal it is opened all the same, with the reason: a run that was killed has to reach its last
 * journaled row under the model that it was taken under, or its portfolio could never be carried over to another.
 * @param id of the artifact; undefined for a run without a model.
 * @throws FathomError what openApproved, openModel and frozenModels throw.
 */
export async function paperModel(
  place: AuditPlace,
  id: string | undefined,
  dataset: Dataset,
  config: EngineConfig,
  folder: string,
): Promise<PaperModel> {
  if (id === undefined) return { notes: [] };
  const [{ openApproved, openModel }, { frozenModels }, { trainingCode }] = await Promise.all([
    import("../research/training/open-model.ts"),
    import("../research/training/run-models.ts"),
    import("../research/training/train.ts"),
  ]);
  try {
    const found = openApproved(place, id);
    const judged = frozenModels(found, dataset, config);
    const isOwnCode = found.artifact.manifest.inputs.code === trainingCode();
    return { judged, notes: isOwnCode ? judged.notes : [...judged.notes, otherCode(id)] };
  } catch (error) {
    const isBarred = error instanceof FathomError && BARRED.includes(error.code);
    if (!isBarred || !existsSync(join(folder, FILES.journal))) throw error;
    return { judged: frozenModels(openModel(place, id), dataset, config), notes: [], barred: error };
  }
}

const otherCode = (id: string) =>
  `${id} was trained and judged by another version of the engine or of the training: its scores may not be what its gates saw; train it anew to be sure.`;

/**
 * Brings a paper run to its last journaled row, saves its portfolio there, and tells why it takes no other.
 * @throws FathomError `barred` with what to do, or alone where another plan was followed last; else what runLive throws.
 */
export async function closeRun(
  system: System,
  live: Pick<LiveOptions, "folder" | "feed" | "now" | "onNote">,
  barred: FathomError,
): Promise<never> {
  const [{ runLive }, { paperBroker }] = await Promise.all([
    import("../engine/live/live.ts"),
    import("../engine/live/broker.ts"),
  ]);
  async function* noRows() {}
  try {
    await runLive(system, noRows, { ...live, broker: paperBroker(() => {}) });
  } catch (error) {
    throw error instanceof FathomError && error.code === "E_CHECKPOINT_PLAN" ? barred : error;
  }
  const { code, message, context } = barred;
  throw new FathomError(
    code,
    `${message}. The run was saved behind its last row: go on with --carry-over under another model, or under none`,
    context,
  );
}
