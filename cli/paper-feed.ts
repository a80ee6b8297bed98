import { setImmediate, setTimeout } from "node:timers/promises";
import type { LiveRow } from "../engine/live/row.ts";
import { panelRows } from "../engine/live/row.ts";
import type { Panel } from "../engine/market/bars.ts";

export interface Pace {
  /** Rows a second; as fast as they are taken unless given. */
  readonly speed?: number;
  /** Ends a wait. */
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/** A panel's rows after a time, ms UTC, at a pace. Between two rows the process hears its signals. */
export async function* pacedRows(panel: Panel, after: number, pace: Pace): AsyncGenerator<LiveRow> {
  let due = pace.now();
  for (const row of panelRows(panel)) {
    if (row.time <= after) continue;
    if (pace.speed === undefined) await setImmediate();
    else {
      due += 1000 / pace.speed;
      await setTimeout(Math.max(0, due - pace.now()), undefined, { signal: pace.signal }).catch(() => {});
    }
    yield row;
  }
}
