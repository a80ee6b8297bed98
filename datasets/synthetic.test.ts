import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { defaultConfig } from "../engine/config.ts";
import { BAR_FIELDS, type Bars, DAY, HOUR, MINUTE, type Panel } from "../engine/market/bars.ts";
import { krakenRules, stepsPerUnit } from "../engine/market/pair-rules.ts";
import { UNIVERSE_SYMBOLS } from "../engine/market/universe.ts";
import { createPlan } from "../engine/plan.ts";
import { REGIMES } from "../engine/regime/classify.ts";
import { addRegime } from "../engine/regime/regime.ts";
import { createSession } from "../engine/session.ts";
import { sharedData } from "../engine/test-data.ts";
import { synthetic } from "./load.ts";
import { panelFromBars } from "./panel.ts";
import { SYNTHETIC_PAIRS, SYNTHETIC_START, syntheticBars } from "./synthetic.ts";
import { OUTAGE, PAIR_MODELS, PLANTED } from "./synthetic-pair.ts";
import { crossCorrelations, type StylisedFacts, stylisedFacts } from "./test-stylised-facts.ts";

const COLUMNS = ["time", ...BAR_FIELDS, "trades"] as const;
const market = syntheticBars();

const sameBars = (a: Bars, b: Bars, n = a.time.length) => {
  for (const field of COLUMNS) {
    const [x, y] = [a, b].map((bars) => Buffer.from(bars[field].buffer, 0, 8 * n));
    expect(x.equals(y), field).toBe(true);
  }
};

describe("syntheticBars", () => {
  test("a seed gives the same bytes on every Node", () => {
    const hash = createHash("sha256");
    for (const bars of syntheticBars({ seed: 7, rows: 9000, planted: true })) {
      for (const field of COLUMNS) hash.update(new Uint8Array(bars[field].buffer));
    }
    expect(hash.digest("hex")).toBe("e48f35fb0e3abf6559a876dd95a27bdbae3c9f04a9d566d5dbea3d0ded2755ce");
  });

  test("another seed gives another market", () => {
    const [a] = syntheticBars({ seed: 1, rows: 500, pairs: ["BTC"] });
    const [b] = syntheticBars({ seed: 2, rows: 500, pairs: ["BTC"] });
    expect(a.close).not.toEqual(b.close);
  });

  test("more rows leave the first ones as they were", () => {
    for (const short of syntheticBars({ rows: 5000 })) {
      sameBars(short, market.find((m) => m.symbol === short.symbol)!);
    }
  });

  test("a pair does not depend on which others are made", () => {
    const [link, btc] = syntheticBars({ pairs: ["LINK", "BTC"], rows: 3000 });
    expect([link.symbol, btc.symbol]).toEqual(["LINK", "BTC"]);
    sameBars(link, market.find((m) => m.symbol === "LINK")!);
    sameBars(btc, market[0]);
  });

  test("the default is ten pairs, three years of hours from 2021 on", () => {
    expect(market.map((m) => m.symbol)).toEqual(UNIVERSE_SYMBOLS);
    const panel = synthetic().panel;
    expect(panel.time.length).toBe(26_280);
    expect(panel.time[0]).toBe(Date.UTC(2021, 0, 1, 1));
  });

  test("each pair begins at its own listing, near its own price", () => {
    for (const bars of market) {
      const { listing, price } = PAIR_MODELS[bars.symbol];
      expect(Math.abs(bars.time[0] - SYNTHETIC_START - listing * DAY)).toBeLessThanOrEqual(2 * HOUR);
      expect(Math.abs(bars.open[0] / price - 1)).toBeLessThan(0.05);
    }
    const together = syntheticBars({ rows: 50, listedTogether: true });
    expect(together.length).toBe(10);
    expect(syntheticBars({ rows: 50 }).length).toBe(7);
  });

  test("prices lie on the tick and volumes above 0", () => {
    for (const { symbol, open, high, low, close, volume, trades } of market) {
      const steps = stepsPerUnit(krakenRules[symbol].tick);
      for (const prices of [open, high, low, close]) {
        expect(prices.every((p) => Math.round(p * steps) / steps === p && p > 0)).toBe(true);
      }
      expect(volume.every((v) => v > 0)).toBe(true);
      expect(trades.every((n) => Number.isInteger(n) && n >= 1)).toBe(true);
    }
  });

  test("all pairs miss the outage and nothing else in common", () => {
    const start = SYNTHETIC_START + OUTAGE.after;
    for (const { time } of market) {
      const inside = time.filter((t) => t >= start && t < start + OUTAGE.length);
      expect(inside.length).toBe(0);
    }
    const [btc] = market;
    expect(btc.time.length).toBe(26_280 - OUTAGE.length / HOUR);
  });

  test("bars without trades are absent, more of them in quiet pairs and short bars", () => {
    const share = (bars: Bars) => 1 - bars.time.length / 20_000;
    const minutes = syntheticBars({ interval: MINUTE, rows: 20_000, listedTogether: true });
    const shares = Object.fromEntries(minutes.map((m) => [m.symbol, share(m)]));
    expect(shares.BTC).toBeLessThan(0.08);
    expect(shares.LINK).toBeGreaterThan(0.2);
    expect(shares.AVAX).toBeGreaterThan(0.5);
    const avax = market.find((m) => m.symbol === "AVAX")!;
    const hours = (avax.time[avax.time.length - 1] - avax.time[0]) / HOUR + 1;
    expect(hours - avax.time.length).toBeGreaterThan(0);
    expect((hours - avax.time.length) / hours).toBeLessThan(0.02);
  });

  test("volatility scales with the bar: a day of hours varies as a daily bar does", () => {
    const sd = (interval: number, span: number) => {
      const [bars] = syntheticBars({ interval, rows: (4000 * DAY) / interval, pairs: ["BTC"] });
      const closes = Array.from(bars.time.keys()).filter((i) => (bars.time[i] + interval) % span === 0);
      const returns = closes.slice(1).map((i, k) => Math.log(bars.close[i] / bars.close[closes[k]]));
      return Math.sqrt(returns.reduce((sum, r) => sum + r * r, 0) / returns.length);
    };
    const [fromHours, fromDays] = [sd(HOUR, DAY), sd(DAY, DAY)];
    expect(fromDays / fromHours).toBeGreaterThan(0.75);
    expect(fromDays / fromHours).toBeLessThan(1.33);
  });

  test("bad options are refused by name", () => {
    expect(() => syntheticBars({ pairs: ["DOGGE"] })).toThrow(/DOGGE.*Did you mean DOGE/);
    expect(() => syntheticBars({ rows: 0 })).toThrow(/rows must be a whole number from 1/);
    expect(() => syntheticBars({ seed: 1.5 })).toThrow(/seed must be a whole number/);
    expect(() => syntheticBars({ interval: 10 })).toThrow(/interval must be/);
    expect(() => syntheticBars({ start: 1 })).toThrow(/start must be a multiple/);
  });
});

