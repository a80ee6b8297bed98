import type { EngineConfig } from "../../engine/config.ts";
import { drive } from "../../engine/drive.ts";
import type { Panel } from "../../engine/market/bars.ts";
import { feedPanel } from "../../engine/replay.ts";
import type { System } from "../../engine/system.ts";
import { type Plain, plain } from "../metrics/figure.ts";
import { type EquityFigures, equityFigures } from "./equity-figures.ts";

/**
 * The same run under the two ends of what a bar hides of its fills. `worst`: buys at the bar's high, sells at its low, or
 * the modelled price where that is worse still. `best`: at the open with half-spread and fee, without latency
 * drift and impact. Sizes follow each run's own equity.
 */
export interface Bounds {
  readonly worst: Plain<EquityFigures>;
  readonly best: Plain<EquityFigures>;
}

/**
 * Runs the system twice more.
 * @param build Wires the run's own system under another config. @param firstRow First row of the run's figures.
 */
export function bounds(
  build: (config: EngineConfig) => System,
  config: EngineConfig,
  panel: Panel,
  firstRow: number,
  onProgress?: (rows: number, of: number) => void,
): Bounds {
  const rows = panel.time.length;
  const figuresAt = (price: "worst" | "best", before: number): Plain<EquityFigures> => {
    const system = build({ ...config, execution: { ...config.execution, price } });
    const run = drive(system.plan, rows, { onProgress: (done) => onProgress?.(before + done, 2 * rows) });
    feedPanel(run, system, panel);
    const equity = run.keep(system.portfolio.equity);
    run.go();
    return plain(equityFigures(panel.time, equity, firstRow, panel.interval));
  };
  return { worst: figuresAt("worst", 0), best: figuresAt("best", rows) };
}
