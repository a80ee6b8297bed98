import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HOUR } from "../../engine/market/bars.ts";
import type { Table } from "./parquet.ts";
import { type RoundTrip, roundTrips } from "./round-trips.ts";
import { type TestFill, testReplay } from "./test-replay.ts";
import { tripBars } from "./trip-bars.ts";

const START = Date.UTC(2024, 0, 1, 1);

/** [pair, entry row, exit row, P&L] of round trips, over 200 bars of two pairs. */
type Held = readonly [pair: number, entry: number, exit: number, pnl: number];

const replayOf = (held: readonly Held[], rows = 200) =>
  testReplay({
    interval: HOUR,
    start: START,
    symbols: ["BTC", "ETH"],
    strategies: ["Up"],
    closes: [Array.from({ length: rows }, (_, i) => 100 + i), Array.from({ length: rows }, (_, i) => 10 + i)],
    cash: 1e6,
    fills: held
      .flatMap(([pair, entry, exit, pnl]): TestFill[] => [
        { row: entry, pair, strategy: 0, side: 1, quantity: 1, price: 1000, fee: 0 },
        { row: exit, pair, strategy: 0, side: -1, quantity: 1, price: 1000 + pnl, fee: 0 },
      ])
      .sort((a, b) => a.row - b.row),
  });

const shownRows = (held: readonly Held[], most?: number) => {
  const done = replayOf(held);
  return rowsOf(tripBars(done, roundTrips(done), most));
};

function rowsOf({ rows, columns }: Table): [pair: number, row: number][] {
  const at = (name: string) => columns.find((c) => c.name === name)?.column ?? new Float64Array();
  expect(columns.every((c) => c.column.length === rows)).toBe(true);
  return Array.from({ length: rows }, (_, k) => [at("pair")[k], (at("time")[k] - START) / HOUR]);
}

const range = (pair: number, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, k) => [pair, from + k]);

describe("bars around round trips", () => {
  it("reach from 24 bars before the entry to 24 after the exit", () => {
    expect(shownRows([[0, 50, 60, 1]])).toEqual(range(0, 26, 84));
  });

  it("stop at the ends of the panel", () => {
    expect(shownRows([[0, 5, 190, 1]])).toEqual(range(0, 0, 199));
  });

  it("appear once where round trips of a pair are near each other, ascending by pair then time", () => {
    const found = shownRows([
      [1, 30, 40, 1],
      [0, 150, 151, 1],
      [0, 100, 110, 1],
    ]);
    expect(found).toEqual([...range(0, 76, 175), ...range(1, 6, 64)]);
  });

  it("carry the pair's prices and volume at their close", () => {
    const done = replayOf([[1, 50, 60, 1]]);
    const { columns } = tripBars(done, roundTrips(done));
    expect(columns.map((c) => c.name)).toEqual(["pair", "time", "open", "high", "low", "close", "volume"]);
    expect(columns.slice(2).map((c) => c.column[0])).toEqual([35, 36, 35, 36, 1]);
    expect(columns[0].kind).toEqual({ names: ["BTC", "ETH"], from: 0 });
  });

  it("follow an open round trip to the last bar", () => {
    const done = testReplay({
      interval: HOUR,
      start: START,
      symbols: ["BTC"],
      strategies: ["Up"],
      closes: [Array.from({ length: 60 }, () => 100)],
      cash: 1000,
      fills: [{ row: 40, pair: 0, strategy: 0, side: 1, quantity: 1, price: 100, fee: 0 }],
    });
    expect(rowsOf(tripBars(done, roundTrips(done)))).toEqual(range(0, 16, 59));
  });

  it("do not reach back before the pair's listing", () => {
    const done = replayOf([[1, 50, 60, 1]]);
    for (const column of Object.values(done.panel.pairs[1])) column.fill(Number.NaN, 0, 45);
    expect(rowsOf(tripBars(done, roundTrips(done)))).toEqual(range(1, 45, 84));
  });

  it("of the greatest gain or loss come first where there are too many, and smaller ones fill what is left", () => {
    const held: Held[] = [
      [0, 30, 40, 5],
      [0, 140, 150, -9],
      [1, 80, 120, 7],
      [1, 85, 86, 0],
    ];
    const done = replayOf(held.slice(0, 3));
    const trips = roundTrips(done);
    // 59 bars each of BTC's, 89 of ETH's
    expect(rowsOf(tripBars(done, trips, 120))).toEqual([...range(0, 6, 64), ...range(0, 116, 174)]);
    expect(rowsOf(tripBars(done, trips, 150))).toEqual([...range(0, 116, 174), ...range(1, 56, 144)]);
    expect(rowsOf(tripBars(done, trips, 58))).toEqual([]);
  });

  it("are none without a round trip", () => {
    expect(tripBars(replayOf([], 1), []).rows).toBe(0);
    expect(tripBars(replayOf([], 0), []).rows).toBe(0);
  });

  it("never exceed the limit, and are whole windows of round trips", () => {
    const trip = fc
      .record({
        pair: fc.integer({ min: 0, max: 1 }),
        entryRow: fc.integer({ min: 0, max: 199 }),
        hold: fc.integer({ min: 0, max: 40 }),
        pnl: fc.integer({ min: -9, max: 9 }),
      })
      .map(({ hold, ...t }) => ({ ...t, exitRow: Math.min(199, t.entryRow + hold) }) as unknown as RoundTrip);
    const done = replayOf([]);
    fc.assert(
      fc.property(fc.array(trip, { maxLength: 12 }), fc.integer({ min: 0, max: 300 }), (trips, most) => {
        const shown = new Set(rowsOf(tripBars(done, trips, most)).map(String));
        expect(shown.size).toBeLessThanOrEqual(most);
        const windows = trips.map((t) =>
          range(t.pair, Math.max(0, t.entryRow - 24), Math.min(199, t.exitRow + 24)).map(String),
        );
        const whole = windows.filter((w) => w.every((key) => shown.has(key)));
        expect(new Set(whole.flat())).toEqual(shown);
        const union = new Set(windows.flat());
        if (union.size <= most) expect(shown).toEqual(union);
      }),
    );
  });
});
