import { HOUR, type Panel } from "../../engine/market/bars.ts";

/** One bar of one pair; `time` is its close, ms UTC. */
export interface Bar {
  time: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

/** The listed pairs' bars of one row, in panel order. */
export type Row = Map<string, Bar>;

/** One Map of bar objects a row; a pair is absent before its listing. */
export function rowsOf(panel: Panel): Row[] {
  const rows: Row[] = [];
  for (let i = 0; i < panel.time.length; i++) {
    const row: Row = new Map();
    panel.symbols.forEach((symbol, p) => {
      const { open, high, low, close, volume } = panel.pairs[p];
      if (Number.isNaN(close[i])) return;
      row.set(symbol, {
        time: panel.time[i],
        open: open[i],
        high: high[i],
        low: low[i],
        close: close[i],
        volume: volume[i],
      });
    });
    rows.push(row);
  }
  return rows;
}

/** How many bars of `interval` ms make up this span. */
export function barsIn(hours: number, interval: number): number {
  const bars = (hours * HOUR) / interval;
  if (!Number.isInteger(bars) || bars < 1) {
    throw new Error(`object engine: ${hours} h is not a whole number of ${interval} ms bars`);
  }
  return bars;
}
