import { describe, expect, test } from "vitest";
import { classification, confusion } from "../metrics/classification.ts";
import { makeDetail } from "./make-detail.ts";
import { shortEvidence } from "./test-folds.ts";

const evidence = shortEvidence();
const detail = makeDetail(evidence);

describe("the detail of the gates", () => {
  test("has the last fold's threshold, and what its model makes most of", () => {
    expect(detail.model.threshold).toBe(0.7);
    expect(detail.model.influence).toEqual([{ feature: "momentum168", value: -2 }]);
  });

  test("has each fold with its own threshold and figures", () => {
    expect(detail.folds.map(({ threshold }) => threshold)).toEqual([0.5, 0.7]);
    expect(detail.folds.map(({ edge, end }) => [edge, end])).toEqual(
      evidence.folds.map(({ edge, end }) => [edge, end]),
    );
    expect(detail.folds[0].n + detail.folds[1].n).toBe(evidence.pooled.labels.length);
  });

  test("tells how many samples there were and why others were dropped", () => {
    const { n, rows, dropped } = detail.samples;
    expect(n).toBe(evidence.samples.n);
    expect(n + Object.values(dropped).reduce((sum, count) => sum + count, 0)).toBe(rows);
  });

  test("counts the scores in twentieths by label, 1 in the last", () => {
    const scores = Float64Array.from([0, 0.049, 0.05, 0.5, 0.99, 1]);
    const labels = Uint8Array.from([0, 1, 1, 0, 1, 1]);
    const pooled = { ...evidence.pooled, scores, labels };
    const bins = makeDetail({ ...evidence, pooled }).scores;
    expect(bins).toHaveLength(20);
    expect(bins[0]).toEqual({ from: 0, to: 0.05, positives: 1, negatives: 1 });
    expect(bins[1]).toEqual({ from: 0.05, to: 0.1, positives: 1, negatives: 0 });
    expect(bins[10]).toMatchObject({ positives: 0, negatives: 1 });
    expect(bins[19]).toEqual({ from: 0.95, to: 1, positives: 2, negatives: 0 });
  });

  test("puts the model on its curves where the folds' own thresholds do", () => {
    // by hand: of 4 positives 3 are predicted, of 6 negatives 1, so precision 3/4, recall 3/4, false positives 1/6
    const labels = [1, 1, 1, 1, 0, 0, 0, 0, 0, 0];
    const predicted = [1, 1, 1, 0, 1, 0, 0, 0, 0, 0];
    const figures = classification(confusion(labels, predicted));
    const { operating } = makeDetail({ ...evidence, predictions: { ...evidence.predictions, figures } });
    expect(operating.precision).toEqual({ value: 0.75 });
    expect(operating.recall).toEqual({ value: 0.75 });
    expect(operating.falsePositiveRate.value).toBeCloseTo(1 / 6, 12);
  });

  test("has no place on the curves where one class is missing", () => {
    const figures = classification(confusion([1, 1], [1, 0]));
    const { operating } = makeDetail({ ...evidence, predictions: { ...evidence.predictions, figures } });
    expect(operating.falsePositiveRate).toMatchObject({ value: null });
  });

  test("has curves of no more points than a chart shows, from end to end", () => {
    for (const curve of [detail.roc, detail.precisionRecall]) expect(curve.length).toBeLessThanOrEqual(402);
    expect(detail.roc[0]).toEqual({ falsePositiveRate: 0, truePositiveRate: 0 });
    expect(detail.roc.at(-1)).toEqual({ falsePositiveRate: 1, truePositiveRate: 1 });
    expect(detail.precisionRecall.at(-1)).toMatchObject({ recall: 1 });
  });
});
