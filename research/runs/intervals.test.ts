import { describe, expect, it } from "vitest";
import { createRandom, fillNormals, uniform } from "../../datasets/random.ts";
import { DAY, HOUR } from "../../engine/market/bars.ts";
import { feeSettings } from "../../engine/market/fee-schedule.ts";
import { blockLength, createResampler } from "../metrics/bootstrap.ts";
import type { Figure } from "../metrics/figure.ts";
import { type Drawing, drawAll, type Statistic } from "../metrics/statistic.ts";
import { runFigures } from "./figures.ts";
import { type Interval, intervals, RESAMPLED } from "./intervals.ts";
import { ofParts, ofRegimes, ofReturns, ofTrips } from "./resampled-parts.ts";
import { type TestFill, type TestRun, testReplay } from "./test-replay.ts";

/** Two pairs of 6 h bars from 2022-11-01 over `days`, held by turns for 20 bars each. */
function example(days: number, seed: number, trades = true): TestRun {
  const rows = days * 4 + 1;
  const random = createRandom(seed, 3);
  const noise = new Float64Array(rows);
  const closes = [0, 1].map(() => {
    fillNormals(random, noise);
    let price = 100;
    return Array.from(noise, (z) => (price *= 1 + 0.002 + 0.015 * z));
  });
  const fills: TestFill[] = [];
  for (let row = 4; trades && row + 20 < rows; row += 22) {
    const pair = (row / 2) % 2;
    const of = { pair, strategy: pair, quantity: 2, fee: 0.2 };
    fills.push({ ...of, row, side: 1, price: closes[pair][row - 1] });
    fills.push({ ...of, row: row + 20, side: -1, price: closes[pair][row + 19] });
  }
  let regime = 0;
  return {
    interval: 6 * HOUR,
    start: Date.UTC(2022, 10, 1),
    symbols: ["BTC", "ETH"],
    strategies: ["Up", "Down"],
    closes,
    cash: 1000,
    fills,
    regime: Array.from({ length: rows }, () => {
      if (uniform(random) < 0.05) regime = Math.floor(uniform(random) * 3);
      return regime;
    }),
  };
}

function made(run: TestRun) {
  const replay = testReplay(run);
  const pairs = run.symbols.map((symbol) => ({ symbol, eligibleFrom: 0, tick: 0.01, halfSpread: 0.001 }));
  return { replay, figures: runFigures(replay, { pairs, fees: feeSettings.parse({}) }) };
}

const { replay, figures } = made(example(500, 1));
const found = intervals(replay, figures, { seed: 5, draws: 400 });

function bounds(interval: Interval): { low: number; high: number } {
  if (interval.low === null) throw new Error(`no interval: ${interval.why}`);
  return interval;
}

function reasonsIn(x: unknown): string[] {
  if (typeof x !== "object" || x === null) return [];
  if ("why" in x) return [String(x.why)];
  return Object.values(x).flatMap(reasonsIn);
}

