import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { commitFile, explainIo, makeDirectory, partName, refuseSymlink } from "../engine/live/durable.ts";
import type { RowFault } from "./row-fault.ts";
import { REJECTS } from "./store-writer.ts";

/** Rows that were set aside, written as they are met. */
export interface Rejects {
  readonly add: (fault: RowFault, text: string) => void;
  /** Gives the file its name, once; returns it. Without rejected rows there is no file and the name is "". */
  commit(sha256: string): string;
  close(): void;
}

/** A CSV cell: quoted, and a leading sign of a formula made harmless for a spreadsheet. */
const cell = (text: string): string =>
  `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;

/** The rejects of one source file: rejects/NAME.HASH.csv under the data folder. */
export function openRejects(folder: string, base: string): Rejects {
  const place = join(folder, REJECTS);
  const part = partName(join(folder, REJECTS));
  let fd: number | undefined;
  let path = "";
  return {
    add({ line, code, field, found, expected }, text) {
      try {
        if (fd === undefined) {
          fd = openSync(part, "wx");
          writeSync(fd, "line,code,field,found,expected,row\n");
        }
        writeSync(fd, `${line},${code},${field},${[found, expected, text].map(cell).join(",")}\n`);
      } catch (error) {
        throw explainIo(error, part);
      }
    },
    commit(sha256) {
      if (fd === undefined || path !== "") return path;
      refuseSymlink(place);
      makeDirectory(place);
      path = join(place, `${base}.${sha256.slice(0, 12)}.csv`);
      commitFile(part, path);
      return path;
    },
    close() {
      if (fd !== undefined) closeSync(fd);
      rmSync(part, { force: true });
    },
  };
}