describe("the planted component", () => {
  test("drifts a state of about 480 hours and lifts its volume by e", () => {
    const rows = 60_000;
    const options = { seed: 3, rows, pairs: ["ETH"], listedTogether: true };
    const [plain] = syntheticBars(options);
    const [planted] = syntheticBars({ ...options, planted: true });
    // the noise is the same, so what differs is the component: its sign is the hidden state
    const state = (i: number) => Math.sign(Math.log(planted.volume[i] / plain.volume[i]));
    let switches = 0;
    let agree = 0;
    let drift = 0;
    for (let i = 1; i < rows - 40; i++) {
      if (state(i) !== state(i - 1)) switches++;
      const extra = Math.log(planted.close[i] / planted.close[i - 1] / (plain.close[i] / plain.close[i - 1]));
      drift += (extra * state(i)) / rows;
      if (Math.abs(Math.abs(Math.log(planted.volume[i] / plain.volume[i])) - PLANTED.logVolume) < 1e-3)
        agree++;
    }
    expect(agree / rows).toBeGreaterThan(0.99);
    expect(rows / switches).toBeGreaterThan(330);
    expect(rows / switches).toBeLessThan(700);
    // 0.12 of the mean volatility, which lies below the root mean square of 0.0105
    expect(drift / (0.0105 * PLANTED.drift)).toBeGreaterThan(0.6);
    expect(drift / (0.0105 * PLANTED.drift)).toBeLessThan(1.1);
  });
});

/** Shares of the system's four regimes over a panel's first pair. */
function regimeShares(panel: Panel): Record<string, number> {
  const plan = createPlan();
  const close = plan.input("close");
  const { regime } = addRegime(
    plan,
    defaultConfig().regime,
    { symbol: "BTC", close },
    undefined,
    (hours) => hours,
    HOUR,
  );
  const rows = panel.time.length;
  const session = createSession(plan, { capacity: rows });
  session.get(close).set(panel.pairs[0].close);
  session.advance(rows);
  const known = session.get(regime).filter((r) => r === r);
  return Object.fromEntries(
    REGIMES.map((name, k) => [name, known.filter((r) => r === k).length / known.length]),
  );
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];
const factsOf = (panel: Panel) => panel.symbols.map((_, k) => stylisedFacts(panel, k));

/**
 * Least and greatest value over the twelve real series: Kraken XBT and ETH, hourly, 2018-01..2023-01, and ten
 * USDT pairs of Binance, hourly, 2020-09-22..2022-10-10, rounded outward. `sd` only of the latter ten.
 */
const REAL: Readonly<Record<keyof StylisedFacts, readonly [number, number]>> = {
  sd: [0.008, 0.0195],
  kurtosis: [11.5, 168],
  clustering1: [0.23, 0.45],
  clustering24: [0.14, 0.265],
  clustering168: [0.09, 0.145],
  maxDrawdown: [0.74, 0.95],
  range: [2.04, 2.21],
  volumeOnReturn: [0.4, 0.59],
  volumeClustering: [0.63, 0.88],
};
const REAL_CORRELATION = [0.34, 0.85] as const;
const FACTS = Object.keys(REAL) as (keyof StylisedFacts)[];

