import { describe, expect, test } from "vitest";
import { macd } from "./macd.ts";
import { oracle, outputs, randomBars, realHours, talibColumn, worstDifference } from "./test-oracles.ts";

const hours = realHours();
const FIRST = 33;

describe.skipIf(hours === undefined)("MACD 12, 26, 9 on real hours", () => {
  const found = () => outputs(macd(12, 26, 9), { x: hours!.x.close });

  test("is the difference of two plain EMAs", () => {
    const plain = oracle("09-indicators", "macd-12-26-9", "plain_ema_difference");
    expect(worstDifference(found().macd, plain, FIRST)).toBeLessThan(1e-10);
  });

  test("meets TA-Lib, which seeds its fast EMA later, once the seeds are forgotten", () => {
    const { macd: line, signal, histogram } = found();
    const at = (name: string) => oracle("09-indicators", `macd${name}-12-26-9`);
    expect(Math.abs(line[FIRST] - at("")[FIRST])).toBeGreaterThan(20);
    expect(worstDifference(line, at(""), 250)).toBeLessThan(1e-9);
    expect(worstDifference(signal, at("-signal"), 300)).toBeLessThan(1e-9);
    expect(worstDifference(histogram, at("-histogram"), 300)).toBeLessThan(1e-9);
  });
});

test("MACD 5, 35, 5 meets TA-Lib on random bars", async () => {
  const { close } = randomBars(2000, 1, 100);
  const params = { inReal: close, fastPeriod: 5, slowPeriod: 35, signalPeriod: 5 };
  const found = outputs(macd(5, 35, 5), { x: close });
  for (const [name, column] of [
    ["MACD", found.macd],
    ["MACDSignal", found.signal],
    ["MACDHist", found.histogram],
  ] as const) {
    const expected = await talibColumn("MACD", params, 38, name);
    expect(worstDifference(column, expected, 600)).toBeLessThan(1e-9);
  }
});

test("all three columns begin on the row of the first signal", () => {
  const found = outputs(macd(12, 26, 9), { x: randomBars(100, 1).close });
  for (const column of Object.values(found)) {
    expect(column.findIndex((v) => !Number.isNaN(v))).toBe(FIRST);
  }
});

test("a fast length that is not below the slow one is refused", () => {
  expect(() => macd(26, 26, 9)).toThrow("macd: slow must be a whole number from 27, found 26");
});
