import type { Dataset } from "../../datasets/dataset.ts";
import { load } from "../../datasets/load.ts";
import { type EngineConfig, engineConfig } from "../../engine/config.ts";
import { FathomError } from "../../engine/errors.ts";
import { readArtifact } from "../artifacts/artifact.ts";
import type { AuditRecord } from "../artifacts/audit-chain.ts";
import type { Artifact } from "../artifacts/check-artifact.ts";
import type { Inputs } from "../artifacts/manifest.ts";
import { canonicalJson, sha256 } from "../runs/canonical.ts";
import { type SeriesIdentity, seriesOf } from "../runs/run-id.ts";
import type { ShowProgress } from "../runs/verification.ts";
import { inputsOf, type ModelTraining } from "../training/train.ts";
import { type Check, faults } from "./gate.ts";

/** An artifact that passed gate 1, with the bars and the config it was trained on. */
export interface Sound {
  readonly artifact: Artifact;
  readonly training: ModelTraining;
  readonly dataset: Dataset;
  readonly config: EngineConfig;
}

export interface Integrity {
  readonly checks: readonly Check[];
  /** Hashes of what was found, as far as it was looked at. */
  readonly found: Partial<Inputs>;
  /** There where every check passed: nothing of an artifact that is not sound is loaded. */
  readonly sound?: Sound;
}

export interface IntegrityOptions {
  readonly home: string;
  readonly id: string;
  /** Of an intact log. */
  readonly records: readonly AuditRecord[];
  /** The bars, where a script made them: see GateOptions. */
  readonly dataset?: Dataset;
  readonly progress?: ShowProgress;
}

/** Whether its bars were loaded as the artifact says they were, and not handed over by a script. */
export const isLoaded = ({ training }: Pick<Sound, "training">): boolean => training.origin !== undefined;

const FILES = "files, signature and log at odds";
const DATA = "series that are not those it was trained on";

/**
 * Gate 1: the artifact is what was written, signed and logged, is not superseded, and the bars, the config and the code of
 * today are those that it was trained with.
 */
export async function integrity(options: IntegrityOptions): Promise<Integrity> {
  const { home, id, records } = options;
  let artifact: Artifact;
  try {
    artifact = readArtifact(home, id, records);
  } catch (error) {
    return { checks: [faults(FILES, 1, 1, said(error))], found: {} };
  }
  const intact = faults(FILES, 0, Object.keys(artifact.manifest.files).length);
  const training = artifact.training as unknown as ModelTraining;
  const config = engineConfig.safeParse(training.config);
  if (!config.success) {
    const [issue] = config.error.issues;
    const why = `its config: ${issue.path.join(".")}: ${issue.message}`;
    return { checks: [intact, faults("config that this version cannot read", 1, 1, why)], found: {} };
  }
  let dataset: Dataset;
  try {
    dataset = await datasetOf(training, options);
  } catch (error) {
    return { checks: [intact, faults(DATA, Number.NaN, undefined, said(error))], found: {} };
  }
  const found = inputsOf(dataset.panel, config.data);
  const checks = [intact, ...inputChecks(artifact, training, dataset, found)];
  const isSound = checks.every((check) => check.verdict === "PASS");
  return { checks, found, ...(isSound && { sound: { artifact, training, dataset, config: config.data } }) };
}

function inputChecks(
  { manifest }: Artifact,
  { data, config, pairs }: ModelTraining,
  { panel, traded }: Dataset,
  found: Inputs,
): Check[] {
  const { inputs } = manifest;
  const series = seriesOf(panel);
  const changed = series.filter((s, k) => canonicalJson(s) !== canonicalJson(data[k] ?? null));
  const different = Math.max(changed.length, Math.abs(series.length - data.length));
  const isBound = (part: keyof Inputs, own: string) => (inputs[part] === own && found[part] === own ? 0 : 1);
  return [
    faults(
      DATA,
      different > 0 ? different : isBound("data", sha256(canonicalJson(data))),
      series.length,
      changed.map(nameOf).join(", ") || "found other series",
    ),
    faults(
      "pairs that are not those it was trained on",
      canonicalJson(pairs) === canonicalJson(traded) ? 0 : 1,
      pairs.length,
      `found ${traded.join(", ")}, expected ${pairs.join(", ")}`,
    ),
    faults(
      "config that is not what it was trained with",
      isBound("config", sha256(canonicalJson(config))),
      1,
      "this version has other settings: train it anew",
    ),
    faults(
      "code that is not what it was trained with",
      found.code === inputs.code ? 0 : 1,
      1,
      "sources of the engine or of training were changed since: train it anew",
    ),
  ];
}

const nameOf = ({ symbol, sha256 }: SeriesIdentity) => `${symbol} ${sha256.slice(0, 12)}`;

/** What an artifact says of where its bars come from is looked up: a script's bars do not take their place. */
async function datasetOf(
  { origin }: ModelTraining,
  { home, dataset, progress }: IntegrityOptions,
): Promise<Dataset> {
  if (origin !== undefined) return load({ home, ...origin, progress });
  if (dataset !== undefined) return dataset;
  throw new FathomError(
    "E_GATE_ORIGIN",
    "gates: its bars came from a script, so no command can load them again; run the gates in that script, with its dataset",
  );
}

/** What an error says, as the reason of a failed check. @throws what is no FathomError: a fault of ours is no verdict. */
export function said(error: unknown): string {
  if (error instanceof FathomError) return `${error.code}: ${error.message}`;
  throw error;
}
