import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importPaths } from "../datasets/import.ts";
import { openStore } from "../datasets/store.ts";
import { syntheticBars } from "../datasets/synthetic.ts";
import { MINUTE } from "../engine/market/bars.ts";
import { type Figure, median } from "./measure.ts";

const ROWS = 1_000_000;

/** Rows a second from a Kraken archive CSV of a million minutes to a stored Parquet file. */
export async function importRate(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "fathom-bench-"));
  try {
    const [bars] = syntheticBars({ seed: 1, rows: ROWS, pairs: ["BTC"], interval: MINUTE });
    const csv = join(folder, "XBTUSD_1.csv");
    const fd = openSync(csv, "w");
    let lines: string[] = [];
    const rows = bars.time.length;
    for (let i = 0; i < rows; i++) {
      const { open, high, low, close, volume } = bars;
      lines.push(`${bars.time[i] / 1000},${open[i]},${high[i]},${low[i]},${close[i]},${volume[i]},7`);
      if (lines.length === 10_000 || i === rows - 1) {
        writeSync(fd, `${lines.join("\n")}\n`);
        lines = [];
      }
    }
    closeSync(fd);
    const rates: number[] = [];
    for (let k = 0; k < 4; k++) {
      const store = openStore(join(folder, `home${k}`));
      const began = performance.now();
      const { files } = await importPaths(store, [csv], { now: Date.now() });
      if (files[0].status !== "imported") throw files[0].error ?? new Error(files[0].status);
      if (k > 0) rates.push((rows * 1000) / (performance.now() - began));
    }
    return [{ name: "import of a CSV of 1 M minutes", value: median(rates), unit: "rows/s" }];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
