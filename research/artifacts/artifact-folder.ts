import * as fs from "node:fs";
import { join } from "node:path";
import { didYouMean, FathomError } from "../../engine/errors.ts";
import { explainIo, refuseSymlink } from "../../engine/live/durable.ts";
import type { Witness } from "./audit-chain.ts";
import { readPlain } from "./plain-file.ts";
import { hasKeys, isCount, isHex } from "./shape.ts";
import { strictJson } from "./strict-json.ts";

/** The only kind of artifact that is written or read: a model of another trade gets neither in nor out under our name. */
export const NAMESPACE = "crypto/kraken";

export const MANIFEST = "manifest.json";
/** What an artifact holds beside its manifest, and the largest size of each, bytes. */
export const LARGEST = {
  "features.json": 1 << 20,
  "model.json": 1 << 26,
  "training.json": 1 << 23,
} as const;
export type ArtifactFile = keyof typeof LARGEST;
export const FILES = Object.keys(LARGEST) as ArtifactFile[];
export const LARGEST_MANIFEST = 1 << 16;

const ID = /^[a-z0-9][a-z0-9._-]{0,63}$/;

export const isId = (id: unknown): id is string => typeof id === "string" && ID.test(id);

export const artifactsFolder = (home: string): string => join(home, "artifacts");

/** The folder of an artifact. @throws FathomError E_ART_ID for what is no id, before any file is looked at. */
export function artifactFolder(home: string, id: string): string {
  requireId(id);
  return join(artifactsFolder(home), id);
}

/** @throws FathomError E_ART_ID */
export function requireId(id: string): void {
  if (isId(id)) return;
  const shown = JSON.stringify(String(id).slice(0, 80));
  throw new FathomError(
    "E_ART_ID",
    `artifact: found the id ${shown}, expected up to 64 of a-z, 0-9, "-", "_" and ".", a letter or digit first`,
    { id: String(id).slice(0, 80) },
  );
}

/** Ids of the folders in `<home>/artifacts`, in their order; what writers left behind is no id. */
export function artifactIds(home: string): readonly string[] {
  try {
    return fs
      .readdirSync(artifactsFolder(home))
      .filter((name) => isId(name) && !name.endsWith(".part"))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw explainIo(error, artifactsFolder(home));
  }
}

export const artifactError = (
  code: string,
  id: string,
  file: string,
  found: string,
  expected: string,
): FathomError =>
  new FathomError(code, `artifact ${id}: ${file}: found ${found}, expected ${expected}; it is not loaded`, {
    id,
    file,
    found,
    expected,
  });

/**
 * The bytes of every file in an artifact's folder, by name; of none is more read than it may have.
 * @throws FathomError E_ART_ID, E_ART_UNKNOWN (no such folder), E_ART_EXTRA_FILE, E_ART_MISSING_FILE, E_ART_SIZE,
 *   E_PATH_SYMLINK, E_PATH_FILE, E_IO_*
 */
export function readFolder(home: string, id: string): ReadonlyMap<string, Uint8Array> {
  const folder = artifactFolder(home, id);
  try {
    refuseSymlink(artifactsFolder(home));
    refuseSymlink(folder);
    if (!fs.existsSync(folder)) {
      throw new FathomError(
        "E_ART_UNKNOWN",
        `artifact ${id}: found no ${folder}; see fathom artifacts list.${didYouMean(id, artifactIds(home))}`,
        { id },
      );
    }
    const real = fs.realpathSync(folder);
    const expected = join(fs.realpathSync(home), "artifacts", id);
    if (real !== expected) throw artifactError("E_ART_ID", id, "the folder", real, expected);
    const names = fs.readdirSync(folder);
    return new Map(names.map((name) => [name, readBounded(folder, id, name)]));
  } catch (error) {
    throw explainIo(error, folder);
  }
}

function readBounded(folder: string, id: string, name: string): Uint8Array {
  const largest =
    name === MANIFEST
      ? LARGEST_MANIFEST
      : FILES.includes(name as ArtifactFile)
        ? LARGEST[name as ArtifactFile]
        : undefined;
  if (largest === undefined) throw extraFile(id, name);
  const found = readPlain(join(folder, name), largest);
  if (found === undefined) throw missingFile(id, name);
  if (found.size > largest) throw tooLarge(id, name, found.size, largest);
  return found.bytes;
}

export const missingFile = (id: string, name: string): FathomError =>
  artifactError("E_ART_MISSING_FILE", id, name, "no such file", "one");

export const extraFile = (id: string, name: string): FathomError =>
  artifactError(
    "E_ART_EXTRA_FILE",
    id,
    JSON.stringify(name),
    "a file",
    `only ${[...FILES, MANIFEST].join(", ")}`,
  );

export const tooLarge = (id: string, name: string, size: number, largest: number): FathomError =>
  artifactError("E_ART_SIZE", id, name, `${size} bytes`, `at most ${largest}`);

/**
 * The head of the log that each artifact remembers from when it was made. A manifest that cannot be read, or that is
 * of another system, remembers none here: reading the artifact tells.
 */
export function artifactHeads(home: string): readonly Witness[] {
  return artifactIds(home).flatMap((id) => {
    const where = join(artifactsFolder(home), id, MANIFEST);
    try {
      const manifest = strictJson(readPlain(where, LARGEST_MANIFEST)?.bytes ?? Buffer.alloc(0));
      const { namespace, auditHead } = manifest as Record<string, unknown>;
      return namespace === NAMESPACE && isAuditHead(auditHead) ? [{ where, ...auditHead }] : [];
    } catch {
      return [];
    }
  });
}

export const isAuditHead = (x: unknown): x is { readonly seq: number; readonly hash: string } =>
  hasKeys(x, ["hash", "seq"]) && isCount(x.seq) && isHex(x.hash, 32);
