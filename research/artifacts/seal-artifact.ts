import { canonicalJson, sha256 } from "../runs/canonical.ts";
import { type ArtifactFile, artifactError, FILES, MANIFEST, NAMESPACE } from "./artifact-folder.ts";
import type { TrainingReport } from "./check-artifact.ts";
import type { Signer } from "./keys.ts";
import { digestOf, type Inputs, type Manifest, manifestText, signedText, type Unsigned } from "./manifest.ts";

/** What a trainer hands over. */
export interface ArtifactParts {
  /** Of what it is a new version: the id is `<name>-v<version>`. */
  readonly name: string;
  /** The trainer's JSON, kept byte for byte. */
  readonly model: string | Uint8Array;
  /** Feature schema. */
  readonly features: Readonly<Record<string, unknown>>;
  readonly training: TrainingReport;
  readonly inputs: Inputs;
  /** Another than ours is refused. */
  readonly namespace?: string;
}

/** What the log gives it. */
export interface Place extends Pick<Unsigned, "id" | "version" | "created"> {
  readonly auditHead: { readonly seq: number; readonly hash: string };
}

/**
 * The files of an artifact, manifest included, signed; nothing is written.
 * @throws FathomError E_ART_NAMESPACE, E_RUN_CANONICAL for parts that JSON cannot hold (NaN).
 */
export function sealArtifact(
  { name, model, features, training, inputs, namespace = NAMESPACE }: ArtifactParts,
  { id, version, created, auditHead: { seq, hash } }: Place,
  signer: Signer,
): { readonly manifest: Manifest; readonly files: ReadonlyMap<string, Uint8Array> } {
  if (namespace !== NAMESPACE) {
    const found = `the namespace ${JSON.stringify(namespace)}`;
    throw artifactError("E_ART_NAMESPACE", id, MANIFEST, found, `"${NAMESPACE}"`);
  }
  const bytes: Record<ArtifactFile, Uint8Array> = {
    "features.json": jsonBytes(features),
    "model.json": Buffer.from(model),
    "training.json": jsonBytes(training),
  };
  const listed = FILES.map((file) => [file, { sha256: sha256(bytes[file]), size: bytes[file].length }]);
  const unsigned: Unsigned = {
    fathom: "artifact",
    format: 1,
    namespace: NAMESPACE,
    id,
    name,
    version,
    created,
    inputs,
    files: Object.fromEntries(listed) as Manifest["files"],
    auditHead: { seq, hash },
  };
  const manifest = signManifest(unsigned, signer);
  const files = new Map<string, Uint8Array>(Object.entries(bytes));
  return { manifest, files: files.set(MANIFEST, Buffer.from(manifestText(manifest))) };
}

export function signManifest(unsigned: Unsigned, signer: Signer): Manifest {
  const digest = digestOf(unsigned);
  const value = signer.sign(signedText(digest));
  return { ...unsigned, digest, signature: { algorithm: "ed25519", key: signer.id, value } };
}

const jsonBytes = (x: unknown): Uint8Array => Buffer.from(`${canonicalJson(x)}\n`);
