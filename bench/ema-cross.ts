import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { panelFromBars } from "../datasets/panel.ts";
import { syntheticBars } from "../datasets/synthetic.ts";
import { replayBare } from "../engine/bare.ts";
import { ema } from "../engine/indicators/ema.ts";
import type { Column, Kernel } from "../engine/kernel.ts";
import { type Bars, MINUTE, type Panel } from "../engine/market/bars.ts";
import { perPair } from "../engine/strategies/strategy.ts";
import { sharedData } from "../engine/test-data.ts";
import { type Figure, medianSeconds } from "./measure.ts";
import { runObjectEmaCross } from "./object-engine/ema-cross.ts";

/** 1 while the fast average is above the slow one. */
function above(): Kernel<{ fast: Column; slow: Column }, { y: Column }, null> {
  return {
    name: "above",
    params: {},
    lookback: 0,
    writes: { y: "above" },
    init: () => null,
    advance(_, { fast, slow }, { y }, rows) {
      for (let i = 0; i < rows; i++) y[i] = slow[i] === slow[i] ? (fast[i] > slow[i] ? 1 : 0) : Number.NaN;
    },
  };
}

/** Long while EMA `fast` is above EMA `slow`, in bars. */
export const emaCross = (fast: number, slow: number) =>
  perPair(
    "EmaCross",
    1,
    ({ plan }, { bars }) =>
      plan.add(above(), {
        fast: plan.add(ema(fast), { x: bars.close }).y,
        slow: plan.add(ema(slow), { x: bars.close }).y,
      }).y,
  );

/** 1 M real minute bars of Bitfinex 2017-18 where the files are, else synthetic ones. */
function minuteBars(): { panel: Panel; origin: string } {
  const files = ["bitfinex/1m/BTCUSD_2017.csv.gz", "bitfinex/1m/BTCUSD_2018.csv.gz"].map(sharedData);
  const rows = 1_000_000;
  if (files.some((f) => f === undefined)) {
    const bars = syntheticBars({ seed: 1, rows, pairs: ["BTC"], interval: MINUTE });
    return { panel: panelFromBars(bars), origin: "synthetic" };
  }
  const table = files
    .flatMap((f) =>
      gunzipSync(readFileSync(f as string))
        .toString()
        .split("\n"),
    )
    .filter((line) => /^\d/.test(line))
    .map((line) => line.split(",").map(Number))
    .sort((a, b) => a[0] - b[0])
    .filter((row, k, all) => k === 0 || row[0] > all[k - 1][0]);
  const column = (k: number) => Float64Array.from(table, (row) => row[k]);
  const bars: Bars = {
    symbol: "BTC",
    interval: MINUTE,
    time: column(0),
    open: column(1),
    close: column(2),
    high: column(3),
    low: column(4),
    volume: column(5),
    trades: new Float64Array(table.length).fill(Number.NaN),
  };
  const whole = panelFromBars([bars]);
  const cut = (c: Column) => c.subarray(0, rows);
  const [pair] = whole.pairs;
  return {
    panel: {
      ...whole,
      time: cut(whole.time),
      pairs: [
        {
          open: cut(pair.open),
          high: cut(pair.high),
          low: cut(pair.low),
          close: cut(pair.close),
          volume: cut(pair.volume),
        },
      ],
    },
    origin: "Bitfinex",
  };
}

/** The bare EMA 60/240 cross over a million minute bars, against an object-per-bar engine of the same rules. */
export function emaCrossCost(): Figure[] {
  const { panel, origin } = minuteBars();
  const rows = panel.time.length;
  const strategy = emaCross(60, 240);
  const fee = 0.0026;
  const ours = medianSeconds(9, () => void replayBare(panel, { strategy, fee }));
  const theirs = medianSeconds(3, () => void runObjectEmaCross(panel.pairs[0], 60, 240, fee));
  const { equity } = replayBare(panel, { strategy, fee });
  const objects = runObjectEmaCross(panel.pairs[0], 60, 240, fee).equity;
  const last = rows - 1;
  if (!(Math.abs(equity[last] / objects[last] - 1) < 1e-9)) {
    throw new Error(`the engines disagree: ${equity[last]} and ${objects[last]}`);
  }
  return [
    { name: `bare EMA 60/240 cross, 1 M ${origin} minutes`, value: (ours * 1e9) / rows, unit: "ns/bar" },
    { name: "bare EMA 60/240 cross, object-per-bar engine", value: (theirs * 1e9) / rows, unit: "ns/bar" },
    { name: "bare EMA 60/240 cross, object-per-bar / ours", value: theirs / ours, unit: "x" },
  ];
}
