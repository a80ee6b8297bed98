import { canonicalJson, sha256 } from "../runs/canonical.ts";
import {
  type ArtifactFile,
  artifactError,
  FILES,
  isAuditHead,
  isId,
  LARGEST_MANIFEST,
  MANIFEST,
  NAMESPACE,
  tooLarge,
} from "./artifact-folder.ts";
import { hasKeys, isCount, isHex, isObject, isTime } from "./shape.ts";
import { strictJson } from "./strict-json.ts";

/** sha256 (64 hex) of what an artifact was made from; evidence for it must name the same three. */
export interface Inputs {
  /** Canonical JSON of the series' hashes. */
  readonly data: string;
  /** Canonical JSON of the effective config. */
  readonly config: string;
  /** The sources that trained it. */
  readonly code: string;
}

/** manifest.json. It says what the artifact is, and nothing of its stage: that stands in the log alone. */
export interface Manifest {
  readonly fathom: "artifact";
  readonly format: 1;
  readonly namespace: typeof NAMESPACE;
  readonly id: string;
  /** Of what it is a version, and which, from 1. */
  readonly name: string;
  readonly version: number;
  /** ISO time. */
  readonly created: string;
  readonly inputs: Inputs;
  readonly files: Readonly<Record<ArtifactFile, { readonly sha256: string; readonly size: number }>>;
  /** Where the audit log ended when the artifact was made. */
  readonly auditHead: { readonly seq: number; readonly hash: string };
  /** sha256 of the canonical JSON of all of the above. */
  readonly digest: string;
  /** Ed25519 over signedText(digest), 128 hex; `key` is the id of a trusted key. */
  readonly signature: { readonly algorithm: "ed25519"; readonly key: string; readonly value: string };
}

export type Unsigned = Omit<Manifest, "digest" | "signature">;

export const digestOf = (manifest: Unsigned): string => sha256(canonicalJson(manifest));

/** Says what is signed, so that a signature means nothing elsewhere. */
export const signedText = (digest: string): string => `fathom artifact ${NAMESPACE} ${digest}`;

/** One text a manifest: whoever reads it back must find the same bytes. */
export const manifestText = (manifest: Manifest): string => `${canonicalJson(manifest)}\n`;

const KEYS = [
  "auditHead",
  "created",
  "digest",
  "fathom",
  "files",
  "format",
  "id",
  "inputs",
  "name",
  "namespace",
  "signature",
  "version",
] as const;

/**
 * Reads a manifest and holds it to its shape, its text and its digest; signature and files are the caller's.
 * @param id of the folder that it lies in.
 * @throws FathomError E_ART_MANIFEST, E_ART_NAMESPACE, E_ART_ID, E_ART_HASH, E_ART_SIZE
 */
export function parseManifest(bytes: Uint8Array, id: string): Manifest {
  const fault = (found: string, expected: string) =>
    artifactError("E_ART_MANIFEST", id, MANIFEST, found, expected);
  if (bytes.length > LARGEST_MANIFEST) throw tooLarge(id, MANIFEST, bytes.length, LARGEST_MANIFEST);
  let read: unknown;
  try {
    read = strictJson(bytes);
  } catch (error) {
    throw fault((error as Error).message, "the JSON that was written");
  }
  if (!isObject(read) || read.fathom !== "artifact")
    throw fault("no artifact's manifest", '"fathom": "artifact"');
  if (read.namespace !== NAMESPACE) {
    throw artifactError(
      "E_ART_NAMESPACE",
      id,
      MANIFEST,
      `the namespace ${JSON.stringify(read.namespace)}`,
      `"${NAMESPACE}": models of other systems are not exchanged with this one`,
    );
  }
  if (read.format !== 1) throw fault(`format ${JSON.stringify(read.format)}`, "format 1");
  const wrong = !hasKeys(read, KEYS)
    ? `the members ${Object.keys(read).sort().join(", ")}`
    : firstWrong(read);
  if (wrong !== undefined) throw fault(wrong, `${KEYS.join(", ")} as they were written`);
  const manifest = read as unknown as Manifest;
  if (manifestText(manifest) !== Buffer.from(bytes).toString())
    throw fault("another spelling", "canonical JSON");
  if (manifest.id !== id)
    throw artifactError("E_ART_ID", id, MANIFEST, `the artifact ${manifest.id}`, `${id}`);
  const { digest, signature: _, ...unsigned } = manifest;
  const found = digestOf(unsigned);
  if (found !== digest) throw artifactError("E_ART_HASH", id, MANIFEST, `digest ${found}`, `${digest}`);
  return manifest;
}

/** The first member that is not of its type; keys were checked. */
function firstWrong(m: Record<(typeof KEYS)[number], unknown>): string | undefined {
  const checks: Record<string, boolean> = {
    id: isId(m.id),
    name: isId(m.name),
    version: isCount(m.version, 1),
    created: isTime(m.created),
    inputs:
      hasKeys(m.inputs, ["code", "config", "data"]) && Object.values(m.inputs).every((x) => isHex(x, 64)),
    files:
      hasKeys(m.files, FILES) &&
      Object.values(m.files).every(
        (f) => hasKeys(f, ["sha256", "size"]) && isHex(f.sha256, 64) && isCount(f.size),
      ),
    auditHead: isAuditHead(m.auditHead),
    digest: isHex(m.digest, 64),
    signature:
      hasKeys(m.signature, ["algorithm", "key", "value"]) &&
      m.signature.algorithm === "ed25519" &&
      isHex(m.signature.key, 32) &&
      isHex(m.signature.value, 128),
  };
  const wrong = Object.keys(checks).find((key) => !checks[key]);
  return wrong && `${JSON.stringify((m as Record<string, unknown>)[wrong])?.slice(0, 80)} as ${wrong}`;
}
