import { describe, expect, it } from "vitest";
import { createRandom, fillNormals, uniform } from "../../datasets/random.ts";
import { DAY, HOUR } from "../../engine/market/bars.ts";
import { classificationIntervals, type Predictions } from "./classification-intervals.ts";

const START = Date.UTC(2022, 0, 1);
const drawing = { draws: 600, level: 0.95, seed: 5 };

/**
 * Hourly samples whose label is positive where the next `life` hours of a random walk rise, and a prediction that is right with chance
 * `skill`, the same for all samples of a spell of `spell` hours: its mistakes come together, as a model's do.
 */
function hourly(days: number, life: number, spell: number, skill: number, seed: number): Predictions {
  const n = days * 24;
  const random = createRandom(seed, 21);
  const steps = new Float64Array(n + life);
  fillNormals(random, steps);
  const labels = new Uint8Array(n);
  const predicted = new Uint8Array(n);
  let right = true;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let k = 1; k <= life; k++) sum += steps[i + k - 1];
    labels[i] = sum > 0 ? 1 : 0;
    if (i % spell === 0) right = uniform(random) < skill;
    predicted[i] = right ? labels[i] : 1 - labels[i];
  }
  const time = Float64Array.from(labels, (_, i) => START + i * HOUR);
  return { labels, predicted, time, end: time.map((t) => t + life * HOUR) };
}

describe("classificationIntervals", () => {
  it("hold the true precision in about 95 of 100 samples, though labels overlap and mistakes come together", () => {
    let covered = 0;
    for (let s = 0; s < 150; s++) {
      const { precision } = classificationIntervals(hourly(200, 24, 24, 0.6, s), { ...drawing, draws: 300 });
      if (precision.low !== null && precision.low < 0.6 && 0.6 < precision.high) covered++;
    }
    // binomial: sd 1.8 %; blocks of a finite series cost some
    expect(covered / 150).toBeGreaterThan(0.87);
  });

  it("are wider than if each sample were a piece of evidence of its own", () => {
    const { precision } = classificationIntervals(hourly(300, 24, 24, 0.6, 1), drawing);
    const width = (precision.high as number) - (precision.low as number);
    expect(width).toBeGreaterThan(2.5 * 2 * 1.96 * Math.sqrt((0.6 * 0.4) / (300 * 12)));
  });

  it("use blocks no shorter than a label lives", () => {
    const short = classificationIntervals(hourly(100, 24, 1, 0.6, 2), drawing);
    const long = classificationIntervals(hourly(100, 24 * 9, 1, 0.6, 2), drawing);
    expect(short.days).toBe(100);
    expect(short.block).toBeGreaterThanOrEqual(1);
    expect(long.block).toBeGreaterThanOrEqual(9);
  });

  it("see no lift in always saying yes, however good its precision looks", () => {
    const { labels, time, end } = hourly(200, 24, 1, 0.5, 3);
    const kind = Uint8Array.from(labels, (y, i) => (y === 1 || i % 2 === 0 ? 1 : 0)); // base rate .75
    const predicted = new Uint8Array(kind.length).fill(1);
    const found = classificationIntervals({ labels: kind, predicted, time, end }, drawing);
    expect(found.precision.low).toBeGreaterThan(0.65);
    expect(found.lift).toEqual({ low: null, high: null, why: "all resamples give the same" });
    const skilled = hourly(200, 24, 24, 0.75, 4);
    expect(classificationIntervals(skilled, drawing).lift.low).toBeGreaterThan(0);
    expect(classificationIntervals(skilled, drawing).mcc.low).toBeGreaterThan(0);
  });

  it("do not depend on the order of the samples, and are the same for the same seed", () => {
    const one = hourly(60, 12, 6, 0.6, 6);
    const turned = {
      labels: Array.from(one.labels).reverse(),
      predicted: Array.from(one.predicted).reverse(),
      time: Array.from(one.time).reverse(),
      end: Array.from(one.end).reverse(),
    };
    const found = classificationIntervals(one, drawing);
    expect(classificationIntervals(turned, drawing)).toEqual(found);
    expect(classificationIntervals(one, { ...drawing, seed: 6 }).f1).not.toEqual(found.f1);
  });

  it("count a day without samples as a day", () => {
    const one = hourly(60, 12, 6, 0.6, 7);
    const time = Float64Array.from(one.time, (t) => (t < START + 30 * DAY ? t : t + 10 * DAY));
    expect(classificationIntervals({ ...one, time, end: time.map((t) => t + HOUR) }, drawing).days).toBe(70);
  });

  it("give a reason where there is too little", () => {
    const none = (why: string) => ({ low: null, high: null, why });
    const empty = classificationIntervals({ labels: [], predicted: [], time: [], end: [] }, drawing);
    expect(empty.f1).toEqual(none("no samples"));
    const week = classificationIntervals(hourly(7, 12, 6, 0.6, 8), drawing);
    expect(week.recall).toEqual(none("7 of 7 days have a positive prediction: an interval needs 20"));
    const silent = { ...hourly(60, 12, 6, 0.6, 9), predicted: new Uint8Array(60 * 24) };
    expect(classificationIntervals(silent, drawing).precision).toEqual(
      none("no sample is predicted positive"),
    );
    expect(() => classificationIntervals({ ...silent, time: [] }, drawing)).toThrow(
      /found 0 times for 1440 labels/,
    );
  });
});
