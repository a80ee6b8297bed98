import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MINUTE } from "../engine/market/bars.ts";
import { readPanel } from "./read-panel.ts";
import { openStore } from "./store.ts";
import { writeSeries } from "./store-writer.ts";
import { SYNTHETIC_START, syntheticBars } from "./synthetic.ts";

export interface BenchFigure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

const ROWS = 1_000_000;
const PAIRS = ["BTC", "ETH", "XRP"];
const ROUNDS = 5;

/**
 * Rows a second from Parquet files to a panel's columns (time and five columns, hash and door included),
 * and bars a second of the synthetic market: the median of five rounds after a first one.
 */
export async function loadBench(): Promise<BenchFigure[]> {
  const home = mkdtempSync(join(tmpdir(), "fathom-bench-"));
  try {
    const made = { pairs: PAIRS, rows: ROWS, interval: MINUTE, listedTogether: true };
    const generate: number[] = [];
    let bars = syntheticBars(made);
    for (let k = 0; k < ROUNDS; k++) {
      const began = performance.now();
      bars = syntheticBars(made);
      generate.push((ROWS * PAIRS.length * 1000) / (performance.now() - began));
    }
    const store = openStore(home);
    const source = { name: "bench", sha256: "0".repeat(64), rows: ROWS };
    const now = SYNTHETIC_START + ROWS * MINUTE;
    for (const one of bars) await writeSeries(store, { venue: "bench", quote: "USD" }, one, { now, source });
    const series = store.catalog();
    const rows = series.reduce((sum, s) => sum + s.rows, 0);
    const read: number[] = [];
    for (let k = 0; k <= ROUNDS; k++) {
      const began = performance.now();
      await readPanel(store, series);
      if (k > 0) read.push((rows * 1000) / (performance.now() - began));
    }
    return [
      { name: "load: Parquet to panel, six columns", value: median(read), unit: "rows/s" },
      { name: "synthetic market", value: median(generate), unit: "bars/s" },
    ];
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];
