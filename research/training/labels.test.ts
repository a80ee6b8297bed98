import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { panelFromBars } from "../../datasets/panel.ts";
import { krakenHourly } from "../../datasets/real-bars.test-data.ts";
import { type BarColumns, DAY, HOUR, type Panel } from "../../engine/market/bars.ts";
import { column, sharedData } from "../../engine/test-data.ts";
import { lint } from "../../engine/test-lint.ts";
import { effectiveCount, uniqueness } from "../metrics/uniqueness.ts";
import { labelSettings, NO_LABEL, tripleBarrier } from "./labels.ts";

// Oracle: shared data, oracles/07-labels.json (own plain Python from the domain's text): labels exact, s to 1e-10.
interface Case {
  readonly name: string;
  readonly input: {
    readonly first: string;
    readonly H: number;
    readonly s_hours: number;
    readonly multiple: number;
  };
  readonly expected: Record<string, number> & {
    readonly s: number[];
    readonly width: number[];
    readonly outcome: number[];
    readonly label: number[];
    readonly end_row: number[];
    readonly bars_held: number[];
    readonly entry_bar_traded: number[];
  };
}

const path = sharedData("oracles/07-labels.json");
const cases: readonly Case[] = path === undefined ? [] : JSON.parse(readFileSync(path, "utf8")).cases;

describe.skipIf(cases.length === 0)("labels of real hours (needs the shared test data)", () => {
  let panel: Panel;
  beforeAll(() => {
    panel = panelFromBars([krakenHourly()![0]]);
  });

  it.each(cases.map((c) => [c.name, c] as const))("equal the oracle's in %s", (_, { input, expected: e }) => {
    const { H, s_hours, multiple, first } = input;
    const settings = labelSettings.parse({ horizon: H, window: s_hours, multiple });
    const found = tripleBarrier(panel.pairs[0], HOUR, settings);
    const from = panel.time.indexOf(Date.parse(`${first}:00Z`) + HOUR);
    const rows = e.width.map((_, k) => from + k);
    const traded = rows.map((i) => (found.missing[i] === NO_LABEL.indexOf("not traded") ? 0 : 1));
    expect(traded).toEqual(e.entry_bar_traded);
    const told = rows.map((_, k) => k).filter((k) => traded[k] === 1);
    expect(told.map((k) => found.outcome[rows[k]])).toEqual(told.map((k) => e.outcome[k]));
    expect(told.map((k) => found.label[rows[k]])).toEqual(told.map((k) => e.label[k]));
    expect(told.map((k) => found.end[rows[k]] - from)).toEqual(told.map((k) => e.end_row[k]));
    expect(told.map((k) => found.end[rows[k]] - rows[k])).toEqual(told.map((k) => e.bars_held[k]));
    for (const [k, i] of rows.entries()) {
      expect(Math.abs(found.width[i] / e.width[k] - 1)).toBeLessThanOrEqual(1e-10);
      expect(Math.abs(found.width[i] / (multiple * Math.sqrt(H)) / e.s[k] - 1)).toBeLessThanOrEqual(1e-10);
    }
    const narrow = rows.filter((i) => found.width[i] < 0.03).length;
    expect(narrow).toBe(e.rows_with_barrier_under_3_percent);
  });

  it.each(cases.map((c) => [c.name, c] as const))(
    "have the oracle's effective number in %s",
    (_, { expected: e }) => {
      // row k's label lives from the bar after its decision to the deciding one
      const time = e.end_row.map((_, k) => k);
      const sum = effectiveCount(uniqueness({ pair: time.map(() => 0), time, end: e.end_row }));
      expect(Math.abs(sum / e.sum_of_uniqueness - 1)).toBeLessThanOrEqual(1e-10);
    },
  );
});

/** Bars whose closes are given; each opens at the close before. */
function barsOf(close: readonly number[]): BarColumns {
  const open = close.map((c, i) => (i === 0 ? c : close[i - 1]));
  return {
    open: column(open),
    high: column(close.map((c, i) => Math.max(c, open[i]))),
    low: column(close.map((c, i) => Math.min(c, open[i]))),
    close: column(close),
    volume: column(close.map(() => 1)),
  };
}

/** Returns of +1 % and -1 % in turn before row 4: s = 0.01 sqrt(4 / 3), and with H = 3 a width of 2 %. */
const HEAD = [100, 101, 99.99, 100.9899, 99.980001];
const settings = labelSettings.parse({ horizon: 3, window: 4, least: 0.01 });

