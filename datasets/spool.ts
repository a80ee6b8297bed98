import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { explainIo } from "../engine/live/durable.ts";

/** Columns of a spooled row; `line` is where the row stood in its file. */
export const SPOOL_COLUMNS = ["time", "open", "high", "low", "close", "volume", "trades", "line"] as const;
const WIDTH = SPOOL_COLUMNS.length;
/** Rows of a block: 4 MB. */
export const BLOCK = 65_536;

/**
 * Rows on their way into the store, in blocks of columns. Only one block is kept in memory; full ones go to a
 * scratch file, so that a file of any size is imported in the same memory.
 */
export interface Spool {
  rows: number;
  /** Column k of row i of the block that is filled stands at [k * BLOCK + i]. */
  readonly block: Float64Array;
  scratch: number | undefined;
  readonly path: string;
}

export function openSpool(path: string): Spool {
  return { rows: 0, block: new Float64Array(BLOCK * WIDTH), scratch: undefined, path };
}

/** Where the next row goes in `spool.block`; counts it. Writes the block out first when it is full. */
export function nextRow(spool: Spool): number {
  const at = spool.rows % BLOCK;
  if (at === 0 && spool.rows > 0) spill(spool);
  spool.rows++;
  return at;
}

function spill(spool: Spool): void {
  const { block, path } = spool;
  try {
    spool.scratch ??= openSync(path, "wx+");
    writeAll(spool.scratch, new Uint8Array(block.buffer));
  } catch (error) {
    throw explainIo(error, path, (spool.rows / BLOCK) * block.byteLength);
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(fd, bytes, done, bytes.length - done);
}

/** A reader of all rows, in the order of writing, in steps of any size within a block. */
export interface SpoolReader {
  /** Copies up to `most` rows into `columns` and returns how many; 0 at the end. */
  read(columns: readonly Float64Array[], most: number): number;
}

export function readSpool(spool: Spool): SpoolReader {
  const inScratch = spool.scratch === undefined ? 0 : Math.floor((spool.rows - 1) / BLOCK) * BLOCK;
  const loaded = inScratch > 0 ? new Float64Array(BLOCK * WIDTH) : spool.block;
  let row = 0;
  return {
    read(columns, most) {
      const at = row % BLOCK;
      const source = row < inScratch ? loaded : spool.block;
      if (row < inScratch && at === 0) {
        const bytes = new Uint8Array(loaded.buffer);
        const position = (row / BLOCK) * bytes.length;
        let done = 0;
        while (done < bytes.length) {
          const got = readSync(spool.scratch!, bytes, done, bytes.length - done, position + done);
          if (got === 0) throw new RangeError(`spool: ${spool.path} is shorter than what was written to it`);
          done += got;
        }
      }
      const rows = Math.min(most, BLOCK - at, spool.rows - row);
      for (let k = 0; k < WIDTH; k++) {
        columns[k].set(source.subarray(k * BLOCK + at, k * BLOCK + at + rows));
      }
      row += rows;
      return rows;
    },
  };
}

/** Forgets all rows and keeps the memory for the next file. */
export function clearSpool(spool: Spool): void {
  if (spool.scratch !== undefined) {
    closeSync(spool.scratch);
    rmSync(spool.path, { force: true });
    spool.scratch = undefined;
  }
  spool.rows = 0;
}
