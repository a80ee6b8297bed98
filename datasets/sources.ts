import { createReadStream, lstatSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { FathomError } from "../engine/errors.ts";
import { type PairName, parsePair } from "../engine/market/universe.ts";
import { gunzipFile } from "./inflate.ts";
import { parseInterval } from "./interval.ts";
import { openArchive } from "./kraken-archive.ts";

/** One file of bars, wherever it lies. */
export interface Source {
  /** For people: the path, for an archive with the entry. */
  readonly name: string;
  /** The bare file name: it tells pair and interval. */
  readonly base: string;
  readonly format: "csv" | "json";
  /** Size on disk, and how many bytes of text one of them holds by experience. */
  readonly bytes: number;
  readonly inflation: number;
  open(): AsyncIterable<Uint8Array>;
}

export interface Sources {
  readonly sources: readonly Source[];
  /** Paths that could not be opened at all. */
  readonly refused: readonly { readonly name: string; readonly error: FathomError }[];
  /** Files of a folder that are no bars. */
  readonly ignored: readonly string[];
  close(): void;
}

const KIND = /\.(csv|json)(\.gz)?$/;

/**
 * All files of bars at the paths: files, folders with all that is in them, and Kraken's archives. A walk leaves out
 * hidden folders and `skip`: the store itself may lie below.
 */
export async function openSources(paths: readonly string[], skip?: string): Promise<Sources> {
  const sources: Source[] = [];
  const refused: { name: string; error: FathomError }[] = [];
  const ignored: string[] = [];
  const open: { close(): void }[] = [];

  async function add(path: string, named: boolean): Promise<void> {
    // A link that was named is followed; one that was met is not: it may lead in circles.
    const stat = named ? statSync(path, { throwIfNoEntry: false }) : lstatSync(path);
    if (stat === undefined) throw new FathomError("E_DATA_PATH", `import: ${path} does not exist`, { path });
    if (stat.isDirectory()) {
      const before = sources.length + refused.length;
      for (const name of readdirSync(path).sort()) {
        const inside = join(path, name);
        if (!name.startsWith(".") && inside !== skip) await attempt(inside, false);
      }
      if (named && sources.length + refused.length === before) {
        throw new FathomError(
          "E_DATA_PATH",
          `import: found no files of bars in the folder ${path}, expected Kraken's .zip, .csv or .json, each also as .gz`,
          { path },
        );
      }
    } else if (stat.isFile() && path.endsWith(".zip")) {
      const archive = await openArchive(path);
      open.push(archive);
      for (const { name, compressed, open } of archive.entries) {
        const source = { base: basename(name), format: "csv", bytes: compressed, inflation: 4 } as const;
        sources.push({ ...source, name: `${path}, ${name}`, open });
      }
    } else if (stat.isFile() && KIND.test(path)) {
      sources.push(fileSource(path, stat.size));
    } else if (named) {
      throw new FathomError(
        "E_DATA_FORMAT",
        `import: found ${path}, expected a folder, Kraken's .zip, a .csv or .json, each also as .gz`,
        { path },
      );
    } else ignored.push(path);
  }

  async function attempt(path: string, named: boolean): Promise<void> {
    try {
      await add(path, named);
    } catch (error) {
      refused.push({ name: path, error: unreadable(error, path) });
    }
  }

  for (const path of paths) await attempt(path, true);
  return {
    sources,
    refused,
    ignored,
    close: () => {
      for (const archive of open) archive.close();
    },
  };
}

function fileSource(path: string, size: number): Source {
  const [, format, gz] = KIND.exec(path)!;
  return {
    name: path,
    base: basename(path),
    format: format as "csv" | "json",
    bytes: size,
    inflation: gz === undefined ? 1 : 4,
    open: () =>
      gz === undefined
        ? createReadStream(path, { highWaterMark: 1024 * 1024 })
        : gunzipFile(path, size, path),
  };
}

/** The operating system's refusal to read, as E_DATA_PATH. */
export function unreadable(error: unknown, path: string): FathomError {
  if (error instanceof FathomError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  return new FathomError("E_DATA_PATH", `import: ${path} cannot be read (${code}: ${message})`, { path });
}

/** What a file's name says of its bars. */
export interface NameFacts {
  readonly pair?: PairName;
  readonly interval?: number;
}

/** XBTUSD_60.csv (Kraken) and BTC_USDT-1h.json (freqtrade); nothing for other names. */
export function readName(base: string): NameFacts {
  const kraken = /^([A-Z0-9.]+)_(\d+)\.csv(\.gz)?$/.exec(base);
  const freqtrade = /^([A-Z0-9]+_[A-Z0-9]+)-(\d+[mhdw])\.json(\.gz)?$/.exec(base);
  const m = kraken ?? freqtrade;
  if (m === null) return {};
  const interval = parseInterval(m[2]);
  try {
    return { pair: parsePair(m[1]), interval };
  } catch {
    return { interval };
  }
}
