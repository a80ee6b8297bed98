import type { Panel } from "../market/bars.ts";

/** One pair's closed bar: open, high, low, close in quote currency, volume in base units. */
export type LiveBar = readonly [open: number, high: number, low: number, close: number, volume: number];

/** One row of closed bars, as a feed hands it over. */
export interface LiveRow {
  /** Close of the row, ms UTC. */
  readonly time: number;
  /** In the order of the system's symbols; null before a pair's listing. */
  readonly pairs: readonly (LiveBar | null)[];
  /** The outside volatility index as known at `time`, and its age in ms; NaN before the first value. */
  readonly outside?: { readonly value: number; readonly age: number };
}

/** A panel's rows one by one, as a feed would have brought them. */
export function* panelRows(panel: Panel): Generator<LiveRow, void, undefined> {
  const { time, pairs, outside } = panel;
  for (let i = 0; i < time.length; i++) {
    const bars = pairs.map(({ open, high, low, close, volume }) =>
      close[i] === close[i] ? ([open[i], high[i], low[i], close[i], volume[i]] as const) : null,
    );
    if (outside === undefined) yield { time: time[i], pairs: bars };
    else yield { time: time[i], pairs: bars, outside: { value: outside.value[i], age: outside.age[i] } };
  }
}
