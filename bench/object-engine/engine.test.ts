import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { defaultConfig } from "../../engine/config.ts";
import { HOUR, type Panel } from "../../engine/market/bars.ts";
import { sharedData } from "../../engine/test-data.ts";
import { runObjectEngine } from "./engine.ts";

const FIELDS = ["open", "high", "low", "close", "volume"] as const;

/** Panel of CSVs of unix s, open, high, low, close, volume, trades; holes flat, to the earliest last bar. */
function hourlyPanel(files: { symbol: string; path: string }[]): Panel {
  const tables = files.map(({ path }) =>
    readFileSync(path, "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split(",").map(Number)),
  );
  const first = Math.min(...tables.map((rows) => rows[0][0])) * 1000;
  const last = Math.min(...tables.map((rows) => rows[rows.length - 1][0])) * 1000;
  const n = (last - first) / HOUR + 1;
  const pairs = tables.map((rows) => {
    const column = () => new Float64Array(n).fill(Number.NaN);
    const pair = { open: column(), high: column(), low: column(), close: column(), volume: column() };
    for (const row of rows) {
      const i = (row[0] * 1000 - first) / HOUR;
      if (i < n)
        FIELDS.forEach((field, k) => {
          pair[field][i] = row[k + 1];
        });
    }
    for (let i = 1; i < n; i++) {
      if (!Number.isNaN(pair.close[i]) || Number.isNaN(pair.close[i - 1])) continue;
      for (const field of FIELDS) pair[field][i] = pair.close[i - 1];
      pair.volume[i] = 0;
    }
    return pair;
  });
  const time = Float64Array.from({ length: n }, (_, i) => first + (i + 1) * HOUR);
  return { interval: HOUR, time, symbols: files.map(({ symbol }) => symbol), pairs };
}

const xbt = sharedData("kraken/hourly/XBTUSD_60.csv");
const eth = sharedData("kraken/hourly/ETHUSD_60.csv");

test.skipIf(!xbt || !eth)(
  "meets the measured regime shares, switches and panics of Kraken XBT 2014-2023",
  () => {
    const panel = hourlyPanel([
      { symbol: "BTC", path: xbt as string },
      { symbol: "ETH", path: eth as string },
    ]);
    const { equity, regime, fills, orders } = runObjectEngine(panel, defaultConfig());

    const from = panel.time.findIndex((time) => time >= Date.UTC(2014, 0, 1));
    const shares = [0, 1, 2, 3].map((r) => regime.slice(from).filter((x) => x === r).length);
    const percent = shares.map((n) => (100 * n) / (regime.length - from));
    [23.3, 29.6, 42.0, 5.1].forEach((measured, r) => {
      expect(Math.abs(percent[r] - measured)).toBeLessThan(0.5);
    });
    const changes = regime.map((r, i) => i > from && r !== regime[i - 1]);
    const years = (panel.time.length - from) / (365 * 24);
    expect(changes.filter(Boolean).length / years).toBeCloseTo(27.9, 1);
    const panics = regime.flatMap((r, i) => (r === 3 && changes[i] ? [dateOf(panel.time[i])] : []));
    expect(panics.slice(-5)).toEqual(["2020-03-12", "2021-01-11", "2021-01-17", "2021-05-20", "2022-06-14"]);

    // Every strategy trades, and money is conserved: equity is cash moved by fills plus what is held.
    expect(new Set(orders.map((order) => order.strategy)).size).toBe(6);
    let cash = 100_000;
    const held = new Map<string, number>();
    for (const { pair, side, quantity, price, fee } of fills) {
      const sign = side === "buy" ? 1 : -1;
      cash -= sign * quantity * price + fee;
      held.set(pair, (held.get(pair) ?? 0) + sign * quantity);
    }
    const last = panel.time.length - 1;
    const value = panel.symbols.reduce(
      (sum, pair, p) => sum + (held.get(pair) ?? 0) * panel.pairs[p].close[last],
      0,
    );
    expect(equity[last]).toBeCloseTo(cash + value, 4);

    const rowOf = new Map(Array.from(panel.time, (time, i) => [time, i]));
    for (const { time, pair, side, price } of fills) {
      const { open } = panel.pairs[panel.symbols.indexOf(pair)];
      const at = open[rowOf.get(time + HOUR) as number];
      expect(side === "buy" ? price >= at : price <= at).toBe(true);
    }
  },
);

const dateOf = (time: number): string => new Date(time).toISOString().slice(0, 10);
