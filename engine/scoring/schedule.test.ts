import { describe, expect, it } from "vitest";
import { createInputs, STYLES } from "../law-inputs.ts";
import { kernelSubject } from "../law-run.ts";
import { checkLaws, describeViolation } from "../laws.ts";
import { HOUR } from "../market/bars.ts";
import { column, runKernel } from "../test-data.ts";
import { type ScheduledModel, scheduledScore } from "./schedule.ts";
import { scoreOf } from "./score.ts";
import { drawnLogistic, drawnTrees } from "./test-models.ts";

const FIRST = 1_600_041_600_000; // the clock of createInputs begins one bar later

const schedule = (...hours: number[]): ScheduledModel[] =>
  hours.map((h, k) => ({ from: FIRST + h * HOUR, model: drawnLogistic(2, k + 1), threshold: 0.5 + k / 10 }));

function run(models: readonly ScheduledModel[], rows: number, f: (row: number) => number = () => 0.5) {
  const input = {
    time: column(rows, (i) => FIRST + (i + 1) * HOUR),
    features: [column(rows, f), column(rows, f)],
  };
  return { input, out: runKernel(scheduledScore(models), input, rows) };
}

describe("scores by a schedule of models", () => {
  it.each(STYLES)("obey every law on %s data", (style) => {
    const models = [
      { from: FIRST + 90 * HOUR, model: drawnTrees(5, 3, 2), threshold: 0.4 },
      { from: FIRST + 200 * HOUR, model: drawnLogistic(2), threshold: 0.6 },
      { from: FIRST + 9000 * HOUR, model: drawnLogistic(2, 2), threshold: 0.6 },
    ];
    const m = createInputs(400, 1, style);
    const inputs = { time: m.time(HOUR), features: [m.level(-2, 2), m.level(-2, 2)] };
    const subject = kernelSubject("scheduled-score", () => scheduledScore(models), inputs);
    expect(checkLaws(subject).map(describeViolation)).toEqual([]);
  });

  it("are 0 against 1 before the first model acts, so that nothing is let in", () => {
    const { out } = run(schedule(3), 3);
    expect(Array.from(out.model)).toEqual([-1, -1, 0]);
    expect(Array.from(out.score.subarray(0, 2))).toEqual([0, 0]);
    expect(Array.from(out.threshold)).toEqual([1, 1, 0.5]);
  });

  it.each([
    ["at", 3, 2],
    ["between, from the first close after", 2.5, 2],
    ["just behind", 3 + 1 / 3_600_000, 3],
  ])("begin %s a close", (_, hour, firstRow) => {
    expect(run(schedule(hour), 6).out.model.indexOf(0)).toBe(firstRow);
  });

  it("are each model's own from its time to the next one's", () => {
    const models = schedule(1, 4, 5);
    const { input, out } = run(models, 8, (i) => 0.1 * i);
    expect(Array.from(out.model)).toEqual([0, 0, 0, 1, 2, 2, 2, 2]);
    expect(Array.from(out.threshold)).toEqual([0.5, 0.5, 0.5, 0.6, 0.7, 0.7, 0.7, 0.7]);
    const each = models.map(({ model }) => runKernel(scoreOf(model), input, 8).score);
    out.score.forEach((p, i) => {
      expect(p).toBe(each[out.model[i]][i]);
    });
  });

  it("skip a model that the next one overtakes between two closes", () => {
    expect(Array.from(run(schedule(1.2, 1.5), 3).out.model)).toEqual([-1, 1, 1]);
  });

  it("are not known until every feature is, before the first model too", () => {
    const { out } = run(schedule(3), 6, (i) => (i < 1 ? Number.NaN : 0.5));
    for (const name of ["score", "threshold", "model"] as const) {
      expect(Array.from(out[name], Number.isNaN)).toEqual([true, false, false, false, false, false]);
    }
  });

  it("name every model, time and threshold in their params", () => {
    const of = (models: readonly ScheduledModel[]) => scheduledScore(models).params.schedule;
    const [a, b] = schedule(1, 4);
    expect(of([a, b])).toBe(of(structuredClone([a, b])));
    const others = [
      [{ ...a, from: a.from + 1 }, b],
      [{ ...a, threshold: 0.51 }, b],
      [{ ...a, model: b.model }, b],
    ];
    for (const other of others) expect(of(other)).not.toBe(of([a, b]));
  });

  const [a, b] = schedule(1, 4);
  it.each<[string, ScheduledModel[], string]>([
    ["no model", [], "no model"],
    ["times that do not rise", [b, a], "times that rise"],
    ["a time twice", [a, a], "times that rise"],
    ["a time that is none", [{ ...a, from: Number.NaN }], "from NaN"],
    ["a threshold above 1", [{ ...a, threshold: 1.1 }], "threshold 1.1"],
    ["a threshold that is none", [{ ...a, threshold: Number.NaN }], "threshold NaN"],
    ["models of different features", [a, { ...b, model: drawnLogistic(3) }], "other features at model 1"],
  ])("cannot be made of %s", (_, models, found) => {
    expect(() => scheduledScore(models)).toThrow(
      expect.objectContaining({ code: "E_MODEL_SCHEDULE", message: expect.stringContaining(found) }),
    );
  });
});