describe("intervals of a usual run", () => {
  it("say how they were made", () => {
    const { method, level, draws, seed, days } = found;
    expect(method).toBe("stationary bootstrap of days, percentiles");
    expect({ level, draws, seed, days }).toEqual({ level: 0.95, draws: 400, seed: 5, days: 500 });
    expect(found.blockDays).toBeGreaterThanOrEqual(1);
    expect(intervals(replay, figures, { seed: 5, draws: 20 }).draws).toBe(20);
  });

  it("draw longer blocks where calm days keep together and stormy ones too, though returns do not follow each other", () => {
    const z = new Float64Array(600);
    fillNormals(createRandom(3, 11), z);
    const halves = z.map((x, i) => x * (i < 300 ? 0.005 : 0.03));
    const { blockDays } = intervals(replay, sureOf(halves), { seed: 1, draws: 10 });
    expect(blockDays).toBeGreaterThan(2 * blockLength(halves).stationary);
  });

  it("hold the figure and have a width, drawdown and its kin excepted", () => {
    const path = ["maxDrawdown", "ulcerIndex", "calmar"]; // the run's own order of days is one of many
    for (const [own, its] of [
      [figures.metrics, found.metrics],
      [figures.benchmark.buyAndHold, found.benchmark.buyAndHold],
      [figures.benchmark.scaled, found.benchmark.scaled],
    ] as const) {
      for (const name of RESAMPLED) {
        const { low, high } = bounds(its[name]);
        expect(low, name).toBeLessThan(high);
        if (path.includes(name)) continue;
        expect(low, name).toBeLessThanOrEqual(own[name].value as number);
        expect(high, name).toBeGreaterThanOrEqual(own[name].value as number);
      }
      expect(bounds(its.maxDrawdown).high).toBeLessThanOrEqual(0);
      expect(bounds(its.maxDrawdown).low).toBeGreaterThanOrEqual(-1);
    }
  });

  it("hold the figures of regimes, strategies, pairs, years and round trips", () => {
    const inside = (value: number | null, interval: Interval) => {
      const { low, high } = bounds(interval);
      expect(low).toBeLessThanOrEqual(value as number);
      expect(high).toBeGreaterThanOrEqual(value as number);
    };
    found.byRegime.slice(0, 3).forEach((x, r) => {
      inside(figures.byRegime[r].pnl, x.pnl);
      inside(figures.byRegime[r].totalReturn.value, x.totalReturn);
      inside(figures.byRegime[r].sharpe.value, x.sharpe);
    });
    found.byStrategy.forEach((x, s) => {
      inside(figures.byStrategy[s].pnl, x.pnl);
      bounds(x.sharpe);
    });
    found.byPair.forEach((x, p) => {
      inside(figures.byPair[p].pnl, x.pnl);
      inside(figures.byPair[p].sharpe.value, x.sharpe);
    });
    expect(found.byYear).toHaveLength(3);
    found.byYear.forEach((x, y) => {
      inside(figures.byYear[y].sharpe.value, x.sharpe);
      inside(figures.byYear[y].totalReturn.value, x.totalReturn);
    });
    inside(figures.metrics.roundTrips.winRate.value, found.roundTrips.winRate);
    inside(figures.metrics.roundTrips.profitFactor.value, found.roundTrips.profitFactor);
    inside(figures.metrics.roundTrips.expectancy.value, found.roundTrips.expectancy);
  });

  it("give a regime without bars a reason", () => {
    expect(found.byRegime[3].pnl).toEqual({
      low: null,
      high: null,
      why: "0 of 500 days have bars in this regime: an interval needs 20",
    });
    expect(found.byRegime[3].totalReturn).toMatchObject({ why: "no bars in this regime" });
  });

  it("have the same bytes for the same seed and others for another", () => {
    const bytes = (seed: number) => JSON.stringify(intervals(replay, figures, { seed, draws: 100 }));
    expect(bytes(5)).toBe(bytes(5));
    expect(bytes(6)).not.toBe(bytes(5).replace('"seed":5', '"seed":6'));
  });

  it("are wider at a higher level", () => {
    const width = (level: number) => {
      const { low, high } = bounds(intervals(replay, figures, { seed: 5, draws: 400, level }).metrics.sharpe);
      return high - low;
    };
    expect(width(0.99)).toBeGreaterThan(width(0.8));
  });

  it("compare Sharpe ratios on the same days: a scaled benchmark is as good as the whole", () => {
    // the scaled benchmark's returns are the benchmark's times a number, so the differences agree
    const { buyAndHold, scaled } = found.sharpeAbove;
    expect(bounds(scaled).low).toBeCloseTo(bounds(buyAndHold).low, 8);
    expect(bounds(scaled).high).toBeCloseTo(bounds(buyAndHold).high, 8);
    const { low, high } = bounds(buyAndHold);
    const alone = bounds(found.metrics.sharpe);
    const other = bounds(found.benchmark.buyAndHold.sharpe);
    expect(high - low).toBeLessThan(0.9 * (alone.high - alone.low + other.high - other.low));
  });
});

describe("draws of a run's parts", () => {
  it("give the run's own figures when every day and round trip is drawn once, in order", () => {
    const { daily, metrics } = figures;
    const drawing: Drawing = { draws: 1, level: 0.95 };
    const once = (n: number) => ({
      indices: Int32Array.from({ length: n }, (_, i) => i),
      counts: new Float64Array(n).fill(1),
      next: () => {},
    });
    const same = <K extends string>(
      statistic: Statistic<K>,
      n: number,
      expected: Readonly<Partial<Record<K, Figure | number>>>,
    ) => {
      statistic.measure(0, once(n));
      for (const [key, draws] of Object.entries<Float64Array>(statistic.draws)) {
        const figure: Figure | number | undefined = expected[key as K];
        if (figure === undefined) continue;
        const value = (typeof figure === "number" ? figure : figure.value) as number;
        expect(Math.abs(draws[0] / value - 1), `${key}: ${draws[0]} for ${value}`).toBeLessThan(1e-9);
      }
    };
    const days = daily.time.length - 1;
    same(
      ofReturns(daily.returns.slice(1), { initial: 1000, periods: 365, years: days / 365 }, drawing),
      days,
      {
        ...metrics,
      },
    );
    const regimes = ofRegimes(replay, daily, drawing);
    for (const r of [0, 1, 2]) same(regimes[r], days, { ...figures.byRegime[r] });
    ofParts(daily, daily.pnlByStrategy, 365, drawing).forEach((part, s) => {
      same(part, days, { pnl: figures.byStrategy[s].pnl });
    });
    ofParts(daily, daily.pnlByPair, 365, drawing).forEach((part, p) => {
      same(part, days, { pnl: figures.byPair[p].pnl, sharpe: figures.byPair[p].sharpe });
    });
    const closed = figures.trips.filter((t) => !t.open);
    const { winRate, profitFactor, expectancy } = metrics.roundTrips;
    same(ofTrips(closed, drawing), closed.length, { winRate, profitFactor, expectancy });
  });

  it("add up to the change of equity in every draw, by regime, by strategy and by pair", () => {
    const { daily } = figures;
    const drawing: Drawing = { draws: 30, level: 0.95 };
    const families = [
      ofRegimes(replay, daily, drawing).slice(0, 3), // no PANIC
      ofParts(daily, daily.pnlByStrategy, 365, drawing),
      ofParts(daily, daily.pnlByPair, 365, drawing),
    ];
    const days = daily.time.length - 1;
    drawAll(createResampler(days, 3, 1), drawing.draws, families.flat());
    const again = createResampler(days, 3, 1);
    for (let d = 0; d < drawing.draws; d++) {
      again.next();
      let change = 0;
      for (const k of again.indices) change += daily.equity[k + 1] - daily.equity[k];
      for (const parts of families) {
        const sum = parts.reduce((total, part) => total + part.draws.pnl[d], 0);
        expect(Math.abs(sum - change)).toBeLessThan(1e-8);
      }
    }
  });
});

