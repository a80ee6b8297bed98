import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY, HOUR } from "../../engine/market/bars.ts";
import { gateFolds, holdOut } from "./gate-folds.ts";
import { splitCases } from "./oracle.test-data.ts";

const [oracle] = splitCases("gate3");

function hours(first: number, last: number) {
  const time = Float64Array.from({ length: (last - first) / HOUR + 1 }, (_, i) => first + i * HOUR);
  return { time, first, last, interval: HOUR };
}

describe.skipIf(oracle === undefined)("the folds of gate 3 (needs the shared test data)", () => {
  it("equal the oracle's", () => {
    const at = (text: string) => Date.parse(`${text}:00Z`);
    const rows = hours(at(oracle.input.first), at(oracle.input.last));
    const { folds, leftOver } = gateFolds(rows);
    const iso = (row: number) => new Date(rows.time[row]).toISOString().replace(".000", "");
    const found = folds.map(({ train, test }) => ({
      train_first: iso(train[0]),
      train_last: iso(train[train.length - 1]),
      train_rows: train.length,
      purged_rows: test[0] - train[train.length - 1] - 1,
      test_first: iso(test[0]),
      test_last: iso(test[test.length - 1]),
      test_rows: test.length,
    }));
    expect(found).toEqual(oracle.expected);
    expect(leftOver).toHaveLength(oracle.left_over_rows as number);
  });
});

describe("the folds of gate 3", () => {
  const first = Date.UTC(2021, 0, 1, 9);

  it("begin at the first 05:00 UTC that leaves 365 days before it, that hour included", () => {
    const edgeOf = (start: number) => gateFolds(hours(start, start + 500 * DAY)).folds[0].edge;
    expect(new Date(edgeOf(first)).toISOString()).toBe("2022-01-02T05:00:00.000Z");
    expect(new Date(edgeOf(Date.UTC(2021, 0, 1, 5))).toISOString()).toBe("2022-01-01T05:00:00.000Z");
  });

  it("train on labels that are known before the edge, and test what follows it, once and in order", () => {
    const drawn = fc.record({
      hour: fc.integer({ min: 0, max: 23 }),
      days: fc.integer({ min: 457, max: 1100 }),
      left: fc.integer({ min: 0, max: 9 }),
    });
    fc.assert(
      fc.property(drawn, ({ hour, days, left }) => {
        const start = Date.UTC(2021, 0, 1, hour);
        const all = hours(start, start + days * DAY);
        // some rows have no label
        const time = all.time.filter((_, i) => (i * 7919) % 10 >= left / 2);
        const { folds, leftOver } = gateFolds({ ...all, time });
        folds.forEach(({ edge, until, train, test }, k) => {
          expect(edge % DAY).toBe(5 * HOUR);
          expect(time[train[train.length - 1]] + 96 * HOUR).toBeLessThan(edge);
          expect(time[train.length] + 96 * HOUR).toBeGreaterThanOrEqual(edge);
          expect(time[test[0]]).toBeGreaterThanOrEqual(edge);
          expect(time[test[test.length - 1]]).toBeLessThan(until);
          if (k > 0) expect(edge).toBe(folds[k - 1].until);
        });
        const tested = folds.flatMap(({ test }) => [...test]);
        const from = tested[0];
        expect([...tested, ...leftOver]).toEqual(
          Array.from({ length: time.length - from }, (_, i) => from + i),
        );
      }),
      { numRuns: 40 },
    );
  });

  it("leave out a last fold that lacks its last hour", () => {
    const whole = Date.UTC(2022, 0, 2, 5) + 180 * DAY - HOUR;
    expect(gateFolds(hours(first, whole)).folds).toHaveLength(2);
    const short = gateFolds(hours(first, whole - HOUR));
    expect(short.folds).toHaveLength(1);
    expect(short.leftOver).toHaveLength(90 * 24 - 1);
  });

  it("take the grid's last hour for the end, though it had no label", () => {
    const last = Date.UTC(2022, 0, 2, 5) + 90 * DAY - HOUR;
    const all = hours(first, last);
    const { folds } = gateFolds({ ...all, time: all.time.subarray(0, -3) });
    expect(folds[0].test).toHaveLength(90 * 24 - 3);
  });

  it("refuse data that hold none, and say what they need", () => {
    expect(() => gateFolds(hours(first, first + 400 * DAY))).toThrow(
      /hold no whole fold, expected rows up to 2022-04-02T04:00:00.000Z: 365 d to train on and 90 d to test, then 96 h for the last labels to end/,
    );
  });

  it("refuse no rows at all with the same advice", () => {
    const none = { time: new Float64Array(0), first: Number.NaN, last: Number.NaN, interval: HOUR };
    expect(() => gateFolds(none)).toThrow(
      /found no row with all features and a whole horizon, expected 365 d to train on and 90 d to test, then 96 h/,
    );
  });
});

describe("the held-out part of a train part", () => {
  // two pairs an hour
  const time = Float64Array.from({ length: 40 }, (_, i) => HOUR * Math.floor(i / 2));
  const train = Int32Array.from({ length: 30 }, (_, i) => i);

  it("is its last fifth by time, and what is fitted ends before it by the horizon", () => {
    const { fit, held } = holdOut(time, train, 0.2, 3 * HOUR);
    expect([...held]).toEqual([24, 25, 26, 27, 28, 29]);
    expect([...fit]).toEqual(Array.from({ length: 18 }, (_, i) => i)); // hours 0 .. 8: 8 + 3 < 12
  });

  it("keeps the rows of one time together", () => {
    const { held } = holdOut(time, train, 0.1, 0); // row 27 is the second of its hour
    expect([...held]).toEqual([26, 27, 28, 29]);
  });

  it("is empty where there is nothing to hold out", () => {
    expect(holdOut(time, new Int32Array(0), 0.2, 0)).toEqual({
      fit: new Int32Array(0),
      held: new Int32Array(0),
    });
  });
});
