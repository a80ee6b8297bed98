import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { synthetic } from "../datasets/load.ts";
import { writeReport } from "../reports/write-report.ts";
import { backtest } from "../research/backtest.ts";
import { bounds } from "../research/runs/bounds.ts";
import { certify } from "../research/runs/certificate.ts";
import { intervals } from "../research/runs/intervals.ts";
import { parity } from "../research/runs/parity.ts";
import type { Figure } from "./measure.ts";

/** What a run's proof costs beside its replay: intervals, certificate, bounds, parity, folder and report. */
export async function proofCost(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const rows of [26_280, 100_000]) {
    const dataset = synthetic({ rows });
    const size = `10 pairs, ${(rows / 1e5).toFixed(2)} M bar-pairs`;
    const seconds = async (name: string, work: () => unknown): Promise<number> => {
      const began = performance.now();
      await work();
      const value = (performance.now() - began) / 1000;
      figures.push({ name: `${name}, ${size}`, value, unit: "s" });
      return value;
    };
    backtest(dataset); // warms the loops up: a first run pays for their compilation
    let run = backtest(dataset);
    const replay = await seconds("backtest without proof", () => {
      run = backtest(dataset);
    });
    const { panel } = dataset;
    const sure = await seconds("intervals", () => intervals(run.replay, run.figures, { seed: 1 }));
    const causal = await seconds("certificate", () =>
      certify({ build: run.build, panel, replay: run.replay, seed: 1 }),
    );
    await seconds("bounds", () => bounds(run.build, run.config, panel, run.replay.firstRow));
    run.prove();
    const home = mkdtempSync(join(tmpdir(), "fathom-bench-"));
    try {
      await seconds("run folder", () => run.write(home, 0));
      await seconds("report", () => writeReport(home, run.run));
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
    await seconds("parity", () => parity(run.build(), panel, run.replay));
    const value = sure + causal - replay;
    figures.push({ name: `intervals and certificate beyond the backtest, ${size}`, value, unit: "s" });
  }
  return figures;
}
