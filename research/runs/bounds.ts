import type { EngineConfig } from "../../engine/config.ts";
import { drive } from "../../engine/drive.ts";
import type { Panel } from "../../engine/market/bars.ts";
import { feedPanel } from "../../engine/replay.ts";
import type { System } from "../../engine/system.ts";
import { type Plain, plain } from "../metrics/figure.ts";
import { type EquityFigures, equityFigures } from "./equity-figures.ts";
import { iso } from "./rows.ts";

/**
 * The same run under the two ends of what a bar hides of its fills. `worst`: buys at the bar's high, sells at its low, or
 * the modelled price where that is worse still. `best`: at the open with half-spread and fee, without latency
 * drift and impact. Sizes follow each run's own equity.
 */
export interface Bounds {
  readonly worst: BoundFigures;
  readonly best: BoundFigures;
}

/** `halted`: when the drawdown limit halted that run (ISO), or null. From then on it sat in cash and bounds nothing. */
export type BoundFigures = Plain<EquityFigures> & { readonly halted: string | null };

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
  const figuresAt = (price: "worst" | "best", before: number): BoundFigures => {
    const system = build({ ...config, execution: { ...config.execution, price } });
    const run = drive(system.plan, rows, { onProgress: (done) => onProgress?.(before + done, 2 * rows) });
    feedPanel(run, system, panel);
    const equity = run.keep(system.portfolio.equity);
    const haltedAt = run.firstRowOf(system.portfolio.halted, 1);
    run.go();
    const row = haltedAt();
    return {
      ...plain(equityFigures(panel.time, equity, firstRow, panel.interval)),
      halted: row < rows ? iso(panel.time[row]) : null,
    };
  };
  return { worst: figuresAt("worst", 0), best: figuresAt("best", rows) };
}
