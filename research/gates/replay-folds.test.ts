import { describe, expect, test } from "vitest";
import { HOUR } from "../../engine/market/bars.ts";
import type { Samples } from "../training/samples.ts";
import type { Fold } from "../training/walk-forward.ts";
import { pool } from "./predictions.ts";
import { differentScores, panelUntil, replayFolds, replayWithout } from "./replay-folds.ts";
import { shortFolds } from "./test-folds.ts";

const { dataset, config, samples, at, folds } = shortFolds();

describe("one replay over the folds", () => {
  const { replay, panel } = replayFolds(dataset, config, folds);
  const pooled = pool(samples, folds);

  test("begins at the first edge and ends with the last fold", () => {
    expect(replay.firstRow).toBe(1800);
    expect(panel.time.length).toBe(2801);
    expect(panel.time[2800]).toBe(folds[1].end);
    expect(replay.orders.n).toBeGreaterThan(0);
    expect(Math.min(...replay.orders.at.time.subarray(0, replay.orders.n))).toBeGreaterThanOrEqual(at(1800));
  });

  test("begins there too where the dataset would begin to trade later: no judged day is left out", () => {
    const late = replayFolds({ ...dataset, start: at(2500) }, config, folds);
    expect(late.replay.firstRow).toBe(1800);
    expect(replayWithout({ ...dataset, start: at(2500) }, config, folds).firstRow).toBe(1800);
  });

  test("scores every judged row with its own fold's model, to the bit", () => {
    expect(pooled.row.length).toBeGreaterThan(500);
    expect(differentScores(replay, samples.symbols, pooled)).toBe(0);
  });

  test("whose scores are others is found out, row by row", () => {
    const scores = pooled.scores.slice();
    scores[7] += Number.EPSILON;
    scores[8] = Number.NaN;
    expect(differentScores(replay, samples.symbols, { ...pooled, scores })).toBe(2);
    const late = folds.map((fold) => ({ ...fold, edge: fold.edge + HOUR }));
    expect(differentScores(replayFolds(dataset, config, late).replay, samples.symbols, pooled)).toBe(2);
  });

  test("without scores has every row wrong", () => {
    const pairs = replay.columns.pairs.map(({ score: _, ...rest }) => rest);
    const bare = { ...replay, columns: { ...replay.columns, pairs } };
    expect(differentScores(bare, samples.symbols, pooled)).toBe(pooled.row.length);
  });
});

describe("the same system without models", () => {
  test("trades over the same rows, from the same edge on, with no score to judge it", () => {
    const { replay } = replayFolds(dataset, config, folds);
    const without = replayWithout(dataset, config, folds);
    expect(without.firstRow).toBe(replay.firstRow);
    expect(without.columns.time).toEqual(replay.columns.time);
    expect(without.columns.regime).toEqual(replay.columns.regime);
    expect(without.columns.pairs.every(({ score }) => score === undefined)).toBe(true);
    expect(without.orders.n).toBeGreaterThan(0);
    expect(without.orders.at.time[0]).toBeGreaterThanOrEqual(folds[0].edge);
  });

  test("enters where models that say yes to nothing let nobody in", () => {
    const shut = folds.map((fold) => ({ ...fold, trained: { ...fold.trained, threshold: 1 } }));
    expect(replayFolds(dataset, config, shut).replay.orders.n).toBe(0);
    expect(replayWithout(dataset, config, shut).orders.n).toBeGreaterThan(0);
  });
});

test("each fold's rows are predicted at its own threshold", () => {
  const few = { ...samples, label: Uint8Array.from([1, 0, 1, 0]) } as Samples;
  const scores = Float64Array.from([0.5, 0.6]);
  const fold = (rows: readonly number[], threshold: number) =>
    ({
      ...folds[0],
      test: Int32Array.from(rows),
      scores,
      trained: { ...folds[0].trained, threshold },
    }) as Fold;
  const pooled = pool(few, [fold([0, 1], 0.5), fold([2, 3], 0.55)]);
  expect([...pooled.predicted]).toEqual([1, 1, 0, 1]);
  expect([...pooled.labels]).toEqual([1, 0, 1, 0]);
});

test("a panel is cut behind the last row that closes in time, and shares its memory", () => {
  const cut = panelUntil(dataset.panel, at(99) + 1);
  expect(cut.time.length).toBe(100);
  expect(cut.pairs[0].close.length).toBe(100);
  expect(cut.pairs[0].close.buffer).toBe(dataset.panel.pairs[0].close.buffer);
});
