import * as fs from "node:fs";
import { FathomError } from "../../engine/errors.ts";
import { explainIo, refuseSymlink } from "../../engine/live/durable.ts";

/** What was read of a file; `size` and `mode` are those of all of it. */
export interface PlainFile {
  readonly bytes: Buffer;
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
}

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants;

/**
 * The first bytes of a file that somebody else may have put there, at most `most` of them; undefined where there is
 * none. No link is followed, no pipe waited for.
 * @throws FathomError E_PATH_SYMLINK, E_PATH_FILE for a folder, a pipe or a device, E_IO_*
 */
export function readPlain(path: string, most: number): PlainFile | undefined {
  refuseSymlink(path);
  let fd: number | undefined;
  try {
    fd = fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const stat = fs.fstatSync(fd);
    if (!stat.isFile()) {
      throw new FathomError(
        "E_PATH_FILE",
        `store: found no plain file at ${path}, expected one; move away what is there`,
        { path },
      );
    }
    const { size } = stat;
    return { bytes: fill(fd, Math.min(size, most)), size, mode: stat.mode & 0o777 };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw explainIo(error, path);
  } finally {
    if (fd !== undefined) fs.closeSync(fd);
  }
}

function fill(fd: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const read = fs.readSync(fd, bytes, done, length - done, done);
    if (read === 0) break; // it was cut meanwhile
    done += read;
  }
  return bytes.subarray(0, done);
}
