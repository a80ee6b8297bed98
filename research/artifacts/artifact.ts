import * as fs from "node:fs";
import { join } from "node:path";
import {
  explainIo,
  type FileOps,
  makeDirectory,
  PART,
  partName,
  refuseSymlink,
  sweep,
  syncDirectory,
  writeDurable,
} from "../../engine/live/durable.ts";
import { artifactError, artifactFolder, artifactsFolder, MANIFEST, readFolder } from "./artifact-folder.ts";
import type { AuditRecord } from "./audit-chain.ts";
import { type AuditLog, utc } from "./audit-log.ts";
import { type Against, type Artifact, checkArtifact } from "./check-artifact.ts";
import { believedKeys, type Signer } from "./keys.ts";
import { type ArtifactState, newestVersion, stagesOf, supersededBy } from "./lifecycle.ts";
import { type ArtifactParts, sealArtifact } from "./seal-artifact.ts";

/** What `records` and the keys of a home say of artifacts. */
export function against(home: string, records: readonly AuditRecord[]): Against {
  return { keys: believedKeys(home, records), records, stages: stagesOf(records) };
}

/**
 * A verified artifact to be shown or judged, whichever version it is.
 * @throws FathomError what checkArtifact and readFolder throw.
 */
export function verifyArtifact(home: string, id: string, known: Against): Artifact {
  return checkArtifact(readFolder(home, id), id, known);
}

/**
 * A verified artifact to be used. An older version is refused once a newer one of its name, not retired, stands at
 * its stage or further.
 * @param records those of an intact log.
 * @throws FathomError E_ART_ROLLBACK, and what verifyArtifact throws.
 */
export function readArtifact(home: string, id: string, records: readonly AuditRecord[]): Artifact {
  const known = against(home, records);
  const artifact = verifyArtifact(home, id, known);
  const newer = supersededBy(known.stages.artifacts, artifact.state);
  if (newer === undefined) return artifact;
  const { name, version } = artifact.state;
  throw artifactError(
    "E_ART_ROLLBACK",
    id,
    MANIFEST,
    `version ${version} of ${name}`,
    `version ${newer.version} (${newer.id}, ${newer.stage}); retire that one to go back`,
  );
}

/**
 * Writes `<home>/artifacts/<name>-v<version>/` in one step (temporary folder, fsync, rename) and notes it in the log,
 * which makes it a CANDIDATE. A folder without its record is not loaded.
 * @param now ms UTC.
 * @throws FathomError E_ART_* for what could not be read back, E_IO_*, and what `append` throws; no artifact is made then.
 */
export function writeArtifact(
  log: AuditLog,
  parts: ArtifactParts,
  signer: Signer,
  now: number,
  ops: FileOps = fs,
): ArtifactState {
  const { home } = log.place;
  const { name, inputs } = parts;
  artifactFolder(home, name);
  const stages = stagesOf(log.records);
  let version = newestVersion(stages.artifacts, name) + 1;
  // A folder that a kill left without its record keeps its name: it may be looked at, and is never taken for this one.
  while (fs.existsSync(artifactFolder(home, `${name}-v${version}`))) version++;
  const id = `${name}-v${version}`;
  const created = utc(now);
  const { manifest, files } = sealArtifact(parts, { id, version, created, auditHead: log.head() }, signer);
  const { digest } = manifest;
  const state: ArtifactState = { id, name, version, digest, ...inputs, stage: "CANDIDATE", created };
  // What will not be read back is not written.
  checkArtifact(files, id, {
    keys: believedKeys(home, log.records),
    records: log.records,
    stages: { ...stages, artifacts: new Map([[id, state]]) },
  });
  writeFolder(home, id, files, ops);
  log.append("artifact-created", { artifact: id, name, version, digest, ...inputs }, now);
  return state;
}

function writeFolder(home: string, id: string, files: ReadonlyMap<string, Uint8Array>, ops: FileOps): void {
  const all = artifactsFolder(home);
  const folder = artifactFolder(home, id);
  refuseSymlink(all);
  makeDirectory(all, ops);
  // The log's lock is held: nobody else writes here.
  sweep(all, (name) => name.endsWith(PART));
  const part = partName(folder);
  let at = part;
  try {
    ops.mkdirSync(part);
    for (const [name, bytes] of files) writeDurable(join(part, name), bytes, ops);
    ops.renameSync(part, folder);
    at = folder;
    syncDirectory(all, ops);
  } catch (error) {
    fs.rmSync(at, { recursive: true, force: true });
    throw explainIo(error, folder);
  }
}
