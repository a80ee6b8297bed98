import { expect, test } from "vitest";
import { outputs, randomBars, talibColumn, worksheet, worstDifference } from "./test-oracles.ts";
import { wilder } from "./wilder.ts";

test("it is the average true range when fed with true ranges", async () => {
  const n = 14;
  const { high, low, close } = randomBars(500, 1);
  const ranges = await talibColumn("TRANGE", { high, low, close }, 1);
  const expected = await talibColumn("ATR", { high, low, close, timePeriod: n }, n);
  expect(worstDifference(outputs(wilder(n), { x: ranges }).y, expected)).toBeLessThan(1e-12);
});

const sheet = worksheet("cs-rsi");

test.skipIf(sheet === undefined)("it gives the average gains of the published RSI worksheet", () => {
  const n = 14;
  const { Gain, "Avg Gain": average } = sheet!;
  // the worksheet starts its averages from 0: n rows of no gain before it seed ours with the same
  const gains = Float64Array.from([...new Array(n).fill(0), ...Gain.map((g) => (g === g ? g : 0))]);
  const { y } = outputs(wilder(n), { x: gains });
  expect(worstDifference(y.subarray(n), average, 1)).toBeLessThan(6e-7);
});
