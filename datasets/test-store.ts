import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { testFolder } from "../engine/live/test-folder.ts";

export { testFolder };

/** For tests: a file in an empty folder; returns its path. */
export function testFile(name: string, content: string | Uint8Array, folder = testFolder()): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** For tests: names and hashes of everything below a folder, to see that it is as it was. */
export function snapshot(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((f) => f.isFile());
  return Object.fromEntries(
    files
      .map((f) => join(f.parentPath, f.name))
      .sort()
      .map((path) => [
        path.slice(folder.length),
        createHash("sha256").update(readFileSync(path)).digest("hex"),
      ]),
  );
}

export interface ZipEntry {
  readonly name: string;
  readonly content: string | Uint8Array;
  /** File type and rights as Unix keeps them: 0o120777 is a symbolic link. */
  readonly mode?: number;
  /** Claims another uncompressed size than it has. */
  readonly claimed?: number;
  readonly crc?: number;
  readonly flags?: number;
  readonly method?: number;
}

/** For tests: a .zip of any entries, hostile ones included. */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, mode = 0o100644, claimed, crc, flags = 0, method = 8 } of entries) {
    const raw = Buffer.from(content as string);
    const data = method === 8 ? deflateRawSync(raw) : raw;
    const fileName = Buffer.from(name, "latin1");
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc ?? crc32(raw), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(claimed ?? raw.length, 18);
    common.writeUInt16LE(fileName.length, 22);
    const local = [Buffer.from("PK\x03\x04"), common, fileName, data];
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((mode << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02"), Buffer.from([20, 3]), common, tail, fileName);
    parts.push(...local);
    offset += local.reduce((sum, part) => sum + part.length, 0);
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

/** For tests: one row of Kraken's archive, `hour` hours into 2020. */
export function csvRow(hour: number, close = 100 + (hour % 7), volume = 1 + hour): string {
  return `${Date.UTC(2020, 0, 1) / 1000 + hour * 3600},100,120,90.5,${close},${volume}.25,${hour + 1}`;
}

/** For tests: rows of Kraken's archive from hour `from` on. */
export const csvRows = (rows: number, from = 0): string =>
  Array.from({ length: rows }, (_, i) => `${csvRow(from + i)}\n`).join("");
