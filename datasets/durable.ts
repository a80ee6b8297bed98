import * as fs from "node:fs";
import { dirname, join } from "node:path";
import { FathomError } from "../engine/errors.ts";

/** The file operations of a durable write; tests record them or let the n-th fail. */
export type FileOps = Pick<
  typeof fs,
  "openSync" | "writeSync" | "fsyncSync" | "closeSync" | "renameSync" | "mkdirSync" | "existsSync" | "rmSync"
>;

/** Temporary names end so; nothing lists them, and the next writer sweeps them. */
export const PART = ".part";

let serial = 0;

/** A fresh temporary name beside `path`. */
export const partName = (path: string): string => `${path}.${process.pid}-${serial++}${PART}`;

/**
 * Puts `data` at `path` so that after a crash or a loss of power the old or the new content is there, whole:
 * a temporary file in the same folder, fsync, rename, fsync of the folder. When it returns, the new content is
 * there to stay. Throws E_IO_*; the old content is then untouched, unless the very last fsync failed.
 */
export function writeDurable(path: string, data: string | Uint8Array, ops: FileOps = fs): void {
  const bytes = typeof data === "string" ? Buffer.from(data) : data;
  const part = partName(path);
  try {
    const fd = ops.openSync(part, "wx");
    try {
      let done = 0;
      while (done < bytes.length) done += ops.writeSync(fd, bytes, done, bytes.length - done);
      // A failed fsync is final: the kernel may have dropped the pages, a second try would lie.
      ops.fsyncSync(fd);
    } finally {
      ops.closeSync(fd);
    }
    ops.renameSync(part, path);
    syncDirectory(dirname(path), ops);
  } catch (error) {
    removeQuietly(part, ops);
    throw explainIo(error, path, bytes.length);
  }
}

/** Gives a finished temporary file its name for good: fsync, rename, fsync of the folder. */
export function commitFile(part: string, path: string, ops: FileOps = fs): void {
  try {
    const fd = ops.openSync(part, "r+");
    try {
      ops.fsyncSync(fd);
    } finally {
      ops.closeSync(fd);
    }
    ops.renameSync(part, path);
    syncDirectory(dirname(path), ops);
  } catch (error) {
    removeQuietly(part, ops);
    throw explainIo(error, path);
  }
}

/** Makes a folder and its missing parents, each entered durably in its parent. */
export function makeDirectory(path: string, ops: FileOps = fs): void {
  if (ops.existsSync(path)) return;
  makeDirectory(dirname(path), ops);
  try {
    ops.mkdirSync(path);
    syncDirectory(dirname(path), ops);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return;
    throw explainIo(error, path);
  }
}

function syncDirectory(path: string, ops: FileOps): void {
  const fd = ops.openSync(path, "r");
  try {
    ops.fsyncSync(fd);
  } finally {
    ops.closeSync(fd);
  }
}

function removeQuietly(path: string, ops: FileOps): void {
  try {
    ops.rmSync(path, { force: true });
  } catch {
    // The sweep of the next writer takes it; the first error is the one to tell.
  }
}

/** An operating system's error as E_IO_*: what to do about a full disk is not what to do about rights. */
export function explainIo(error: unknown, path: string, bytes?: number): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  const full = code === "ENOSPC" || code === "EDQUOT" || /no space left|disk quota/i.test(message ?? "");
  if (full) {
    const needed = bytes === undefined ? "" : ` (${bytes.toLocaleString("en")} bytes needed)`;
    return new FathomError(
      "E_IO_NO_SPACE",
      `write: the disk of ${path} is full${needed}; nothing was changed; make room and repeat`,
      { path, bytes },
    );
  }
  if (code === "EROFS" || code === "EACCES" || code === "EPERM" || code === "ENOTDIR") {
    return new FathomError(
      "E_IO_READONLY",
      `write: ${path} cannot be written (${code}); nothing was changed; expected a writable folder: check its rights or pass --home`,
      { path },
    );
  }
  if (code === "EIO") {
    return new FathomError(
      "E_IO_FAILED",
      `write: the device of ${path} reported an error (EIO); nothing was committed; check the disk before you repeat`,
      { path },
    );
  }
  return error;
}

/** Refuses a symbolic link where a state file is expected: it may point anywhere. Absent is fine. */
export function refuseSymlink(path: string): void {
  let stat: fs.Stats | undefined;
  try {
    stat = fs.lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw explainIo(error, path);
  }
  if (stat?.isSymbolicLink()) {
    throw new FathomError(
      "E_PATH_SYMLINK",
      `store: found a symbolic link at ${path}, expected a plain file or folder; remove the link or pass its target as --home`,
      { path },
    );
  }
}

/** Removes what earlier writers left behind: names in `folder` that `leftover` tells. */
export function sweep(folder: string, leftover: (name: string) => boolean): number {
  const names = fs.readdirSync(folder).filter(leftover);
  for (const name of names) fs.rmSync(join(folder, name), { recursive: true, force: true });
  return names.length;
}