describe("stylised facts of the synthetic market", () => {
  const panels = [synthetic().panel, ...[2, 6].map((seed) => synthetic({ seed }).panel)];
  const allFacts = panels.map(factsOf);

  test.each([0, 1, 2])("market %i: the typical pair lies in the range of the real ones", (m) => {
    const facts = allFacts[m];
    for (const fact of FACTS) {
      const typical = median(facts.map((f) => f[fact]));
      const [least, most] = REAL[fact];
      // a drawdown is one draw of a random walk, the same for all pairs of a market
      const slack = fact === "maxDrawdown" ? 0.05 : 0;
      expect(typical, fact).toBeGreaterThan(least - slack);
      expect(typical, fact).toBeLessThan(most + slack);
    }
  });

  test.each([0, 1, 2])("market %i: every pair lies within a third of that range", (m) => {
    for (const facts of allFacts[m]) {
      for (const fact of FACTS.filter((f) => f !== "maxDrawdown")) {
        expect(facts[fact], fact).toBeGreaterThan(REAL[fact][0] * (2 / 3));
        expect(facts[fact], fact).toBeLessThan(REAL[fact][1] * (4 / 3));
      }
    }
  });

  test.each([0, 1, 2])("market %i: pairs are correlated as the real ones", (m) => {
    const all = crossCorrelations(panels[m]);
    expect(Math.min(...all)).toBeGreaterThan(REAL_CORRELATION[0]);
    expect(Math.max(...all)).toBeLessThan(REAL_CORRELATION[1]);
    expect(Math.max(...all)).toBeGreaterThan(0.7);
  });

  test.each([0, 1, 2])("market %i: the system's regime takes all four values", (m) => {
    // Kraken XBT 2014-2023: .233 .296 .420 .051
    const shares = regimeShares(panels[m]);
    expect(shares.RISK_ON).toBeGreaterThan(0.1);
    expect(shares.NEUTRAL).toBeGreaterThan(0.1);
    expect(shares.RISK_OFF).toBeGreaterThan(0.1);
    expect(shares.PANIC).toBeGreaterThan(0.01);
    expect(shares.PANIC).toBeLessThan(0.1);
  });
});

function realPanels(): Panel[] | undefined {
  const kraken = ["XBT", "ETH"].map((p) => sharedData(`kraken/hourly/${p}USD_60.csv`));
  const usdt = UNIVERSE_SYMBOLS.map((s) => sharedData(`binance-usdt/1h/${s}_USDT-1h.json.gz`));
  if ([...kraken, ...usdt].includes(undefined)) return undefined;
  const rowsOf = (symbol: string, rows: readonly number[][], from: number, to: number): Bars => {
    const kept = rows.filter((r) => r[0] >= from && r[0] < to);
    const column = (c: number) => Float64Array.from(kept, (r) => r[c] ?? Number.NaN);
    const [time, open, high, low, close, volume, trades] = [0, 1, 2, 3, 4, 5, 6].map(column);
    return { symbol, interval: HOUR, time, open, high, low, close, volume, trades };
  };
  const archive = kraken.map((path, k) => {
    const rows = readFileSync(path!, "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split(",").map((cell, c) => Number(cell) * (c === 0 ? 1000 : 1)));
    return rowsOf(["BTC", "ETH"][k], rows, Date.UTC(2018, 0, 1), Date.UTC(2030, 0, 1));
  });
  const freqtrade = usdt.map((path, k) => {
    const rows = JSON.parse(gunzipSync(readFileSync(path!)).toString()) as number[][];
    return rowsOf(UNIVERSE_SYMBOLS[k], rows, Date.UTC(2020, 8, 22), Date.UTC(2022, 9, 11));
  });
  return [panelFromBars(archive), panelFromBars(freqtrade)];
}

const real = realPanels();

describe.skipIf(real === undefined)("stylised facts of the real market", () => {
  test("are what the ranges say, and the ranges are no wider than they need be", () => {
    const facts = real!.map(factsOf);
    for (const fact of FACTS) {
      const values = (fact === "sd" ? facts[1] : facts.flat()).map((f) => f[fact]);
      const [least, most] = REAL[fact];
      const [low, high] = [Math.min(...values), Math.max(...values)];
      expect(low, fact).toBeGreaterThan(least);
      expect(high, fact).toBeLessThan(most);
      expect(low, fact).toBeLessThan(least * 1.06);
      expect(high, fact).toBeGreaterThan(most * 0.94);
    }
    const correlations = real!.flatMap(crossCorrelations);
    expect(Math.min(...correlations)).toBeGreaterThan(REAL_CORRELATION[0]);
    expect(Math.max(...correlations)).toBeLessThan(REAL_CORRELATION[1]);
  });
});

test("the synthetic market has the universe's pairs", () => {
  expect(SYNTHETIC_PAIRS).toEqual(UNIVERSE_SYMBOLS);
});
