import { describe, expect, it } from "vitest";
import { HOUR } from "../../engine/market/bars.ts";
import { roundTripFigures, roundTrips } from "./round-trips.ts";
import { type TestFill, testReplay } from "./test-replay.ts";

const base = { price: 0, fee: 1, pair: 0, strategy: 0 } as const;
const replay = (fills: readonly TestFill[], closes = [100, 100, 90, 130, 120, 120]) =>
  testReplay({
    interval: HOUR,
    start: HOUR,
    symbols: ["BTC"],
    strategies: ["A", "B"],
    closes: [closes],
    cash: 1e4,
    fills,
  });

describe("round trips", () => {
  it("run from flat to flat over several fills and belong to the first fill's strategy", () => {
    const [trip, ...others] = roundTrips(
      replay([
        { ...base, row: 1, strategy: 1, side: 1, quantity: 1, price: 100 },
        { ...base, row: 2, side: 1, quantity: 3, price: 104 },
        { ...base, row: 4, side: -1, quantity: 2, price: 130 },
        { ...base, row: 5, side: -1, quantity: 2, price: 120 },
      ]),
    );
    expect(others).toEqual([]);
    expect(trip).toMatchObject({
      strategy: 1,
      entryTime: HOUR,
      exitTime: 5 * HOUR,
      quantity: 4,
      entryPrice: 103,
      exitPrice: 125,
      pnl: 500 - 412 - 4,
      return: 84 / 412,
      fills: 4,
      open: false,
    });
    expect(trip.costs.total).toBe(4 + 3 * 4);
    // closes while held: 100, 90, 130, 120; the last fill is at the open of row 5
    expect(trip.worst).toBeCloseTo(90 / 103 - 1, 14);
    expect(trip.best).toBeCloseTo(130 / 103 - 1, 14);
  });

  it("mark an open one to market and flag it", () => {
    const [trip] = roundTrips(
      replay([
        { ...base, row: 1, side: 1, quantity: 4, price: 100 },
        { ...base, row: 4, side: -1, quantity: 1, price: 130 },
      ]),
    );
    expect(trip).toMatchObject({ open: true, exitRow: 5, exitTime: 6 * HOUR, pnl: 130 + 3 * 120 - 400 - 2 });
    expect(trip.exitPrice).toBe((130 + 360) / 4);
  });

  it("end although the sums of quantities leave dust", () => {
    const trips = roundTrips(
      replay([
        { ...base, row: 1, side: 1, quantity: 0.1, price: 100 },
        { ...base, row: 1, side: 1, quantity: 0.2, price: 100 },
        { ...base, row: 2, side: -1, quantity: 0.3, price: 100 },
        { ...base, row: 3, side: 1, quantity: 1, price: 90 },
        { ...base, row: 4, side: -1, quantity: 1, price: 130 },
      ]),
    );
    expect(trips.map((t) => t.open)).toEqual([false, false]);
  });

  it("have win rate, profit factor, expectancy and hold of closed ones only", () => {
    const trips = roundTrips(
      replay([
        { ...base, row: 1, side: 1, quantity: 1, price: 100 },
        { ...base, row: 3, side: -1, quantity: 1, price: 90 },
        { ...base, row: 3, side: 1, quantity: 1, price: 90 },
        { ...base, row: 4, side: -1, quantity: 1, price: 130 },
        { ...base, row: 5, side: 1, quantity: 1, price: 120 },
      ]),
    );
    expect(roundTripFigures(trips)).toEqual({
      closed: 2,
      open: 1,
      winRate: { value: 0.5 },
      profitFactor: { value: 38 / 12 },
      expectancy: { value: 13 },
      meanReturn: { value: (-0.12 + 38 / 90) / 2 },
      meanHoldHours: { value: 1.5 },
    });
  });

  it("have reasons where none was closed or none lost", () => {
    expect(roundTripFigures([]).winRate).toEqual({ value: null, why: "no closed round trip" });
    const won = roundTrips(
      replay([
        { ...base, row: 3, side: 1, quantity: 1, price: 90 },
        { ...base, row: 4, side: -1, quantity: 1, price: 130 },
      ]),
    );
    expect(roundTripFigures(won).profitFactor).toEqual({ value: null, why: "no round trip lost" });
  });
});
