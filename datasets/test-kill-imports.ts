import { join } from "node:path";
import { expect } from "vitest";
import { HOUR } from "../engine/market/bars.ts";
import { openStore, streamSeries, verifySeries } from "./store.ts";
import { killed, pause, uniform } from "./test-kill.ts";
import { testFolder } from "./test-store.ts";

/**
 * For tests: kills imports into one store again and again at random moments. After each kill the catalog must be
 * readable, every listed file whole with its hash and rows, and every acknowledged import there.
 */
export async function killImports(
  kills: number,
  seed: number,
): Promise<{ acknowledged: number; series: number }> {
  const folder = testFolder();
  const store = openStore(join(folder, "home"));
  const random = uniform(seed);
  const promised = new Map<string, number>();
  const seen = new Set<string>();
  let acknowledged = 0;
  for (let kill = 0; kill < kills; kill++) {
    const lines = await killed(folder, "import", () => pause(5 + random() * 295));
    acknowledged += lines.length;
    for (const line of lines) {
      const [symbol, rows] = line.split(" ");
      promised.set(symbol, Number(rows));
    }
    for (const series of store.catalog()) {
      await verifySeries(store, series);
      if (seen.has(series.file)) continue;
      seen.add(series.file);
      let rows = 0;
      await streamSeries(store, series, (_, n) => {
        rows += n;
      });
      expect(rows).toBe(series.rows);
    }
    for (const [symbol, rows] of promised) {
      // The commit may have come just before an acknowledgement that the kill cut off.
      expect(store.find({ symbol, interval: HOUR })!.rows).toBeGreaterThanOrEqual(rows);
    }
  }
  return { acknowledged, series: seen.size };
}
