import type { EngineConfig } from "../../engine/config.ts";
import { FathomError } from "../../engine/errors.ts";
import type { Column } from "../../engine/kernel.ts";
import { BAR_FIELDS, type BarColumns, DAY, HOUR, MINUTE, type Panel } from "../../engine/market/bars.ts";
import { findCloses, noPartials, rollUp } from "../../engine/market/roll-up.ts";

/** A panel of decision bars, and the row of the given panel that closes each. */
export interface DecisionPanel {
  readonly panel: Panel;
  readonly closes: Int32Array;
}

/** ms between decisions on bars of this length. */
export const decisionLength = ({ decision }: EngineConfig, interval: number): number =>
  Math.max(decision.interval * HOUR, interval);

/**
 * The bars that decisions are made on: the panel's own, or, where those are shorter than `decision.interval`, its
 * bars rolled up by the same function as the engine's longer clock (every.ts), so that features have the bits
 * that a replay of the short bars has. A long bar that has not closed when the panel ends is left out; the first one
 * holds the rows that are there.
 * @throws FathomError E_SAMPLES_INTERVAL where decisions are no whole bars.
 */
export function decisionPanel(panel: Panel, config: EngineConfig): DecisionPanel {
  const { interval, time, symbols } = panel;
  const decision = decisionLength(config, interval);
  if (DAY % decision !== 0 || decision % interval !== 0) {
    throw new FathomError(
      "E_SAMPLES_INTERVAL",
      `samples: bars of ${interval / MINUTE} min with decisions every ${decision / MINUTE} min, expected decisions that are whole bars and divide a day (decision.interval)`,
      { interval, decision },
    );
  }
  const rows = time.length;
  const all = new Int32Array(rows);
  const closes = all.subarray(0, findCloses(time, 0, rows, decision, all));
  if (decision === interval && closes.length === rows) return { panel, closes };
  const n = closes.length;
  const end = n === 0 ? 0 : closes[n - 1] + 1;
  const sampled = (x: Column) => Float64Array.from(closes, (row) => x[row]);
  const pairs = panel.pairs.map((bars) => {
    const long = Object.fromEntries(BAR_FIELDS.map((f) => [f, new Float64Array(n)])) as BarColumns;
    rollUp(bars, 0, end, closes, n, noPartials(1), 0, long);
    return long;
  });
  const { outside } = panel;
  return {
    panel: {
      interval: decision,
      time: sampled(time),
      symbols,
      pairs,
      ...(outside && { outside: { value: sampled(outside.value), age: sampled(outside.age) } }),
    },
    closes,
  };
}
