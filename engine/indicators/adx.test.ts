import { describe, expect, test } from "vitest";
import { adx } from "./adx.ts";
import { oracle, outputs, randomBars, realHours, talibColumn, worstDifference } from "./test-oracles.ts";

const hours = realHours();

describe.skipIf(hours === undefined)("ADX 14 on real hours", () => {
  test.each([
    ["adx", "adx-14"],
    ["plus", "plus-di-14"],
    ["minus", "minus-di-14"],
  ] as const)("%s equals TA-Lib", (name, of) => {
    const column = outputs(adx(14), hours!.x)[name];
    expect(worstDifference(column, oracle("09-indicators", of), 27)).toBeLessThan(1e-11);
  });
});

test.each([2, 14, 50])("ADX %i equals TA-Lib on random bars", async (n) => {
  const { high, low, close } = randomBars(1500, n, 1000, 0.2);
  const found = outputs(adx(n), { high, low, close });
  for (const [name, column] of [
    ["ADX", found.adx],
    ["PLUS_DI", found.plus],
    ["MINUS_DI", found.minus],
  ] as const) {
    const expected = await talibColumn(
      name,
      { high, low, close, timePeriod: n },
      name === "ADX" ? 2 * n - 1 : n,
    );
    expect(worstDifference(column, expected.fill(Number.NaN, 0, 2 * n - 1))).toBeLessThan(1e-9);
  }
});

test("bars that do not move have the indices 0", () => {
  const flat = new Float64Array(60).fill(7);
  for (const column of Object.values(outputs(adx(5), { high: flat, low: flat, close: flat }))) {
    expect(column.subarray(9)).toEqual(new Float64Array(51));
  }
});
