import * as fs from "node:fs";
import { dirname, join } from "node:path";
import { FathomError } from "../errors.ts";

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
  const fill = (fd: number) => {
    let done = 0;
    while (done < bytes.length) done += ops.writeSync(fd, bytes, done, bytes.length - done);
  };
  putInPlace(partName(path), path, "wx", ops, fill, bytes.length);
}

/** Gives a finished temporary file its name for good: fsync, rename, fsync of the folder. */
export function commitFile(part: string, path: string, ops: FileOps = fs): void {
  putInPlace(part, path, "r+", ops);
}

function putInPlace(
  part: string,
  path: string,
  flags: "wx" | "r+",
  ops: FileOps,
  fill?: (fd: number) => void,
  bytes?: number,
): void {
  try {
    sync(part, flags, ops, fill);
    ops.renameSync(part, path);
    syncDirectory(dirname(path), ops);
  } catch (error) {
    removeQuietly(part, ops);
    throw explainIo(error, path, bytes);
  }
}

/** Opens, fills and fsyncs. A failed fsync is final: the kernel may have dropped the pages, a second try would lie. */
function sync(path: string, flags: string, ops: FileOps, fill?: (fd: number) => void): void {
  const fd = ops.openSync(path, flags);
  try {
    fill?.(fd);
    ops.fsyncSync(fd);
  } finally {
    ops.closeSync(fd);
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

/** Makes the names in a folder durable: what was renamed or made in it is there after a loss of power. */
export function syncDirectory(path: string, ops: FileOps = fs): void {
  sync(path, "r", ops);
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

/** Says early that `path` could not be made or written: asks the nearest folder that exists. Throws E_IO_READONLY. */
export function requireWritable(path: string): void {
  let at = path;
  while (!fs.existsSync(at)) at = dirname(at);
  try {
    if (!fs.statSync(at).isDirectory()) throw Object.assign(new Error("no folder"), { code: "ENOTDIR" });
    fs.accessSync(at, fs.constants.W_OK);
  } catch (error) {
    throw explainIo(error, path);
  }
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
