import { expect, test } from "vitest";
import { rsi } from "./rsi.ts";
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

test.skipIf(hours === undefined)("RSI 14 equals TA-Lib on real hours", () => {
  const { y } = outputs(rsi(14), { x: hours!.x.close });
  expect(worstDifference(y, oracle("09-indicators", "rsi-14"))).toBeLessThan(1e-11);
});

test.each([2, 7, 100])("RSI %i equals TA-Lib on random bars", async (n) => {
  const { close } = randomBars(2000, n, 5, 0.1);
  const expected = await talibColumn("RSI", { inReal: close, timePeriod: n }, n);
  expect(worstDifference(outputs(rsi(n), { x: close }).y, expected)).toBeLessThan(1e-10);
});

const sheet = worksheet("cs-rsi");

test.skipIf(sheet === undefined)("RSI 14 equals the published worksheet", () => {
  const n = 14;
  const { Close, RSI } = sheet!;
  // the worksheet starts its averages from 0: n closes without a move before it seed ours with the same
  const x = Float64Array.from([...new Array(n).fill(Close[0]), ...Close]);
  const { y } = outputs(rsi(n), { x });
  expect(
    worstDifference(
      y.subarray(n),
      RSI,
      RSI.findIndex((v) => !Number.isNaN(v)),
    ),
  ).toBeLessThan(1e-6);
});

test("a price that never moved has the RSI 50, one that only rose 100, one that only fell 0", () => {
  const of = (step: number) => {
    const x = Float64Array.from({ length: 40 }, (_, i) => 100 + step * i);
    return new Set(outputs(rsi(14), { x }).y.subarray(14));
  };
  expect([of(0), of(1), of(-1)]).toEqual([new Set([50]), new Set([100]), new Set([0])]);
});
