import { expect, test } from "vitest";
import { defaultConfig } from "../../engine/config.ts";
import { HOUR } from "../../engine/market/bars.ts";
import { Deviation, Ema, Highest, SchmittTrigger, ZScore } from "./indicators.ts";
import { RegimeClassifier, VolatilityIndex } from "./regime.ts";

test("a trigger stays on between its two levels", () => {
  const trigger = new SchmittTrigger();
  const states = [19, 21, 19, 18.5, 17.9, 19].map((x) => trigger.update(x > 20, x < 18));
  expect(states).toEqual([false, true, true, true, false, false]);
});

test("an average starts as the mean of its first values", () => {
  const ema = new Ema(3);
  expect([1, 2, 6, 7].map((x) => ema.update(x))).toEqual([Number.NaN, Number.NaN, 3, 5]);
});

test("the highest of a window forgets what has left it", () => {
  const highest = new Highest(2);
  expect([5, 3, 1, 4].map((x) => highest.update(x))).toEqual([Number.NaN, 5, 3, 4]);
});

test("deviation and z-score use ddof 1, and equal values have a z-score of 0", () => {
  const deviation = new Deviation(3);
  for (const x of [9, 1, 2, 3]) deviation.update(x);
  expect(deviation.value).toBeCloseTo(1, 12);
  const z = new ZScore(3);
  expect([1, 2, 3, 3, 3].map((x) => z.update(x)).slice(2)).toEqual([1, expect.closeTo(1 / Math.sqrt(3)), 0]);
});

test("a steady 5 % a day is an index of 27.7", () => {
  const index = new VolatilityIndex(defaultConfig().regime.index, HOUR);
  let last = Number.NaN;
  for (let h = 0; h < 500; h++) last = index.update(100 * 1.05 ** (h / 24));
  expect(last).toBeCloseTo(100 * 0.29 * Math.sqrt(365 * 0.05 * 0.05), 9);
});

/** Feeds closes and index levels, hour by hour, to a classifier that is warm from a flat start. */
function classify(steps: { close: number; index: number; hours: number }[]): number[] {
  const classifier = new RegimeClassifier(defaultConfig().regime, HOUR);
  const regimes: number[] = [];
  let time = 0;
  for (const { close, index, hours } of [{ close: 100, index: 25, hours: 1300 }, ...steps]) {
    for (let h = 0; h < hours; h++) {
      time += HOUR;
      classifier.update(time, close, index);
    }
    regimes.push(classifier.regime);
  }
  return regimes;
}

test("risk-off begins above 30 and ends below 27, after its dwell of 72 h", () => {
  const index = (level: number, hours: number) => ({ close: 100, index: level, hours });
  expect(classify([index(31, 1), index(28, 100), index(26, 1)])).toEqual([1, 2, 2, 1]);
  expect(classify([index(31, 1), index(26, 70), index(26, 1), index(26, 1)])).toEqual([1, 2, 2, 2, 1]);
});

test("panic is entered at once and holds while the index is at 36 and the close 7.5 % below its high", () => {
  const crash = { close: 80, index: 45, hours: 1 };
  expect(classify([{ close: 100, index: 31, hours: 1 }, crash])).toEqual([1, 2, 3]);
  // after three weeks the 168 h high is 80 again, but the high since before the panic is still 100
  expect(classify([crash, { close: 80, index: 37, hours: 500 }, { close: 80, index: 35, hours: 1 }])).toEqual(
    [1, 3, 3, 2],
  );
  expect(classify([crash, { close: 80, index: 45, hours: 71 }, { close: 93, index: 45, hours: 1 }])).toEqual([
    1, 3, 3, 2,
  ]);
});
