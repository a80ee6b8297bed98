import { expect, it } from "vitest";
import { column, runKernel } from "../test-data.ts";
import { recovery, recoverySettings } from "./recovery.ts";

interface Row {
  readonly close: number;
  readonly average?: number;
  /** Lowest close of the short window that ends here, and of the long one. */
  readonly low?: number;
  readonly base?: number;
}

/** Rows after a first one, which only gives the low before: average and low 100, base 100. */
const desires = (rows: readonly Row[]) => {
  const full = [{ close: 100 }, ...rows].map((r) => ({ average: 100, low: 100, base: 100, ...r }));
  return [
    ...runKernel(
      recovery(0.05, 0.2),
      {
        close: column(full.map((r) => r.close)),
        average: column(full.map((r) => r.average)),
        low: column(full.map((r) => r.low)),
        base: column(full.map((r) => r.base)),
      },
      full.length,
    ).desire,
  ].slice(1);
};
const isIn = (rows: readonly Row[]) => desires(rows).map((d) => d > 0);

it("enters 5 % above the lowest close, that very distance included", () => {
  expect(isIn([{ close: 104.99 }, { close: 105 }])).toEqual([false, true]);
});

it("enters above the average, not at it", () => {
  expect(
    isIn([
      { close: 106, average: 106 },
      { close: 106.01, average: 106 },
    ]),
  ).toEqual([false, true]);
});

it("wants the distance to the lowest close of 720 h over 20 %, anew at every bar", () => {
  const found = desires([
    { close: 105 },
    { close: 110 },
    { close: 120 },
    { close: 140 },
    { close: 110, base: 110, low: 100 },
  ]);
  for (const [k, d] of [0.25, 0.5, 1, 1, 0].entries()) expect(found[k]).toBeCloseTo(d, 12);
});

it("stays in below the average and below its 5 %", () => {
  expect(isIn([{ close: 106 }, { close: 101, average: 120 }])).toEqual([true, true]);
});

it("leaves below the lowest close of the rows before, not at it", () => {
  const entry = { close: 110, low: 104, base: 90 };
  expect(isIn([entry, { close: 104, low: 104, base: 90 }])).toEqual([true, true]);
  expect(isIn([entry, { close: 103.99, low: 103.99, base: 90 }])).toEqual([true, false]);
});

it("does not count the row's own close as a row before", () => {
  // the low of the row itself is always at most its close; that of the row before was 104
  expect(
    isIn([
      { close: 110, low: 104, base: 90 },
      { close: 100, low: 100, base: 90 },
    ]),
  ).toEqual([true, false]);
});

it("enters again after an exit", () => {
  expect(
    isIn([{ close: 106 }, { close: 99, low: 99 }, { close: 100, low: 99 }, { close: 104, low: 99 }]),
  ).toEqual([true, false, false, true]);
});

it("is unknown until every port is known, and one row longer", () => {
  const unknown = Number.NaN;
  for (const port of ["average", "low", "base"]) {
    const full = [{ close: 106, average: 100, low: 100, base: 100, [port]: unknown }];
    const rows = [...full, { close: 106 }, { close: 106 }].map((r) => ({
      average: 100,
      low: 100,
      base: 100,
      ...r,
    }));
    const found = runKernel(
      recovery(0.05, 0.2),
      {
        close: column(rows.map((r) => r.close)),
        average: column(rows.map((r) => r.average)),
        low: column(rows.map((r) => r.low)),
        base: column(rows.map((r) => r.base)),
      },
      3,
    ).desire;
    expect([...found].map((d) => d === d)).toEqual([false, false, true]);
  }
});

it("has the numbers of the text", () => {
  expect(recoverySettings.parse({})).toEqual({ ema: 120, rebound: 0.05, low: 168, base: 720, full: 0.2 });
});
