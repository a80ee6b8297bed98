import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { barCheck, barFault, checkBar, checkBars, DUPLICATE, OUT_OF_ORDER, PASSED } from "./bar-check.ts";
import { DAY, HOUR } from "./bars.ts";

const NOW = Date.UTC(2024, 0, 1);
const T = Date.UTC(2020, 0, 1);

type Values = [time: number, open: number, high: number, low: number, close: number, volume: number];
const GOOD: Values = [T, 10, 12, 9, 11, 5];
const FIELDS = ["time", "open", "high", "low", "close", "volume"] as const;

const faultOf = (values: Values, interval = HOUR) => {
  const found = checkBar(barCheck(interval, NOW), ...values);
  return found === PASSED ? undefined : barFault(found);
};
const withValue = (k: number, value: number): Values => GOOD.map((v, i) => (i === k ? value : v)) as Values;

const bar = fc
  .tuple(
    fc.array(fc.double({ min: 1e-8, max: 1e8, noNaN: true }), { minLength: 4, maxLength: 4 }),
    fc.double({ min: 0, max: 1e12, noNaN: true }),
  )
  .map(([prices, volume]): Values => {
    const [low, open, close, high] = [...prices].sort((a, b) => a - b);
    return [T, open, high, low, close, volume];
  });

describe("the door", () => {
  test("lets every ordered bar with finite positive prices in", () => {
    fc.assert(
      fc.property(bar, (values) => {
        expect(faultOf(values)).toBeUndefined();
      }),
    );
  });

  test("names the field that is not finite", () => {
    for (const [k, field] of FIELDS.entries()) {
      for (const value of [Number.NaN, Infinity, -Infinity]) {
        expect(faultOf(withValue(k, value))).toMatchObject({ code: "E_DATA_NOT_NUMBER", field });
      }
    }
  });

  test("refuses prices of 0 and below, and a negative volume; a volume of 0 passes", () => {
    for (const k of [1, 2, 3, 4]) {
      for (const value of [0, -1]) {
        expect(faultOf(withValue(k, value))).toMatchObject({ code: "E_DATA_RANGE", field: FIELDS[k] });
      }
    }
    expect(faultOf(withValue(5, -1e-9))).toMatchObject({ code: "E_DATA_RANGE", field: "volume" });
    expect(faultOf(withValue(5, 0))).toBeUndefined();
  });

  test("refuses a bar in which one relation of high and low is broken", () => {
    const broken = fc.tuple(
      bar,
      fc.constantFrom("high", "low"),
      fc.constantFrom(1, 4),
      fc.double({ min: 1.01, max: 9, noNaN: true }),
    );
    fc.assert(
      fc.property(broken, ([values, which, against, factor]) => {
        const bad = [...values] as Values;
        if (which === "high") bad[2] = bad[against] / factor;
        else bad[3] = bad[against] * factor;
        expect(faultOf(bad)?.code).toBe("E_DATA_OHLC_ORDER");
      }),
    );
  });

  test("wants opens of bars on the UTC grid, from 2011 (daily: 2009) to a day from now", () => {
    expect(faultOf(withValue(0, T + 1))).toMatchObject({ code: "E_DATA_GRID", field: "time" });
    expect(faultOf(withValue(0, NOW + DAY))).toBeUndefined();
    expect(faultOf(withValue(0, NOW + DAY + HOUR))).toMatchObject({ code: "E_DATA_RANGE", field: "time" });
    const in2010 = withValue(0, Date.UTC(2010, 11, 31));
    expect(faultOf(in2010)).toMatchObject({ code: "E_DATA_RANGE", field: "time" });
    expect(faultOf(in2010, DAY)).toBeUndefined();
    expect(faultOf(withValue(0, Date.UTC(2008, 11, 31)), DAY)).toMatchObject({ code: "E_DATA_RANGE" });
  });

  test("wants each row later than the row before, and a refused row moves nothing", () => {
    const check = barCheck(HOUR, NOW);
    expect(checkBar(check, ...GOOD)).toBe(PASSED);
    expect(checkBar(check, ...GOOD)).toBe(DUPLICATE);
    expect(checkBar(check, ...withValue(0, T - HOUR))).toBe(OUT_OF_ORDER);
    expect(checkBar(check, T + HOUR, 10, 5, 9, 11, 5)).not.toBe(PASSED);
    expect(check.last).toBe(T);
  });

  test("continues in blocks of any size as in one", () => {
    const rows = 50;
    const bars = {
      time: Float64Array.from({ length: rows }, (_, i) => T + i * HOUR - (i === 37 ? HOUR : 0)),
      open: new Float64Array(rows).fill(10),
      high: new Float64Array(rows).fill(12),
      low: new Float64Array(rows).fill(9),
      close: new Float64Array(rows).fill(11),
      volume: new Float64Array(rows),
    };
    for (const block of [1, 2, 3, 5, 7, 13, rows]) {
      const check = barCheck(HOUR, NOW);
      let found: { row: number; fault: number } | undefined;
      for (let from = 0; from < rows && found === undefined; from += block) {
        const n = Math.min(block, rows - from);
        const part = Object.fromEntries(
          Object.entries(bars).map(([name, column]) => [name, column.subarray(from, from + n)]),
        ) as typeof bars;
        const at = checkBars(check, part, n);
        if (at !== undefined) found = { row: at.row + from, fault: at.fault };
      }
      expect(found).toEqual({ row: 37, fault: DUPLICATE });
    }
  });
});
