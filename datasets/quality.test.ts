import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Bars, DAY, HOUR } from "../engine/market/bars.ts";
import { sharedData } from "../engine/test-data.ts";
import { assessQuality } from "./quality.ts";

const START = Date.UTC(2020, 0, 1);

/** Hourly bars of a price near 100 with usual ranges of 1 %, but without the hours that `missing` names. */
function hourly(symbol: string, hours: number, missing: (h: number) => boolean, first = 0): Bars {
  const kept = Array.from({ length: hours - first }, (_, i) => first + i).filter((h) => !missing(h));
  const make = (f: (h: number) => number) => Float64Array.from(kept, f);
  return {
    symbol,
    interval: HOUR,
    time: make((h) => START + h * HOUR),
    open: make(() => 100),
    high: make(() => 100.8),
    low: make(() => 99.8),
    close: make(() => 100.4),
    volume: make(() => 1),
    trades: make(() => 1),
  };
}

const within = (from: number, to: number) => (h: number) => h >= from && h < to;
const never = () => false;
const span = (from: number, to: number) => ({
  from: START + from * HOUR,
  to: START + to * HOUR,
  bars: to - from,
});

describe("assessQuality", () => {
  test("bars that all listed pairs miss, three or more in a row, are an outage", () => {
    const [a, b] = assessQuality([
      hourly("BTC", 2000, within(1000, 1005)),
      hourly("ETH", 2000, (h) => within(1000, 1003)(h) || within(1500, 1502)(h)),
    ]);
    expect(a.missing.outage.spans).toEqual([span(1000, 1003)]);
    expect(a.missing.hole.spans).toEqual([span(1003, 1005)]);
    expect(b.missing.outage.spans).toEqual([span(1000, 1003)]);
    expect(b.missing.hole.spans).toEqual([span(1500, 1502)]);
  });

  test("two bars that all pairs miss are no outage", () => {
    const both = within(1000, 1002);
    const [a] = assessQuality([hourly("BTC", 2000, both), hourly("ETH", 2000, both)]);
    expect(a.missing.outage.bars).toBe(0);
    expect(a.missing.hole.bars).toBe(2);
  });

  test("a pair counts only while it is listed", () => {
    const gap = within(1000, 1004);
    const [a] = assessQuality([
      hourly("BTC", 2000, gap),
      hourly("ETH", 2000, gap),
      hourly("SOL", 2000, never, 1500),
      hourly("ADA", 900, never),
    ]);
    expect(a.missing.outage.spans).toEqual([span(1000, 1004)]);
  });

  test("a pair alone cannot tell an outage", () => {
    const [a] = assessQuality([hourly("BTC", 2000, within(1000, 1010))]);
    expect(a.missing.outage.bars).toBe(0);
    expect(a.missing.hole.spans).toEqual([span(1000, 1010)]);
  });

  test("a given outage is one, whoever has bars", () => {
    const given = [{ from: START + 1000 * HOUR, to: START + 1002 * HOUR }];
    const [a, b] = assessQuality(
      [hourly("BTC", 2000, within(1000, 1003)), hourly("ETH", 2000, never)],
      given,
    );
    expect(a.missing.outage.spans).toEqual([span(1000, 1002)]);
    expect(a.missing.hole.spans).toEqual([span(1002, 1003)]);
    expect(b.missing.outage.bars).toBe(0);
  });

  test("a pair that traded in 99 % of the 30 days before has a hole, below that no trade", () => {
    // 720 bars before hour 1000: 7 missing leave 99.03 %, 8 leave 98.9 %
    const missing = (count: number) => (h: number) =>
      h === 1000 || (h >= 300 && h < 300 + 2 * count && h % 2 === 0);
    const kind = (count: number) => {
      const [a] = assessQuality([hourly("BTC", 2000, missing(count)), hourly("ETH", 2000, never)]);
      return a.missing.hole.spans.some((s) => s.from === START + 1000 * HOUR) ? "hole" : "noTrade";
    };
    expect(kind(7)).toBe("hole");
    expect(kind(8)).toBe("noTrade");
  });

  test("an outage before does not make a pair quiet", () => {
    const missing = (h: number) => within(900, 940)(h) || h === 1000;
    const [a] = assessQuality([hourly("BTC", 2000, missing), hourly("ETH", 2000, within(900, 940))]);
    expect(a.missing.hole.spans).toEqual([span(1000, 1001)]);
  });

  test("in its first 30 days a pair has no holes, for nothing is known of it yet", () => {
    const [a] = assessQuality([hourly("BTC", 2000, within(100, 101)), hourly("ETH", 2000, never)]);
    expect(a.missing.noTrade.bars).toBe(1);
  });

  test("all missing bars are told, one kind each", () => {
    const gappy = (h: number) => (h * 7919) % 13 < 4;
    const series = [hourly("BTC", 3000, gappy), hourly("ETH", 3000, (h) => gappy(h) || h % 5 === 0)];
    for (const [k, q] of assessQuality(series).entries()) {
      const { outage, hole, noTrade } = q.missing;
      const holes = (q.last - q.first) / HOUR + 1 - series[k].time.length;
      expect(outage.bars + hole.bars + noTrade.bars).toBe(holes);
      expect(noTrade.spans.reduce((sum, s) => sum + s.bars, 0)).toBe(noTrade.bars);
    }
  });

  test("flat rows without volume at the start are backfill and in no other figure", () => {
    const bars = hourly("BTC", 1000, never);
    for (let i = 0; i < 50; i++) bars.open[i] = bars.high[i] = bars.low[i] = bars.close[i];
    bars.volume.fill(0, 0, 50);
    bars.volume[500] = 0;
    for (const i of [600, 601]) bars.open[i] = bars.high[i] = bars.low[i] = bars.close[i];
    const [q] = assessQuality([bars]);
    expect(q.leadingBackfill).toBe(50);
    expect(q.withoutVolume).toBe(1);
    expect(q.flatShare).toBeCloseTo(2 / 950, 12);
  });

  test("a wick of seven usual ranges is listed with its side and size", () => {
    const bars = hourly("BTC", 1000, never);
    bars.low[400] = 60;
    bars.high[700] = 108;
    bars.high[701] = 106;
    const [{ wicks }] = assessQuality([bars]);
    expect(wicks.count).toBe(2);
    expect(wicks.largest.map((w) => [w.side, w.price])).toEqual([
      ["low", 60],
      ["high", 108],
    ]);
    expect(wicks.largest[0].beyond).toBeCloseTo(0.4, 12);
    expect(wicks.largest[0].multiple).toBeCloseTo(0.4 / (1 / 100.4), 9);
  });

  test("series without bars or of two intervals are refused", () => {
    const other = { ...hourly("ETH", 10, never), interval: DAY };
    expect(() => assessQuality([hourly("BTC", 10, never), other])).toThrow(/ETH has bars of 86400000 ms/);
    expect(() => assessQuality([hourly("BTC", 0, never)])).toThrow(/no bars/);
    expect(assessQuality([])).toEqual([]);
  });
});