describe("a label", () => {
  const at4 = (...after: number[]) => {
    const { label, outcome, end, width, missing } = tripleBarrier(
      barsOf([...HEAD, ...after]),
      HOUR,
      settings,
    );
    expect(width[4]).toBeCloseTo(0.02, 12);
    return { label: label[4], outcome: outcome[4], end: end[4], missing: missing[4] };
  };
  const entry = HEAD[4];

  it("is positive where the upper barrier is touched first", () => {
    expect(at4(entry, entry * 1.021, entry * 0.9)).toEqual({ label: 1, outcome: 1, end: 6, missing: -1 });
  });

  it("is negative where the lower barrier is touched first, whatever comes after", () => {
    expect(at4(entry * 0.979, entry * 1.5, entry)).toEqual({ label: 0, outcome: -1, end: 5, missing: -1 });
  });

  it("is the sign of the last close where neither is touched, and 0 return is negative", () => {
    expect(at4(entry, entry, entry * 1.001)).toEqual({ label: 1, outcome: 0, end: 7, missing: -1 });
    expect(at4(entry, entry, entry)).toEqual({ label: 0, outcome: 0, end: 7, missing: -1 });
  });

  it("counts a touch at the close of the last bar", () => {
    expect(at4(entry, entry, entry * 1.021)).toMatchObject({ label: 1, outcome: 1, end: 7 });
  });

  it("does not see a bar beyond the horizon, nor a wick", () => {
    const after = [entry, entry, entry * 0.999, entry * 1.5];
    const bars = barsOf([...HEAD, ...after]);
    bars.high[6] = entry * 2;
    expect(tripleBarrier(bars, HOUR, settings).label[4]).toBe(0);
  });

  it("is entered at the next bar's open, not at the decision's close", () => {
    const bars = barsOf([...HEAD, entry * 1.03, entry * 1.03, entry * 1.03]);
    bars.open[5] = entry * 1.03;
    const { outcome, label } = tripleBarrier(bars, HOUR, settings);
    expect([outcome[4], label[4]]).toEqual([0, 0]);
  });
});

describe("a row has no label", () => {
  const why = (bars: BarColumns, row: number, over = {}) => {
    const { missing } = tripleBarrier(bars, HOUR, { ...settings, ...over });
    return missing[row] < 0 ? "labelled" : NO_LABEL[missing[row]];
  };
  const flat = [99, 99, 99, 99];

  it("before its returns are known, counted from the listing", () => {
    const bars = barsOf([Number.NaN, Number.NaN, ...HEAD, ...flat]);
    expect(why(bars, 0)).toBe("warm-up");
    expect(why(bars, 5)).toBe("warm-up");
    expect(why(bars, 6)).toBe("labelled");
  });

  it("where fewer bars follow than the horizon, though a barrier is touched in them", () => {
    expect(why(barsOf([...HEAD, 200, 200]), 4)).toBe("unfinished");
    expect(why(barsOf([...HEAD, 200, 200, 200]), 4)).toBe("labelled");
  });

  it("where nothing was traded in the entry bar, and only there", () => {
    const bars = barsOf([...HEAD, ...flat, ...flat]);
    bars.volume[5] = 0;
    expect(why(bars, 4)).toBe("not traded");
    expect(why(bars, 5)).toBe("labelled");
  });

  it("where its barriers are too near", () => {
    const bars = barsOf([...HEAD, ...flat]);
    expect(why(bars, 4, { least: 0.021 })).toBe("narrow");
    expect(why(bars, 4, { least: 0.019 })).toBe("labelled");
  });
});

describe("labels", () => {
  const moves = fc.array(fc.double({ min: -0.05, max: 0.05, noNaN: true }), { minLength: 12, maxLength: 80 });
  const walk = (steps: readonly number[]) => {
    const close = [100];
    for (const r of steps) close.push(close[close.length - 1] * (1 + r));
    return close;
  };

  it("are decided by nothing after the close at which they are known", () => {
    fc.assert(
      fc.property(moves, fc.nat(), (steps, pick) => {
        const bars = barsOf(walk(steps));
        const before = tripleBarrier(bars, HOUR, settings);
        const told = [...before.end.keys()].filter((i) => before.missing[i] === -1);
        if (told.length === 0) return;
        const row = told[pick % told.length];
        for (let i = before.end[row] + 1; i < bars.close.length; i++) {
          bars.close[i] *= 7;
          bars.open[i] *= 5;
        }
        const after = tripleBarrier(bars, HOUR, settings);
        expect([after.label[row], after.end[row], after.width[row]]).toEqual([
          before.label[row],
          before.end[row],
          before.width[row],
        ]);
      }),
    );
  });

  it("are the same in whatever money the prices are counted", () => {
    fc.assert(
      fc.property(moves, (steps) => {
        const close = walk(steps);
        const one = tripleBarrier(barsOf(close), HOUR, settings);
        const other = tripleBarrier(barsOf(close.map((c) => 1024 * c)), HOUR, settings);
        expect(other).toEqual(one);
      }),
    );
  });

  it("count their spans in bars, and refuse spans that are none", () => {
    const close = walk(Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 0.03 : -0.02)));
    const days = labelSettings.parse({ horizon: 96, window: 240 });
    const { end, missing } = tripleBarrier(barsOf(close), DAY, days);
    expect(missing[9]).toBe(NO_LABEL.indexOf("warm-up"));
    expect(missing[10]).toBe(-1);
    expect(end[10]).toBeLessThanOrEqual(14);
    expect(() => tripleBarrier(barsOf(close), 7 * HOUR, days)).toThrow(/^labels\.horizon: 96 h/);
  });
});

describe("the future that labels see", () => {
  it("is out of the engine's reach: an import of them there is a breach", () => {
    expect(
      lint("engine/scoring/planted.ts", 'import { tripleBarrier } from "../../research/training/labels.ts";'),
    ).toEqual(["engine/scoring/planted.ts:1: engine imports research (../../research/training/labels.ts)"]);
  });

  it("is named by no file of the engine, not even a test", () => {
    const root = fileURLToPath(new URL("../../engine", import.meta.url));
    const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((f) => f.endsWith(".ts"));
    expect(files.length).toBeGreaterThan(100);
    const naming = files.filter((f) =>
      /training\/(labels|samples)/.test(readFileSync(`${root}/${f}`, "utf8")),
    );
    expect(naming).toEqual([]);
  });
});
