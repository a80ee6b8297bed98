import type { Dataset } from "../../datasets/dataset.ts";
import { load } from "../../datasets/load.ts";
import { type EngineConfig, engineConfig } from "../../engine/config.ts";
import { FathomError } from "../../engine/errors.ts";
import { FEATURE_SCHEMA } from "../../engine/scoring/feature-schema.ts";
import { against, readArtifact, verifyArtifact } from "../artifacts/artifact.ts";
import { type AuditPlace, readAudit, requireIntact } from "../artifacts/audit-log.ts";
import type { Artifact } from "../artifacts/check-artifact.ts";
import { canonicalJson } from "../runs/canonical.ts";
import type { ShowProgress } from "../runs/verification.ts";
import type { ModelTraining } from "./train.ts";

/** A verified artifact whose model fits this version's features. */
export interface OpenedModel {
  readonly artifact: Artifact;
  readonly training: ModelTraining;
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
  const advice =
    stage === "RETIRED"
      ? "it is out of use for good: take another"
      : `\`fathom gates ${id}\` and \`fathom promote ${id}\` take it there`;
  throw new FathomError(
    "E_MODEL_STAGE",
    `artifact ${id}: it is ${stage}, expected APPROVED: no other model may decide here; ${advice}`,
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
  if (origin !== undefined) {
    return { dataset: await load({ home, ...origin, progress }), config: config.data };
  }
  throw new FathomError(
    "E_MODEL_ORIGIN",
    `artifact ${id}: its bars came from a script, so no command can load them again; go on in that script, with its dataset`,
    { id },
  );
}