describe("what has no interval", () => {
  const noNumberIsLost = (x: unknown) => JSON.stringify(x).replaceAll('"low":null,"high":null,"why"', "");

  it("a run without trades says why for each of its own figures, the benchmark has its intervals", () => {
    const idle = made(example(60, 2, false));
    const x = intervals(idle.replay, idle.figures, { seed: 1, draws: 100 });
    for (const name of RESAMPLED) expect(x.metrics[name]).toMatchObject({ low: null, high: null });
    expect(x.metrics.volatility).toMatchObject({
      why: "0 of 60 days have a return other than 0: an interval needs 20",
    });
    expect(x.metrics.sharpe).toMatchObject({ why: "all returns are the same" });
    expect(x.roundTrips.winRate).toMatchObject({ why: "no closed round trip" });
    expect(x.sharpeAbove.scaled).toEqual(x.metrics.sharpe);
    bounds(x.benchmark.buyAndHold.sharpe);
    expect(noNumberIsLost(x)).not.toContain("null");
    for (const why of reasonsIn(x)) expect(why).toMatch(/\w+ \w+/);
  });

  it("a replay in which no row may trade", () => {
    const none = made({ ...example(30, 3, false), firstRow: 121 });
    const x = intervals(none.replay, none.figures, { seed: 1, draws: 10 });
    expect(x.days).toBe(0);
    expect(x.byYear).toEqual([]);
    for (const name of RESAMPLED) expect(x.metrics[name]).toMatchObject({ low: null });
    expect(noNumberIsLost(x)).not.toContain("null");
  });

  it("a short run, and a handful of round trips", () => {
    const short = made(example(15, 4));
    const x = intervals(short.replay, short.figures, { seed: 1, draws: 10 });
    expect(x.metrics.sharpe).toMatchObject({ why: expect.stringMatching(/^\d+ of 15 days have a return/) });
    expect(x.roundTrips.expectancy).toMatchObject({ why: "2 closed round trips: an interval needs 10" });
    expect(noNumberIsLost(x)).not.toContain("null");
  });
});

describe("coverage", () => {
  it("the Sharpe ratio of independent normal returns lies in its interval in about 95 of 100 runs", () => {
    const [runs, days, mean, deviation] = [300, 200, 0.001, 0.02];
    const truth = (mean / deviation) * Math.sqrt(365);
    const z = new Float64Array(days);
    const { panel } = replay;
    let covered = 0;
    let totals = 0;
    for (let s = 0; s < runs; s++) {
      fillNormals(createRandom(s, 11), z);
      const run = sureOf(z.map((x) => mean + deviation * x));
      const x = intervals({ ...replay, panel }, run, { seed: s, draws: 200 });
      const sharpe = bounds(x.metrics.sharpe);
      if (sharpe.low <= truth && truth <= sharpe.high) covered++;
      const growth = bounds(x.metrics.totalReturn);
      const typical = Math.exp(days * (mean - (deviation * deviation) / 2)) - 1; // median of log-normal growth
      if (growth.low <= typical && typical <= growth.high) totals++;
    }
    // binomial: a standard deviation of 1.3 %; blocks of a finite series cost a point or two
    for (const share of [covered / runs, totals / runs]) {
      expect(share).toBeGreaterThan(0.9);
      expect(share).toBeLessThan(0.985);
    }
  });
});

/** Figures of a run with these daily returns and nothing else. */
function sureOf(returns: Float64Array) {
  let equity = 1000;
  const points = Float64Array.of(equity, ...returns.map((r) => (equity *= 1 + r)));
  const flat = points.map(() => 1000);
  return {
    ...figures,
    byRegime: [],
    byStrategy: [],
    byPair: [],
    byYear: [],
    trips: [],
    daily: {
      ...figures.daily,
      rows: new Int32Array(points.length),
      time: points.map((_, k) => k * DAY),
      equity: points,
      returns: Float64Array.of(Number.NaN, ...returns),
      buyAndHold: flat,
      scaled: flat,
      pnlByStrategy: [],
      pnlByPair: [],
    },
  };
}
