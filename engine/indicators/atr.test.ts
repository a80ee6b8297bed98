import { expect, test } from "vitest";
import { atr } from "./atr.ts";
import {
  oracle,
  outputs,
  randomBars,
  realHours,
  talibColumn,
  worksheet,
  worstDifference,
} from "./test-oracles.ts";

const hours = realHours();

test.skipIf(hours === undefined)("ATR 24 equals TA-Lib on real hours", () => {
  const { y } = outputs(atr(24), hours!.x);
  expect(worstDifference(y, oracle("09-indicators", "atr-24"))).toBeLessThan(1e-12);
});

test.each([1, 2, 14, 240])("ATR %i equals TA-Lib on random bars with gaps", async (n) => {
  const bars = randomBars(2000, n, 5, 0.3);
  // every bar is moved against its neighbours, so that the close before often lies outside it
  for (let i = 0; i < 2000; i++) {
    const shift = i % 7 === 0 ? 3 : 1 + 0.01 * (i % 3);
    for (const c of [bars.high, bars.low, bars.close]) c[i] *= shift;
  }
  const { high, low, close } = bars;
  const expected = await talibColumn("ATR", { high, low, close, timePeriod: n }, n);
  expect(worstDifference(outputs(atr(n), { high, low, close }).y, expected)).toBeLessThan(1e-12);
});

const sheet = worksheet("cs-atr");

test.skipIf(sheet === undefined)("ATR 14 equals the published worksheet", () => {
  const n = 14;
  const { High, Low, Close, ATR } = sheet!;
  // its first true range is high - low: a close inside the first bar before it says the same
  const before = 0.5 * (High[0] + Low[0]);
  const ahead = (column: Float64Array) => Float64Array.from([before, ...column]);
  const { y } = outputs(atr(n), { high: ahead(High), low: ahead(Low), close: ahead(Close) });
  expect(worstDifference(y.subarray(1), ATR, n - 1)).toBeLessThan(1e-9);
});

test("bars that do not move have the range 0", () => {
  const flat = new Float64Array(50).fill(7);
  const { y } = outputs(atr(5), { high: flat, low: flat, close: flat });
  expect(y.subarray(5)).toEqual(new Float64Array(45));
});
