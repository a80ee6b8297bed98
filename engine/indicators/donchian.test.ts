import { expect, test } from "vitest";
import { donchian } from "./donchian.ts";
import { outputs, randomBars, talibColumn, unknownRows, worksheet, worstDifference } from "./test-oracles.ts";

const sheet = worksheet("cs-dc");

test.skipIf(sheet === undefined)("the channel of 20 rows equals the published worksheet", () => {
  const { upper, middle, lower } = outputs(donchian(20), { high: sheet!.high, low: sheet!.low });
  expect(unknownRows(upper)).toBe(19);
  expect(upper).toEqual(sheet!.upper_band);
  expect(lower).toEqual(sheet!.lower_band);
  // printed to a cent
  expect(worstDifference(middle, sheet!.middle_band, 0)).toBeLessThan(0.006);
});

test("both sides are TA-Lib's MAX of highs and MIN of lows to the bit", async () => {
  const { high, low } = randomBars(1000, 1, 100, 0.2);
  const { upper, lower } = outputs(donchian(48), { high, low });
  expect(upper).toEqual(await talibColumn("MAX", { inReal: high, timePeriod: 48 }, 47));
  expect(lower).toEqual(await talibColumn("MIN", { inReal: low, timePeriod: 48 }, 47));
});
