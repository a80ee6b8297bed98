import { crc32 } from "node:zlib";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { FathomError } from "../engine/errors.ts";
import { explainZlib, withinLimits } from "./inflate.ts";

/** Kraken ships some 10,000 files; a directory of millions is an attack. */
const MOST_ENTRIES = 20_000;
const FILE = /^[A-Z0-9._-]+\.csv$/;
const FOLDER = /^[A-Za-z0-9_-][A-Za-z0-9 ._-]*$/;
/** What a Mac's archiver adds. */
const DECORATION = /^__MACOSX\/|(^|\/)\.DS_Store$/;
const FILE_TYPE = 0o170000;
const SYMLINK = 0o120000;

export interface ArchiveEntry {
  /** Name in the archive. */
  readonly name: string;
  readonly compressed: number;
  open(): AsyncIterable<Uint8Array>;
}

/**
 * The CSV files of a Kraken OHLCVT archive (.zip), each read as a stream: nothing is ever extracted to a path.
 * The whole directory is judged before the first entry is read: one hostile name refuses the archive with
 * E_DATA_ZIP_ENTRY.
 */
export async function openArchive(
  path: string,
): Promise<{ entries: readonly ArchiveEntry[]; close(): void }> {
  let zip: ZipFile;
  try {
    // Names are judged here, as the bytes that they are.
    zip = await openPromise(path, { lazyEntries: true, autoClose: false, decodeStrings: false });
  } catch (error) {
    throw explainZip(error, path);
  }
  try {
    const entries: ArchiveEntry[] = [];
    const seen = new Set<string>();
    if (zip.entryCount > MOST_ENTRIES) throw badEntry(path, "", `${zip.entryCount} entries`);
    for await (const entry of zip.eachEntry()) {
      const name = (entry.fileName as unknown as Buffer).toString("latin1");
      if (DECORATION.test(name)) continue;
      const fault = faultOf(entry, name, seen);
      if (fault !== undefined) throw badEntry(path, name, fault);
      seen.add(name.toLowerCase());
      if (!name.endsWith("/"))
        entries.push({ name, compressed: entry.compressedSize, open: () => read(zip, entry, path, name) });
    }
    return { entries, close: () => zip.close() };
  } catch (error) {
    zip.close();
    throw explainZip(error, path);
  }
}

function faultOf(entry: Entry, name: string, seen: ReadonlySet<string>): string | undefined {
  const parts = (name.endsWith("/") ? name.slice(0, -1) : name).split("/");
  const file = name.endsWith("/") ? undefined : parts.pop()!;
  if (!parts.every((part) => FOLDER.test(part)))
    return "a path that leaves the archive or has odd characters";
  if (file !== undefined && !FILE.test(file)) return "a name that is not of the kind XBTUSD_60.csv";
  if (seen.has(name.toLowerCase())) return "a name for the second time";
  if (((entry.externalFileAttributes >>> 16) & FILE_TYPE) === SYMLINK) return "a symbolic link";
  if (entry.generalPurposeBitFlag & 1) return "an encrypted entry";
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8)
    return "a compression that is not deflate";
  return undefined;
}

async function* read(zip: ZipFile, entry: Entry, path: string, name: string): AsyncGenerator<Uint8Array> {
  const file = `${path}, ${name}`;
  let sum = 0;
  try {
    const stream = await zip.openReadStreamPromise(entry);
    try {
      for await (const chunk of withinLimits(stream, entry.compressedSize, file)) {
        sum = crc32(chunk, sum);
        yield chunk;
      }
    } finally {
      stream.destroy();
    }
  } catch (error) {
    throw explainZip(explainZlib(error, file), file);
  }
  if (sum !== entry.crc32) {
    throw new FathomError(
      "E_DATA_CORRUPT",
      `import: found checksum ${sum}, expected ${entry.crc32}; nothing of this file was stored; get the archive again (${file})`,
      { file },
    );
  }
}

const badEntry = (path: string, name: string, fault: string) =>
  new FathomError(
    "E_DATA_ZIP_ENTRY",
    `import: found ${fault}, expected only files such as XBTUSD_60.csv; nothing of this archive was stored; take the entry out of it (${path}, entry ${JSON.stringify(name.slice(0, 200))})`,
    { file: path, entry: name.slice(0, 200), found: fault },
  );

function explainZip(error: unknown, file: string): unknown {
  if (error instanceof FathomError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  // An operating system's error has a code; yauzl's own say what is wrong with the archive.
  if (code !== undefined) return error;
  const truncated = /end of central directory|unexpected EOF|not enough bytes/i.test(message);
  return new FathomError(
    truncated ? "E_DATA_TRUNCATED" : "E_DATA_CORRUPT",
    `import: the archive cannot be read (${message}); nothing of it was stored; get it again (${file})`,
    { file },
  );
}
