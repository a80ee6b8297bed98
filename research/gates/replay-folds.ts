import type { Dataset } from "../../datasets/dataset.ts";
import type { EngineConfig } from "../../engine/config.ts";
import type { DriveOptions } from "../../engine/drive.ts";
import { BAR_FIELDS, type BarColumns, type Panel } from "../../engine/market/bars.ts";
import { type Replay, replay } from "../../engine/replay.ts";
import type { ScheduledModel } from "../../engine/scoring/schedule.ts";
import { createSystem, type System } from "../../engine/system.ts";
import type { Fold } from "../training/walk-forward.ts";
import type { Pooled } from "./predictions.ts";

/** One replay of the whole walk, and what it takes to certify it. */
export interface FoldReplay {
  readonly replay: Replay;
  /** The dataset's rows up to the end of the last fold. */
  readonly panel: Panel;
  build(): System;
}

/**
 * One continuous replay in which each fold's model acts from its edge on: positions are carried over an edge, nothing is
 * closed there. Orders may be sent from the first edge on, wherever the dataset may begin to trade: days that were judged
 * are not left out. The bars before it are warm-up, those after the last fold are not fed.
 */
export function replayFolds(
  dataset: Dataset,
  config: EngineConfig,
  folds: readonly Fold[],
  options: DriveOptions = {},
): FoldReplay {
  const panel = panelUntil(dataset.panel, folds[folds.length - 1].end);
  const models = folds.map(({ edge, trained: { model, threshold } }) => ({ from: edge, model, threshold }));
  const build = () => systemFrom(folds[0].edge, dataset, config, models);
  return { panel, build, replay: replay(build(), panel, options) };
}

/** The same system over the same rows and from the same edge on, with nobody to judge its entries. */
export function replayWithout(
  dataset: Dataset,
  config: EngineConfig,
  folds: readonly Fold[],
  options: DriveOptions = {},
): Replay {
  const panel = panelUntil(dataset.panel, folds[folds.length - 1].end);
  return replay(systemFrom(folds[0].edge, dataset, config, []), panel, options);
}

const systemFrom = (
  edge: number,
  { panel: { symbols, interval }, traded }: Dataset,
  config: EngineConfig,
  models: readonly ScheduledModel[],
): System => createSystem({ config, symbols, traded, interval, start: edge, models });

/** The rows that close at or before `end`; views, no copies. */
export function panelUntil(panel: Panel, end: number): Panel {
  let rows = panel.time.length;
  while (rows > 0 && panel.time[rows - 1] > end) rows--;
  const cut = (column: Float64Array) => column.subarray(0, rows);
  const { outside } = panel;
  return {
    ...panel,
    time: cut(panel.time),
    pairs: panel.pairs.map(
      (bars) => Object.fromEntries(BAR_FIELDS.map((f) => [f, cut(bars[f])])) as BarColumns,
    ),
    ...(outside && { outside: { value: cut(outside.value), age: cut(outside.age) } }),
  };
}

/**
 * Out-of-sample rows at which the replay's score is not, to the bit, the one that was judged: 0 where features in training
 * and in the engine are the same thing.
 */
export function differentScores(
  { columns, symbols }: Replay,
  pairs: readonly string[],
  pooled: Pooled,
): number {
  const scores = pairs.map((symbol) => columns.pairs[symbols.indexOf(symbol)]?.score);
  let different = 0;
  for (let k = 0; k < pooled.row.length; k++) {
    if (!Object.is(scores[pooled.pair[k]]?.[pooled.row[k]], pooled.scores[k])) different++;
  }
  return different;
}
