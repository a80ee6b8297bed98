import { sha256 } from "../runs/canonical.ts";
import {
  type ArtifactFile,
  artifactError,
  extraFile,
  FILES,
  LARGEST,
  MANIFEST,
  missingFile,
  tooLarge,
} from "./artifact-folder.ts";
import type { AuditRecord } from "./audit-chain.ts";
import { isSignedBy, type TrustedKey } from "./keys.ts";
import type { ArtifactState, Stages } from "./lifecycle.ts";
import { type Manifest, parseManifest, signedText } from "./manifest.ts";
import { isObject } from "./shape.ts";
import { strictJson } from "./strict-json.ts";

/** training.json: how the model came to be, enough to train it again. */
export interface TrainingReport {
  /** Series with their hashes; the effective config; the seed. */
  readonly data: unknown;
  readonly config: unknown;
  readonly seed: number;
  /** Split protocol, what each fold gave, and the thresholds that were chosen. */
  readonly splits: unknown;
  readonly folds: unknown;
  readonly thresholds: unknown;
  /** Versions of what trained it. */
  readonly libraries: Readonly<Record<string, string>>;
  /** How many trials were made before this one was chosen, itself included. */
  readonly trials: number;
}
const TRAINING = ["data", "config", "seed", "splits", "folds", "thresholds", "libraries", "trials"] as const;

/** An artifact that was verified. */
export interface Artifact {
  readonly manifest: Manifest;
  /** As the trainer wrote it: what the scoring loader reads. */
  readonly model: string;
  readonly features: Readonly<Record<string, unknown>>;
  readonly training: TrainingReport & Readonly<Record<string, unknown>>;
  /** Where the log says it stands. */
  readonly state: ArtifactState;
}

/** What an artifact is held against beside itself. */
export interface Against {
  readonly keys: ReadonlyMap<string, TrustedKey>;
  readonly records: readonly AuditRecord[];
  readonly stages: Stages;
}

/**
 * Holds an artifact's files to its manifest, the manifest to its signature, and both to the log.
 * @throws FathomError E_ART_MISSING_FILE, E_ART_EXTRA_FILE, E_ART_MANIFEST, E_ART_NAMESPACE, E_ART_ID, E_ART_SIGNATURE,
 *   E_ART_HASH, E_ART_SIZE, E_ART_JSON, E_ART_UNLOGGED (the log knows no such artifact), E_ART_ROLLBACK (it knows a later
 *   one of this id), E_AUDIT_HEAD (the log is not the one that the artifact was made in)
 */
export function checkArtifact(
  files: ReadonlyMap<string, Uint8Array>,
  id: string,
  against: Against,
): Artifact {
  const manifestBytes = files.get(MANIFEST);
  if (manifestBytes === undefined) throw missingFile(id, MANIFEST);
  const manifest = parseManifest(manifestBytes, id);
  checkSignature(manifest, against.keys);
  for (const name of files.keys())
    if (name !== MANIFEST && !Object.hasOwn(manifest.files, name)) throw extraFile(id, name);
  for (const name of FILES) checkFile(files.get(name), manifest, name);
  const state = checkLogged(manifest, against);
  parse(files, id, "model.json");
  return {
    manifest,
    model: Buffer.from(files.get("model.json")!).toString(),
    features: parse(files, id, "features.json"),
    training: checkTraining(parse(files, id, "training.json"), id),
    state,
  };
}

function checkSignature({ id, digest, signature }: Manifest, keys: Against["keys"]): void {
  const key = keys.get(signature.key);
  if (key === undefined) {
    const known =
      keys.size === 0 ? "a trusted key, and there is none" : `one of ${[...keys.keys()].join(", ")}`;
    throw artifactError("E_ART_SIGNATURE", id, MANIFEST, `a signature by key ${signature.key}`, known);
  }
  if (isSignedBy(key, signedText(digest), signature.value)) return;
  throw artifactError(
    "E_ART_SIGNATURE",
    id,
    MANIFEST,
    "a signature of something else",
    `that of digest ${digest}`,
  );
}

function checkFile(bytes: Uint8Array | undefined, { id, files }: Manifest, name: ArtifactFile): void {
  if (bytes === undefined) throw missingFile(id, name);
  if (bytes.length > LARGEST[name]) throw tooLarge(id, name, bytes.length, LARGEST[name]);
  const expected = files[name];
  if (bytes.length !== expected.size) {
    throw artifactError("E_ART_HASH", id, name, `${bytes.length} bytes`, `${expected.size}`);
  }
  const found = sha256(bytes);
  if (found !== expected.sha256)
    throw artifactError("E_ART_HASH", id, name, `sha256 ${found}`, expected.sha256);
}

function checkLogged(
  { id, version, digest, auditHead }: Manifest,
  { records, stages }: Against,
): ArtifactState {
  const state = stages.artifacts.get(id);
  if (state === undefined)
    throw artifactError("E_ART_UNLOGGED", id, MANIFEST, "no record of it in the audit log", "one");
  if (version < state.version) {
    throw artifactError(
      "E_ART_ROLLBACK",
      id,
      MANIFEST,
      `version ${version}`,
      `version ${state.version}, as the log says`,
    );
  }
  if (digest !== state.digest)
    throw artifactError("E_ART_HASH", id, MANIFEST, `digest ${digest}`, `${state.digest}, as the log says`);
  const { seq, hash } = auditHead;
  if (records[seq - 1]?.hash !== hash) {
    throw artifactError(
      "E_AUDIT_HEAD",
      id,
      MANIFEST,
      "a head that the audit log does not have",
      `record ${seq} with hash ${hash}`,
    );
  }
  return state;
}

function parse(
  files: ReadonlyMap<string, Uint8Array>,
  id: string,
  name: ArtifactFile,
): Record<string, unknown> {
  let found: unknown;
  try {
    found = strictJson(files.get(name)!);
  } catch (error) {
    throw artifactError("E_ART_JSON", id, name, (error as Error).message, "plain JSON");
  }
  if (isObject(found)) return found;
  throw artifactError("E_ART_JSON", id, name, "no object", "one");
}

function checkTraining(found: Record<string, unknown>, id: string): Artifact["training"] {
  const absent = TRAINING.filter((key) => !Object.hasOwn(found, key));
  if (absent.length === 0) return found as unknown as Artifact["training"];
  throw artifactError("E_ART_TRAINING", id, "training.json", `no ${absent.join(", ")}`, TRAINING.join(", "));
}
