import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sharedData } from "../test-data.ts";
import { BAR_FIELDS, type BarColumns, type Bars, DAY, HOUR, MINUTE } from "./bars.ts";
import { findCloses, noPartials, rollUp, rollUpBars } from "./roll-up.ts";

/** Kraken's archive: unix s, open, high, low, close, volume, trades; a header in some files. */
function readBars(path: string, symbol: string, interval: number): Bars {
  const lines = readFileSync(path, "utf8").trim().split("\n");
  const rows = lines.filter((line) => /^\d/.test(line)).map((line) => line.split(",").map(Number));
  const column = (k: number) => Float64Array.from(rows, (row) => row[k]);
  return {
    symbol,
    interval,
    time: column(0).map((t) => 1000 * t),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
    trades: column(6),
  };
}

const FIELDS = [...BAR_FIELDS, "trades"] as const;

/** Days of `found` that `expected` also has and meets in all six fields to 1e-9; days that differ. */
function compareDays(found: Bars, expected: Bars): { equal: number; different: number[] } {
  const rowOf = new Map(Array.from(expected.time, (t, i) => [t, i]));
  const different: number[] = [];
  let equal = 0;
  for (let i = 0; i < found.time.length; i++) {
    const j = rowOf.get(found.time[i]);
    const isSame =
      j !== undefined &&
      FIELDS.every((f) => Math.abs(found[f][i] - expected[f][j]) <= 1e-9 * Math.abs(expected[f][j]));
    if (isSame) equal++;
    else different.push(i);
  }
  return { equal, different };
}

describe("rollUpBars", () => {
  // the counts are those that the data's README states for these files
  it.each([
    ["XBTUSD", 3368],
    ["ETHUSD", 2787],
  ])("makes Kraken's own days of Kraken's hours: %s on %i of them, all but the last", (pair, days) => {
    const [hourly, daily] = [`kraken/hourly/${pair}_60.csv`, `kraken/daily/${pair}_1440.csv`].map(sharedData);
    if (hourly === undefined || daily === undefined)
      return console.warn(`${pair}: no data beside the checkout`);
    const rolled = rollUpBars(readBars(hourly, pair, HOUR), DAY);
    const { equal, different } = compareDays(rolled, readBars(daily, pair, DAY));
    expect([equal, rolled.time.length]).toEqual([days, days + 1]);
    expect(different).toEqual([days]);
  });

  const bars = (time: number[], trades = time.map(() => 2)): Bars => ({
    symbol: "BTC",
    interval: MINUTE,
    time: Float64Array.from(time, (t) => t * MINUTE),
    open: Float64Array.from(time, (t) => t + 1),
    high: Float64Array.from(time, (t) => t + 3),
    low: Float64Array.from(time, (t) => t),
    close: Float64Array.from(time, (t) => t + 2),
    volume: Float64Array.from(time, (t) => t / 2),
    trades: Float64Array.from(trades),
  });

  it("takes the bars that exist: a long bar without any is absent", () => {
    const rolled = rollUpBars(bars([1, 4, 15, 16, 19, 20]), 5 * MINUTE);
    expect(rolled.interval).toBe(5 * MINUTE);
    expect([...rolled.time].map((t) => t / MINUTE)).toEqual([0, 15, 20]);
    expect([...rolled.open]).toEqual([2, 16, 21]);
    expect([...rolled.high]).toEqual([7, 22, 23]);
    expect([...rolled.low]).toEqual([1, 15, 20]);
    expect([...rolled.close]).toEqual([6, 21, 22]);
    expect([...rolled.volume]).toEqual([2.5, 25, 10]);
    expect([...rolled.trades]).toEqual([4, 6, 2]);
  });

  it("leaves trades unknown where the source has none", () => {
    expect([...rollUpBars(bars([0, 1], [Number.NaN, Number.NaN]), 5 * MINUTE).trades]).toEqual([Number.NaN]);
  });

  it("gives the same bars for their own interval, and nothing for nothing", () => {
    expect(rollUpBars(bars([1, 4, 9]), MINUTE)).toEqual(bars([1, 4, 9]));
    expect(rollUpBars(bars([]), HOUR).time).toHaveLength(0);
  });

  it.each([MINUTE / 2, 1.5 * MINUTE, 0, Number.NaN])(
    "refuses an interval of %d ms over minute bars",
    (ms) => {
      expect(() => rollUpBars(bars([1]), ms)).toThrow(/roll-up: BTC has bars of 60000 ms, found a wish for/);
    },
  );
});

