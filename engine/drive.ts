import { FathomError } from "./errors.ts";
import { appendEvents, createEvents, type Events } from "./events.ts";
import type { Column, Slot } from "./kernel.ts";
import type { Plan } from "./plan.ts";
import { BLOCK_ROWS, createSession } from "./session.ts";

export interface DriveOptions {
  /** Rows of one advance; changes no bit of the result. */
  readonly blockRows?: number;
  /** Called after each block. */
  onProgress?(rows: number, of: number): void;
}

/** A plan's run over whole columns: say what goes in and what is kept, then `go`. */
export interface Drive {
  /** `from` holds one number a row; a slot that no kernel reads is not copied. */
  feed(from: Column, slot: Slot): void;
  /** The whole column of a slot, filled by `go`. */
  keep(slot: Slot): Column;
  /** Gives, after `go`, the first row in which a column is `value`; the number of rows where none is. */
  firstRowOf(slot: Slot, value: number): () => number;
  /** All rows of an Events slot, filled by `go`. */
  collect<F extends string>(slot: Slot<Events<F>>, fields: readonly F[]): Events<F>;
  go(): void;
}

/**
 * Runs a plan over `rows` rows of history, a block at a time: rows are copied in, kept columns copied out.
 * @throws FathomError E_DRIVE_BLOCK for blocks that are no whole number of rows from 1.
 */
export function drive(plan: Plan, rows: number, options: DriveOptions = {}): Drive {
  const blockRows = options.blockRows ?? BLOCK_ROWS;
  if (!(Number.isInteger(blockRows) && blockRows >= 1)) {
    throw new FathomError(
      "E_DRIVE_BLOCK",
      `drive: blocks of ${blockRows} rows, expected a whole number from 1; leave it out for ${BLOCK_ROWS} (blockRows)`,
      { blockRows },
    );
  }
  const session = createSession(plan, { capacity: blockRows });
  const read = new Set(plan.nodes.flatMap((n) => n.inputIds));
  const feeds: { from: Column; to: Column }[] = [];
  const keeps: { from: Column; to: Column }[] = [];
  const seeks: { from: Column; value: number; row: number }[] = [];
  const collected: { from: Events; to: Events }[] = [];
  return {
    feed(from, slot) {
      if (read.has(slot.id)) feeds.push({ from, to: session.get(slot) });
    },
    keep(slot) {
      const to = new Float64Array(rows);
      keeps.push({ from: session.get(slot), to });
      return to;
    },
    firstRowOf(slot, value) {
      const seek = { from: session.get(slot), value, row: rows };
      seeks.push(seek);
      return () => seek.row;
    },
    collect<F extends string>(slot: Slot<Events<F>>, fields: readonly F[]) {
      const to = createEvents(fields);
      collected.push({ from: session.get(slot), to });
      return to;
    },
    go() {
      for (let at = 0; at < rows; at += blockRows) {
        const n = rows - at < blockRows ? rows - at : blockRows;
        for (const { from, to } of feeds) to.set(from.subarray(at, at + n));
        session.advance(n);
        for (const { from, to } of keeps) to.set(from.subarray(0, n), at);
        for (const seek of seeks) {
          if (seek.row < rows) continue;
          const k = seek.from.indexOf(seek.value);
          if (k >= 0 && k < n) seek.row = at + k;
        }
        for (const { from, to } of collected) appendEvents(to, from);
        options.onProgress?.(at + n, rows);
      }
    },
  };
}