/** A Kraken file: unix s, open, high, low, close, volume, trades, with or without a head. */
function kraken(symbol: string, interval: number, path: string): Bars {
  const rows = readFileSync(path, "utf8")
    .split("\n")
    .map((line) => line.split(",").map(Number))
    .filter((row) => row[0] > 0);
  const [time, open, high, low, close, volume, trades] = Array.from({ length: 7 }, (_, c) =>
    Float64Array.from(rows, (row) => (c === 0 ? row[0] * 1000 : row[c])),
  );
  return { symbol, interval, time, open, high, low, close, volume, trades };
}

const hourlyFiles = ["XBT", "ETH"].map((p) => sharedData(`kraken/hourly/${p}USD_60.csv`));
const dailyFiles = ["XBT", "ETH", "XRP", "ADA", "LTC"].map((p) =>
  sharedData(`kraken/daily/${p}USD_1440.csv`),
);
const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);

describe.skipIf(hourlyFiles.includes(undefined))("Kraken's hourly files", () => {
  const [btc, eth] = assessQuality([
    kraken("BTC", HOUR, hourlyFiles[0]!),
    kraken("ETH", HOUR, hourlyFiles[1]!),
  ]);
  const inJanuary2018 = ({ from }: { from: number }) => day(from).startsWith("2018-01-1");

  test("2018-01-11..13 is an outage of 44 hours, the one bar that XBT has within it aside", () => {
    const outage = [
      ["2018-01-11T07:00:00.000Z", 5],
      ["2018-01-11T19:00:00.000Z", 20],
      ["2018-01-12T16:00:00.000Z", 19],
    ];
    for (const q of [btc, eth]) {
      const spans = q.missing.outage.spans.filter(inJanuary2018);
      expect(spans.map((s) => [new Date(s.from).toISOString(), s.bars])).toEqual(outage);
    }
    expect(eth.missing.hole.spans.filter(inJanuary2018).map((s) => s.bars)).toEqual([2, 1, 2]);
  });

  test("2021-07-22 is an outage of four hours", () => {
    const spans = btc.missing.outage.spans.filter(({ from }) => day(from) === "2021-07-22");
    expect(spans.map((s) => [s.from, s.bars])).toEqual([[Date.UTC(2021, 6, 22, 22), 4]]);
  });

  test("the quiet years are no trade, and all missing hours are told", () => {
    expect(btc.missing.noTrade.spans.length).toBe(1000);
    expect(btc.missing.noTrade.bars).toBeGreaterThan(9500);
    const { outage, hole, noTrade } = btc.missing;
    expect(outage.bars + hole.bars + noTrade.bars).toBe((btc.last - btc.first) / HOUR + 1 - 70_253);
  });

  test("the flash crashes that Kraken printed are the largest wicks", () => {
    const largest = (q: typeof btc) => new Date(q.wicks.largest[0].time).toISOString().slice(0, 13);
    expect(largest(btc)).toBe("2017-05-18T06");
    expect(btc.wicks.largest[0].price).toBe(2589);
    expect(largest(eth)).toBe("2017-05-07T23");
    expect(eth.wicks.largest.slice(0, 2).map((w) => w.price)).toEqual([26, 700]);
    expect(btc.wicks.count / btc.rows).toBeLessThan(1 / 500);
  });
});

describe.skipIf(dailyFiles.includes(undefined))("Kraken's daily files", () => {
  const symbols = ["BTC", "ETH", "XRP", "ADA", "LTC"];
  const [btc, eth, xrp] = assessQuality(symbols.map((s, k) => kraken(s, DAY, dailyFiles[k]!)));

  test("XRP's days of the LUNA crash are a hole", () => {
    const hole = xrp.missing.hole.spans.find((s) => day(s.from) === "2022-05-11");
    expect(hole).toEqual({ from: Date.UTC(2022, 4, 11), to: Date.UTC(2022, 4, 13), bars: 2 });
  });

  test("the first 1,010 rows of XBT are backfill", () => {
    expect(btc.leadingBackfill).toBe(1010);
    expect(eth.leadingBackfill).toBe(0);
    expect(btc.withoutVolume).toBe(0);
  });
});