describe("rollUp", () => {
  const ROWS = 60;
  const LONG = 7;
  const time = Float64Array.from({ length: ROWS }, (_, i) => (i + 3) * MINUTE);

  /** Whole-number bars from a row on, NaN before. */
  function listedAt(first: number): BarColumns {
    const column = (f: (i: number) => number) =>
      Float64Array.from({ length: ROWS }, (_, i) => (i < first ? Number.NaN : f(i)));
    return {
      open: column((i) => 50 + ((i * 7) % 11)),
      high: column((i) => 70 + ((i * 5) % 13)),
      low: column((i) => 30 - ((i * 3) % 17)),
      close: column((i) => 51 + ((i * 2) % 9)),
      volume: column((i) => (i * 4) % 6),
    };
  }

  /** Long bars by the words of the definition, from whole slices. */
  function bySlices(bars: BarColumns): number[][] {
    const ends = [...time.keys()].filter((i) => time[i] % (LONG * MINUTE) === 0);
    return ends.map((end, k) => {
      const rows = [...time.keys()].filter(
        (i) => i <= end && (k === 0 || i > ends[k - 1]) && bars.open[i] > 0,
      );
      if (rows.length === 0) return new Array(5).fill(Number.NaN);
      const of = (f: keyof BarColumns) => rows.map((i) => bars[f][i]);
      const sum = of("volume").reduce((a, b) => a + b, 0);
      return [of("open")[0], Math.max(...of("high")), Math.min(...of("low")), of("close").at(-1)!, sum];
    });
  }

  function inBlocks(bars: BarColumns, sizes: readonly number[]): number[][] {
    const partial = noPartials(1);
    const closes = new Int32Array(ROWS);
    const column = () => new Float64Array(ROWS);
    const out = { open: column(), high: column(), low: column(), close: column(), volume: column() };
    const found: number[][] = [];
    for (let from = 0, k = 0; from < ROWS; k++) {
      const to = Math.min(from + sizes[k % sizes.length], ROWS);
      const n = findCloses(time, from, to, LONG * MINUTE, closes);
      rollUp(bars, from, to, closes, n, partial, 0, out);
      for (let j = 0; j < n; j++) found.push(BAR_FIELDS.map((f) => out[f][j]));
      from = to;
    }
    return found;
  }

  it("is the definition, whatever the listing and the blocks", () => {
    const listing = fc.integer({ min: 0, max: ROWS });
    const sizes = fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(listing, sizes, (first, blocks) => {
        const bars = listedAt(first);
        expect(inBlocks(bars, blocks)).toEqual(bySlices(bars));
      }),
      { numRuns: 150 },
    );
  });

  it("gives the long bar that holds the listing its first finite rows", () => {
    const [first, second] = inBlocks(listedAt(7), [ROWS]);
    expect(first).toEqual(new Array(5).fill(Number.NaN)); // closes at row 4
    expect(second[0]).toBe(listedAt(7).open[7]);
  });

  it("closes nothing at a time that is not known", () => {
    expect(findCloses(Float64Array.of(Number.NaN, 0, 60_000), 0, 3, 60_000, new Int32Array(3))).toBe(2);
  });

  it("stops at as many closes as there is room for", () => {
    const closes = new Int32Array(2);
    expect([findCloses(time, 0, ROWS, LONG * MINUTE, closes), [...closes]]).toEqual([2, [4, 11]]);
  });
});
