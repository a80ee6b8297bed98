import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createInputs, STYLES } from "../law-inputs.ts";
import { kernelSubject } from "../law-run.ts";
import { checkLaws, describeViolation } from "../laws.ts";
import { column, runKernel } from "../test-data.ts";
import { gateSettings, modelGate } from "./gate.ts";

const settings = gateSettings.parse({});

function gated(score: readonly number[], target: readonly number[] = score.map(() => 1), threshold = 0.6) {
  const input = {
    target: column(target),
    score: column(score),
    threshold: column(score.map(() => threshold)),
  };
  return Array.from(runKernel(modelGate(settings), input, score.length).target);
}

describe("the model's gate", () => {
  it.each(STYLES)("obeys every law on %s data", (style) => {
    const m = createInputs(400, 1, style);
    const inputs = { target: m.codes(0, 2), score: m.level(0, 1), threshold: m.level(0.4, 0.6) };
    const subject = kernelSubject("model-gate", () => modelGate(settings), inputs);
    expect(checkLaws(subject).map(describeViolation)).toEqual([]);
  });

  it("lets a pair in once its score reaches the threshold", () => {
    expect(gated([0.55, 0.59, 0.6])).toEqual([0, 0, 0.5]);
  });

  it("keeps it until the score falls 0.10 below the threshold", () => {
    expect(gated([0.6, 0.55, 0.51, 0.49, 0.55, 0.6])).toEqual([0.5, 0.5, 0.5, 0, 0, 0.5]);
  });

  it("lets nothing new in between the two", () => {
    // wanted from row 1 on, at 0.55: the score was above the threshold only while nobody wanted the pair
    expect(gated([0.7, 0.55, 0.6], [0, 1, 1])).toEqual([0, 0, 0.5]);
    // given up at row 1 by the strategy itself
    expect(gated([0.6, 0.6, 0.55], [1, 0, 1])).toEqual([0.5, 0, 0]);
  });

  it("weighs by the score: half at the threshold and below, all at 1", () => {
    const [half, more, all] = gated([0.6, 0.8, 1], [0.04, 0.04, 0.04]);
    expect(half).toBe(0.02);
    expect(more).toBeCloseTo(0.03, 15); // 0.5 + 0.5 * (0.8 - 0.6) / 0.4 = 0.75
    expect(all).toBe(0.04);
    expect(gated([0.6, 0.55], [0.04, 0.04])[1]).toBe(0.02);
  });

  it("leaves half at a threshold of 1, which only a score of 1 reaches", () => {
    expect(gated([0.999, 1], [1, 1], 1)).toEqual([0, 0.5]);
  });

  it("is not known while target, score or threshold is not", () => {
    const unknown = Number.NaN;
    const input = {
      target: column([unknown, 1, 1, 1]),
      score: column([1, unknown, 1, 1]),
      threshold: column([0.5, 0.5, unknown, 0.5]),
    };
    expect(Array.from(runKernel(modelGate(settings), input, 4).target)).toEqual([
      unknown,
      unknown,
      unknown,
      1,
    ]);
  });

  it("never adds weight, and holds only what was wanted and let in", () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    const rows = fc.array(fc.tuple(fc.oneof(fc.constant(0), unit), unit), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(rows, unit, (list, threshold) => {
        const [target, score] = [list.map(([w]) => w), list.map(([, p]) => p)];
        const out = gated(score, target, threshold);
        let isIn = false; // the rule once more, as domain.md has it
        for (const [i, w] of out.entries()) {
          if (target[i] === 0 || score[i] < threshold - 0.1) isIn = false;
          else if (score[i] >= threshold) isIn = true;
          expect(w).toBeLessThanOrEqual(isIn ? target[i] : 0);
          expect(w).toBeGreaterThanOrEqual(isIn ? 0.5 * target[i] : 0);
        }
      }),
      { numRuns: 500 },
    );
  });
});
