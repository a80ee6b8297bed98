import type { Panel } from "../../engine/market/bars.ts";
import type { Replay } from "../../engine/replay.ts";

/** The row that closes at `time` on the panel's grid. */
function rowClosingAt(panel: Panel, time: number): number {
  return Math.round((time - panel.time[0]) / panel.interval);
}

/** The row in which fill k happened: its time is that bar's open. */
export function rowOfFill(replay: Replay, k: number): number {
  return rowClosingAt(replay.panel, replay.fills.at.time[k] + replay.panel.interval);
}

/** The closes of one of the replay's pairs. */
export function closesOf({ panel, symbols }: Replay, pair: number): Float64Array {
  return panel.pairs[panel.symbols.indexOf(symbols[pair])].close;
}

/** ISO time of a moment in ms UTC. */
export const iso = (ms: number): string => new Date(ms).toISOString();
