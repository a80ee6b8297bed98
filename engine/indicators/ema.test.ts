import { expect, test } from "vitest";
import { ema } from "./ema.ts";
import { oracle, outputs, randomBars, realHours, talibColumn, worstDifference } from "./test-oracles.ts";

const hours = realHours();

test.skipIf(hours === undefined).each([12, 48])("EMA %i equals TA-Lib on real hours", (n) => {
  const { y } = outputs(ema(n), { x: hours!.x.close });
  expect(worstDifference(y, oracle("09-indicators", `ema-${n}`))).toBeLessThan(1e-12);
});

test.each([1, 2, 26, 200])("EMA %i equals TA-Lib on random bars", async (n) => {
  const { close } = randomBars(1000, n);
  // TA-Lib has no EMA of one row
  const expected = n === 1 ? close : await talibColumn("EMA", { inReal: close, timePeriod: n }, n - 1);
  expect(worstDifference(outputs(ema(n), { x: close }).y, expected)).toBeLessThan(1e-12);
});

test("two EMAs seeded differently are one to the bit after 20 lengths", () => {
  const n = 12;
  const { close } = randomBars(40 * n, 3);
  const early = outputs(ema(n), { x: close }).y;
  const late = outputs(ema(n), { x: close.subarray(n) }).y;
  expect(late.subarray(20 * n)).toEqual(early.subarray(21 * n));
});

test.each([0, -1, 1.5, Number.NaN])("a length of %d is refused with what was expected", (n) => {
  expect(() => ema(n)).toThrow(`ema: n must be a whole number from 1, found ${n}`);
});
