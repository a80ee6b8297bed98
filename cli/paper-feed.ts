import { setImmediate, setTimeout } from "node:timers/promises";
import type { LiveRow } from "../engine/live/row.ts";
import { panelRows } from "../engine/live/row.ts";
import type { Panel } from "../engine/market/bars.ts";

export interface Pace {
  /** Rows a second, of those that may trade; as fast as they are taken unless given. */
  readonly speed?: number;
  /** First close that may trade, ms UTC: rows before it warm up without waiting. */
  readonly start?: number;
  /** Ends a wait. */
  readonly signal: AbortSignal;
}

/** Node fires a longer timer at once. */
const LONGEST_WAIT = 2 ** 31 - 1;

/**
 * A panel's rows after a time, ms UTC, at a pace. Between two rows the process hears its signals. Paced by a clock
 * that nobody sets: a time of day that is put back would stop the feed for as long.
 */
export async function* pacedRows(panel: Panel, after: number, pace: Pace): AsyncGenerator<LiveRow> {
  const { speed, signal, start = Number.NEGATIVE_INFINITY } = pace;
  let due = performance.now();
  for (const row of panelRows(panel)) {
    if (row.time <= after) continue;
    await setImmediate();
    if (row.time < start) due = performance.now();
    else if (speed !== undefined) {
      due += 1000 / speed;
      for (let wait = due - performance.now(); wait > 0 && !signal.aborted; wait = due - performance.now()) {
        await setTimeout(Math.min(wait, LONGEST_WAIT), undefined, { signal }).catch(() => {});
      }
    }
    yield row;
  }
}
