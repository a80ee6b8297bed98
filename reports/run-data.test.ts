import { expect, it } from "vitest";
import { chooseCandles } from "./candles.ts";
import { runData } from "./run-data.ts";
import { runTables } from "./run-tables.ts";
import { testStoredRun } from "./test-stored-run.ts";

interface Packed {
  readonly f: 32 | 64;
  readonly n: number;
  readonly d: string;
}
type Packs = Readonly<Record<string, Packed>>;

function numbers({ f, d }: Packed): number[] {
  const { buffer } = new Uint8Array(Buffer.from(d, "base64"));
  return [...(f === 64 ? new Float64Array(buffer) : new Float32Array(buffer))];
}

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
  time.forEach((at, k) => {
    const known = day.filter((d) => d <= at).length - 1;
    expect(held[k]).toBe(Math.fround(value[known]));
  });
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
  expect(candles.BTC.time.n + candles.ETH.time.n).toBe(tables.bars.rows);
});

it("spends few bytes on the trips of greatest profit or loss for their length, whole", () => {
  const bytes = 6_000;
  const { bySymbol, shown, trips } = chooseCandles(tables, data.intervalMs as number, bytes);
  const spent = Object.values(bySymbol)
    .flatMap((c) => Object.values(c))
    .map((c) => c.d.length);
  expect(shown).toBeGreaterThan(0);
  expect(shown).toBeLessThan(trips);
  // what is packed apart is padded apart
  expect(spent.reduce((a, b) => a + b)).toBeLessThanOrEqual(bytes + 4 * spent.length);
  const t = tables["round-trips"];
  const [pnl, entry, exit] = ["pnl", "entryTime", "exitTime"].map((name) => t.numbers(name));
  const bars = (k: number) => (exit[k] - entry[k]) / (data.intervalMs as number) + 49;
  const best = Array.from(pnl, (_, k) => k).sort(
    (a, b) => Math.abs(pnl[b]) / bars(b) - Math.abs(pnl[a]) / bars(a),
  )[0];
  const symbol = t.names("pair")[best]!;
  const time = numbers(bySymbol[symbol].time);
  for (
    let at = entry[best] + (data.intervalMs as number);
    at <= exit[best];
    at += data.intervalMs as number
  ) {
    expect(time).toContain(at);
  }
});
