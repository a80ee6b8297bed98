import { expect, it } from "vitest";
import { type ChosenCandles, candlesWithin, chooseCandles } from "./candles.ts";
import { packPage } from "./embed.ts";
import { runData } from "./run-data.ts";
import { runTables } from "./run-tables.ts";
import { testStoredRun } from "./test-stored-run.ts";

type Packs = Readonly<Record<string, Float64Array | Float32Array>>;
const numbers = (column: Float64Array | Float32Array): number[] => [...column];

const run = testStoredRun({ pairs: ["ETH", "BTC"], strategies: ["Up", "Down", "Idle"] });
const tables = await runTables(run);
const { data, leftOut } = runData(run, tables);

it("draws equity from the first row of the figures to the last, with drawdowns at or below 0", () => {
  const bars = data.bars as Packs;
  const [time, equity, drawdown] = [bars.time, bars.equity, bars.drawdown].map(numbers);
  const column = (name: string) => tables.columns.numbers(name).subarray(run.document.warmUpRows);
  expect(time).toEqual([...column("time")]);
  expect(equity).toEqual([...column("equity")].map(Math.fround));
  expect(drawdown).toEqual([...column("drawdown")].map((x) => Math.fround(-x)));
});

it("lets a benchmark's daily value hold until the next one", () => {
  const bars = data.bars as Packs;
  const time = numbers(bars.time);
  const held = numbers(bars.buyAndHold);
  const day = tables.daily.numbers("time");
  const value = tables.daily.numbers("buyAndHold");
  time.slice(0, -1).forEach((at, k) => {
    const known = day.filter((d) => d <= at).length - 1;
    expect(held[k]).toBe(Math.fround(value[known]));
  });
});

it("ends with the benchmarks' final equity, also where the last day is a part", () => {
  const { buyAndHold, scaled } = run.document.benchmark;
  const bars = data.bars as Packs;
  expect(tables.daily.numbers("time").at(-1)).toBeLessThan(numbers(bars.time).at(-1)!);
  expect(numbers(bars.buyAndHold).at(-1)).toBe(Math.fround(Number(buyAndHold.finalEquity)));
  expect(numbers(bars.scaled).at(-1)).toBe(Math.fround(Number(scaled.finalEquity)));
});

it("gives names as places in the page's lists", () => {
  const orders = data.orders as Packs;
  const pairs = data.pairs as string[];
  expect(numbers(orders.pair).map((p) => pairs[p])).toEqual(tables.orders.names("pair"));
  expect(numbers(orders.side)).toEqual(tables.orders.names("side").map((s) => (s === "buy" ? 1 : -1)));
  const refusals = data.refusals as Packs;
  expect(numbers(refusals.rule).map((r) => (data.rules as string[])[r])).toEqual(
    tables.refusals.names("rule"),
  );
  expect(numbers(refusals.other)).toEqual([-1, -1, -1, -1]);
});

it("carries the strategies' multipliers, where the run has them", () => {
  expect(data.multipliers).toEqual({ Up: 0.5, Down: 1.5, Idle: 2.5 });
  const { multipliers, ...older } = run.manifest;
  expect(
    runData({ ...run, manifest: older as typeof run.manifest }, tables).data.multipliers,
  ).toBeUndefined();
});

it("tells of each order the regime at its close", () => {
  const orders = data.orders as Packs;
  const time = tables.columns.numbers("time");
  const regime = tables.columns.names("regime");
  const named = numbers(orders.regime).map((r) => (data.regimes as string[])[r]);
  expect(named).toEqual(numbers(orders.time).map((at) => regime[time.indexOf(at)]));
});

it("has the bars of every trip where they fit, and leaves nothing out then", () => {
  expect(leftOut).toEqual([]);
  const candles = data.candles as Record<string, Packs>;
  expect(Object.keys(candles).sort()).toEqual(["BTC", "ETH"]);
  expect(candles.BTC.time.length + candles.ETH.time.length).toBe(tables.bars.rows);
});

const t = tables["round-trips"];
const interval = data.intervalMs as number;
const [pnl, entry, exit] = ["pnl", "entryTime", "exitTime"].map((name) => t.numbers(name));
/** Round trips of which every bar, from the one that closes after the entry on, is there. */
const complete = ({ bySymbol }: ChosenCandles) =>
  Array.from(pnl, (_, k) => k).filter((k) => {
    const time = new Set(bySymbol[t.names("pair")[k]!]?.time);
    for (let at = entry[k] + interval; at <= exit[k]; at += interval) if (!time.has(at)) return false;
    return true;
  });
const barsIn = ({ bySymbol }: ChosenCandles) =>
  Object.values(bySymbol).reduce((sum, { time }) => sum + time.length, 0);

it("spends few bars on the trips of greatest profit or loss for their length, whole", () => {
  const chosen = chooseCandles(tables, interval, 200);
  expect(barsIn(chosen)).toBeLessThanOrEqual(200);
  expect(chosen.shown).toBeGreaterThan(0);
  expect(chosen.shown).toBeLessThan(chosen.trips);
  const worth = (k: number) => Math.abs(pnl[k]) / ((exit[k] - entry[k]) / interval + 49);
  const best = Array.from(pnl, (_, k) => k).sort((a, b) => worth(b) - worth(a))[0];
  expect(complete(chosen)).toContain(best);
  expect(complete(chosen).length).toBeGreaterThanOrEqual(chosen.shown);
});

it("does not call a trip shown that the table of bars has in part", () => {
  const { bars } = tables;
  const from = Math.floor(bars.rows / 4);
  const some = {
    ...bars,
    rows: bars.rows - from,
    names: (name: string) => bars.names(name).slice(from),
    numbers: (name: string) => bars.numbers(name).subarray(from),
  };
  const chosen = chooseCandles({ ...tables, bars: some }, interval, 1e9);
  expect(chosen.shown).toBeLessThan(chosen.trips);
  expect(chosen.shown).toBe(complete(chosen).length);
});

it("takes as many bars as pack into a size, or none", () => {
  const all = packPage(candlesWithin(tables, interval, 1e9).bySymbol).length;
  for (const bytes of [all, all / 2, all / 5, 0]) {
    const chosen = candlesWithin(tables, interval, bytes);
    expect(chosen.shown).toBe(bytes === all ? chosen.trips : complete(chosen).length);
    if (bytes > 0) expect(packPage(chosen.bySymbol).length).toBeLessThanOrEqual(bytes);
    else expect(chosen.bySymbol).toEqual({});
  }
});
