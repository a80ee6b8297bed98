import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BAR_FIELDS, type Bars, HOUR, type Panel } from "../engine/market/bars.ts";
import { createGrid, finishPair, panelFromBars, writeBars } from "./panel.ts";
import { syntheticBars } from "./synthetic.ts";

const T0 = 1_600_000 * 1000 * 1000 - ((1_600_000 * 1000 * 1000) % HOUR);

/** Bars at the given hours: open 10h, high +3, low -1, close +2, volume 5 + h (h = the hour). */
function bars(symbol: string, hours: readonly number[]): Bars {
  const make = (f: (h: number) => number) => Float64Array.from(hours, f);
  return {
    symbol,
    interval: HOUR,
    time: make((h) => T0 + h * HOUR),
    open: make((h) => 10 * h + 100),
    high: make((h) => 10 * h + 103),
    low: make((h) => 10 * h + 99),
    close: make((h) => 10 * h + 102),
    volume: make((h) => 5 + h),
    trades: make(() => 7),
  };
}

const hoursOf = (panel: Panel) => Array.from(panel.time, (t) => (t - T0) / HOUR);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const { NaN: none } = Number;

describe("panelFromBars", () => {
  test("time is the close of each row", () => {
    const panel = panelFromBars([bars("BTC", [0, 1, 2])]);
    expect(hoursOf(panel)).toEqual([1, 2, 3]);
    expect(Array.from(panel.pairs[0].close)).toEqual([102, 112, 122]);
  });

  test("a hole is flat at the previous close with volume 0", () => {
    const { pairs } = panelFromBars([bars("BTC", [0, 3])]);
    const row = (i: number) => BAR_FIELDS.map((field) => pairs[0][field][i]);
    expect(row(1)).toEqual([102, 102, 102, 102, 0]);
    expect(row(2)).toEqual([102, 102, 102, 102, 0]);
    expect(row(3)).toEqual([130, 133, 129, 132, 8]);
  });

  test("a pair is NaN before its listing", () => {
    const panel = panelFromBars([bars("BTC", range(0, 4)), bars("ETH", [2, 4])]);
    expect(Array.from(panel.pairs[1].close)).toEqual([none, none, 122, 122, 142]);
    expect(Array.from(panel.pairs[1].volume)).toEqual([none, none, 7, 0, 9]);
  });

  test("the panel runs from the earliest first bar to the earliest last bar", () => {
    const panel = panelFromBars([bars("BTC", range(1, 6)), bars("ETH", range(3, 9))]);
    expect(hoursOf(panel)).toEqual(range(2, 7));
  });

  test("to extends the panel, and a pair that ended is flat with volume 0", () => {
    const panel = panelFromBars([bars("BTC", [0, 1]), bars("ETH", range(0, 4))], { to: T0 + 4 * HOUR });
    expect(hoursOf(panel)).toEqual([1, 2, 3, 4]);
    expect(Array.from(panel.pairs[0].close)).toEqual([102, 112, 112, 112]);
    expect(Array.from(panel.pairs[0].volume)).toEqual([5, 6, 0, 0]);
  });

  test("to after every pair's end stops at the last bar", () => {
    const panel = panelFromBars([bars("BTC", [0, 1])], { to: T0 + 100 * HOUR });
    expect(hoursOf(panel)).toEqual([1, 2]);
  });

  test("from is the first close at or after it, and holes there hold the close before", () => {
    const panel = panelFromBars([bars("BTC", [0, 1, 5])], { from: T0 + 2.5 * HOUR });
    expect(hoursOf(panel)).toEqual([3, 4, 5, 6]);
    expect(Array.from(panel.pairs[0].open)).toEqual([112, 112, 112, 150]);
    expect(Array.from(panel.pairs[0].volume)).toEqual([0, 0, 0, 10]);
  });

  test("from before the first bar adds no rows", () => {
    expect(hoursOf(panelFromBars([bars("BTC", [4, 5])], { from: T0 }))).toEqual([5, 6]);
  });

  test("pairs come in universe order, others after them by name", () => {
    const symbols = ["ZEC", "AVAX", "LTC", "ETH", "BTC", "DOGE"];
    const panel = panelFromBars(symbols.map((s) => bars(s, [0, 1])));
    expect(panel.symbols).toEqual(["BTC", "ETH", "DOGE", "AVAX", "LTC", "ZEC"]);
  });

  test("columns lie on shared memory of fixed size", () => {
    const panel = panelFromBars([bars("BTC", [0, 1])]);
    for (const column of [panel.time, ...BAR_FIELDS.map((f) => panel.pairs[0][f])]) {
      expect(column.buffer).toBeInstanceOf(SharedArrayBuffer);
      expect((column.buffer as SharedArrayBuffer & { growable: boolean }).growable).toBe(false);
    }
  });

  test("an outside series joins by its last publication at or before each close", () => {
    const published = Float64Array.of(T0 + 2 * HOUR, T0 + 3.5 * HOUR);
    const outside = { name: "VIX" as const, published, value: Float64Array.of(20, 30) };
    const panel = panelFromBars([bars("BTC", range(0, 4))], { outside });
    expect(Array.from(panel.outside!.value)).toEqual([none, 20, 20, 30, 30]);
    expect(Array.from(panel.outside!.age, (x) => x / HOUR)).toEqual([none, 0, 1, 0.5, 1.5]);
  });

  test("bars that the door refuses are an error that names pair, row, field and time", () => {
    const bad = bars("ETH", [0, 1, 2]);
    bad.close[1] = 0;
    expect(() => panelFromBars([bars("BTC", [0, 1]), bad])).toThrow(/low|close/);
    const late = bars("ETH", [0, 2, 1]);
    expect(() => panelFromBars([late])).toThrowError(
      expect.objectContaining({ code: "E_DATA_ORDER", message: expect.stringMatching(/ETH, row 2/) }),
    );
  });

  test("no bars, a pair twice and two intervals are errors", () => {
    const code = (f: () => unknown) => {
      try {
        f();
      } catch (error) {
        return (error as { code: string }).code;
      }
      return "none";
    };
    expect(code(() => panelFromBars([]))).toBe("E_DATA_SERIES");
    expect(code(() => panelFromBars([bars("BTC", [])]))).toBe("E_DATA_SERIES");
    expect(code(() => panelFromBars([bars("BTC", [0]), bars("BTC", [1])]))).toBe("E_DATA_SERIES");
    expect(code(() => panelFromBars([bars("BTC", [0]), { ...bars("ETH", [0]), interval: 2 * HOUR }]))).toBe(
      "E_DATA_SERIES",
    );
    expect(code(() => panelFromBars([bars("BTC", [0, 1])], { from: T0 + 9 * HOUR }))).toBe("E_DATA_SPAN");
  });

  test("every pair is a prefix of NaN and then finite, whatever bars are missing", () => {
    const series = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(series, series, fc.integer({ min: 0, max: 70 }), (a, b, to) => {
        const [x, y] = [a, b].map((hours) => hours.sort((p, q) => p - q));
        const end = Math.max(to, Math.min(x[0], y[0]) + 1);
        const panel = panelFromBars([bars("BTC", x), bars("ETH", y)], { to: T0 + end * HOUR });
        panel.pairs.forEach((pair, k) => {
          const hours = k === 0 ? x : y;
          for (let i = 0; i < panel.time.length; i++) {
            const h = (panel.time[i] - T0) / HOUR - 1;
            const before = hours.findLast((z) => z <= h);
            const expected = before === undefined ? none : 10 * before + 102;
            expect(pair.close[i]).toBe(expected);
            expect(pair.volume[i]).toBe(before === undefined ? none : before === h ? 5 + h : 0);
            expect(pair.open[i]).toBe(before === h ? 10 * h + 100 : expected);
          }
        });
      }),
      { numRuns: 200 },
    );
  });
});

describe("writeBars", () => {
  test("chunks of any size give the same panel as all bars at once", () => {
    const [series] = syntheticBars({ pairs: ["AVAX"], rows: 3000, interval: 60_000, listedTogether: true });
    const n = series.time.length;
    expect(n).toBeLessThan(3000); // minute bars of a quiet pair have holes
    const whole = panelFromBars([series]);
    const span = { symbol: "AVAX", interval: 60_000, first: series.time[0], last: series.time[n - 1] };
    for (const size of [1, 2, 3, 7, 100, 2048]) {
      const grid = createGrid([span], {});
      for (let at = 0; at < n; at += size) {
        const end = Math.min(at + size, n);
        const cut = (x: Float64Array) => x.subarray(at, end);
        const [time, open, high, low, close, volume] = [
          series.time,
          series.open,
          series.high,
          series.low,
          series.close,
          series.volume,
        ].map(cut);
        writeBars(grid, 0, { time, open, high, low, close, volume }, end - at);
      }
      finishPair(grid, 0);
      for (const field of BAR_FIELDS) expect(grid.panel.pairs[0][field]).toEqual(whole.pairs[0][field]);
    }
  });
});
