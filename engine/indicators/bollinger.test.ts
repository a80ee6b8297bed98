import { describe, expect, test } from "vitest";
import { bollinger } from "./bollinger.ts";
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

describe.skipIf(hours === undefined)("bands of 20 real hours and 2 deviations", () => {
  test.each(["upper", "middle", "lower"] as const)("%s equals TA-Lib", (name) => {
    const column = outputs(bollinger(20, 2), { x: hours!.x.close })[name];
    expect(worstDifference(column, oracle("09-indicators", `bbands-${name}-20-2.0`))).toBeLessThan(1e-11);
  });
});

test("bands of 10 rows and 1.5 deviations lie on TA-Lib's SMA and VAR on random bars", async () => {
  const { close } = randomBars(1000, 1, 10);
  const params = { inReal: close, timePeriod: 10 };
  const mean = await talibColumn("SMA", params, 9);
  const variance = await talibColumn("VAR", { ...params, nbDev: 1 }, 9);
  const found = outputs(bollinger(10, 1.5), { x: close });
  const band = (sign: number) => mean.map((m, i) => m + sign * 1.5 * Math.sqrt(variance[i]));
  expect(worstDifference(found.upper, band(1))).toBeLessThan(1e-9);
  expect(worstDifference(found.lower, band(-1))).toBeLessThan(1e-9);
});

const sheet = worksheet("cs-bbands");

test.skipIf(sheet === undefined)("bands of 20 days equal the published worksheet to its six decimals", () => {
  const { upper, middle, lower } = outputs(bollinger(20, 2), { x: sheet!.Close });
  expect(worstDifference(middle, sheet!.MiddleBand)).toBeLessThan(6e-7);
  expect(worstDifference(upper, sheet!.HighBand)).toBeLessThan(6e-7);
  expect(worstDifference(lower, sheet!.LowBand)).toBeLessThan(6e-7);
});

test("a width that is not above 0 is refused", () => {
  expect(() => bollinger(20, 0)).toThrow("bollinger: width must be a finite number above 0, found 0");
});
