import { expect, it } from "vitest";
import { column, runKernel } from "../test-data.ts";
import { volatilitySwing, volatilitySwingSettings } from "./volatility-swing.ts";

interface Row {
  readonly close: number;
  /** Highest and lowest close of the windows that end here; ATRs. */
  readonly high?: number;
  readonly low?: number;
  readonly fast?: number;
  readonly slow?: number;
}

/** Quiet rows: a high of 100 and a low of 90 behind every one, volatility expanded by half, a far stop. */
const desires = (rows: readonly Row[]) => {
  const full = rows.map((r) => ({ high: 100, low: 90, fast: 6, slow: 4, ...r }));
  return [
    ...runKernel(
      volatilitySwing(1.2, 2.5),
      {
        close: column(full.map((r) => r.close)),
        high: column(full.map((r) => r.high)),
        low: column(full.map((r) => r.low)),
        fastAtr: column(full.map((r) => r.fast)),
        slowAtr: column(full.map((r) => r.slow)),
      },
      rows.length,
    ).desire,
  ].slice(1);
};
const before = { close: 95 };

it("enters above the highest close of the rows before, not at it", () => {
  expect(desires([before, { close: 100 }, { close: 100.01 }])).toEqual([0, 1]);
});

it("does not count the row's own close as a row before", () => {
  // its own window has 101 as its high; the row before had 100
  expect(desires([before, { close: 101, high: 101 }])).toEqual([1]);
  expect(
    desires([
      { close: 95, high: 101 },
      { close: 101, high: 101 },
    ]),
  ).toEqual([0]);
});

it("enters only while volatility is 1.2 times the usual", () => {
  expect(desires([before, { close: 101, fast: 4.79, slow: 4 }])).toEqual([0]);
  expect(desires([before, { close: 101, fast: 6, slow: 5 }])).toEqual([1]);
});

it("stays though volatility falls", () => {
  expect(desires([before, { close: 101 }, { close: 101, fast: 4 }])).toEqual([1, 1]);
});

it("leaves below the lowest close of the rows before, not at it", () => {
  const far = { fast: 10, slow: 4 };
  expect(desires([before, { close: 101, ...far }, { close: 90, ...far }])).toEqual([1, 1]);
  expect(desires([before, { close: 101, ...far }, { close: 89.99, low: 89.99, ...far }])).toEqual([1, 0]);
});

it("leaves 2.5 ATRs of now below the highest close since entry", () => {
  // entered at 101, peak 110; the stop of a row is 110 - 2.5 * its own ATR
  const rows = [before, { close: 101 }, { close: 110, high: 110 }];
  expect(desires([...rows, { close: 100, high: 110, fast: 4 }])).toEqual([1, 1, 1]);
  expect(desires([...rows, { close: 99.99, high: 110, fast: 4 }])).toEqual([1, 1, 0]);
  expect(desires([...rows, { close: 99.99, high: 110, fast: 5 }])).toEqual([1, 1, 1]);
});

it("measures its stop from the highest close since entry, not from before", () => {
  // 120 was closed before the entry; since then 111
  const rows = [
    { close: 120, high: 120 },
    { close: 111, high: 110 },
    { close: 112, high: 112 },
  ];
  expect(desires([...rows, { close: 103, fast: 4 }])).toEqual([0, 1, 1]);
  expect(desires([...rows, { close: 101.99, fast: 4 }])).toEqual([0, 1, 0]);
});

it("enters again on a new breakout, with a new peak", () => {
  const rows = [before, { close: 130 }, { close: 100, fast: 4, high: 98 }, { close: 99, high: 99 }];
  expect(desires(rows)).toEqual([1, 0, 1]);
  expect(desires([...rows, { close: 92, fast: 3 }])).toEqual([1, 0, 1, 1]); // 99 - 7.5 = 91.5
});

it("is unknown until every port is known, and one row longer", () => {
  const unknown = Number.NaN;
  for (const port of ["high", "low", "slow"]) {
    const found = desires([before, { close: 101, [port]: unknown }, { close: 95 }, { close: 101 }]);
    expect(found.slice(1), port).toEqual([0, 1]);
  }
  expect(
    desires([before, { close: 101, high: unknown, low: unknown, slow: unknown }, before, before]),
  ).toEqual([unknown, 0, 0]);
});

it("has the numbers of the text, and refuses a usual ATR that is not the longer", () => {
  expect(volatilitySwingSettings.parse({})).toEqual({
    breakout: 48,
    breakdown: 24,
    fast_atr: 24,
    slow_atr: 240,
    expansion: 1.2,
    trail: 2.5,
  });
  const refused = volatilitySwingSettings.safeParse({ slow_atr: 24 });
  expect(refused.error?.issues.map((i) => i.message)).toEqual([
    "fast_atr must be shorter than slow_atr, found fast_atr 24 h and slow_atr 24 h",
  ]);
});
