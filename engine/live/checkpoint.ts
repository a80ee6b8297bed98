import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Deserializer, Serializer } from "node:v8";
import { FathomError } from "../errors.ts";
import { type FileOps, refuseSymlink, writeDurable } from "./durable.ts";
import type { JournalPlace } from "./journal.ts";
import { pack, unpack } from "./pack.ts";
import type { RunnerState } from "./runner.ts";

/** A runner's state and the place of the journal behind its last row. */
export interface SavedRunner {
  readonly state: RunnerState;
  readonly journal: JournalPlace;
}

const MAGIC = "fathom-checkpoint 1 ";
const HEADER = MAGIC.length + 64 + 1;

const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** Plain data as v8's bytes. Equal data, equal bytes. @throws FathomError E_CHECKPOINT_STATE for what is not plain. */
export function encodePlain(value: unknown): Buffer {
  // The bare serializer, not v8.serialize: that one copies each array by itself and forgets which share a buffer.
  const serializer = new Serializer();
  serializer.writeHeader();
  serializer.writeValue(pack(value));
  return serializer.releaseBuffer();
}

/** Undoes encodePlain; throws v8's error for other bytes. */
export function decodePlain(bytes: Uint8Array): unknown {
  const deserializer = new Deserializer(bytes);
  deserializer.readHeader();
  return unpack(deserializer.readValue());
}

/** The bytes of a checkpoint file: one line of text with the sha256 of the rest, then v8's. */
export function encodeCheckpoint(saved: SavedRunner): Uint8Array {
  const body = encodePlain(saved);
  return Buffer.concat([Buffer.from(`${MAGIC}${digest(body)}\n`), body]);
}

/** @throws FathomError E_CHECKPOINT_CORRUPT for bytes that are not exactly what was encoded. */
export function decodeCheckpoint(bytes: Uint8Array, path: string): SavedRunner {
  const head = Buffer.from(bytes.subarray(0, HEADER)).toString("latin1");
  const body = bytes.subarray(HEADER);
  if (!head.startsWith(MAGIC)) throw corrupt(path, "the header of a checkpoint of format 1");
  if (head.slice(MAGIC.length) !== `${digest(body)}\n`) throw corrupt(path, "the bytes of its sha256");
  try {
    return decodePlain(body) as SavedRunner;
  } catch {
    throw corrupt(path, `bytes that Node ${process.version} reads`);
  }
}

/** Writes a checkpoint so that after a crash the old or the new one is there, whole. Throws E_IO_*. */
export function writeCheckpoint(path: string, saved: SavedRunner, ops?: FileOps): void {
  writeDurable(path, encodeCheckpoint(saved), ops);
}

/** The last checkpoint; undefined before the first. Throws E_CHECKPOINT_CORRUPT, E_PATH_SYMLINK. */
export function readCheckpoint(path: string): SavedRunner | undefined {
  refuseSymlink(path);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return decodeCheckpoint(bytes, path);
}

const corrupt = (path: string, expected: string) =>
  new FathomError(
    "E_CHECKPOINT_CORRUPT",
    `checkpoint: ${path} was changed or cut, expected ${expected}; the state is rebuilt from the journal`,
    { path },
  );
