import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { type Bars, HOUR } from "../engine/market/bars.ts";
import { UNIVERSE_SYMBOLS } from "../engine/market/universe.ts";
import { sharedData } from "../engine/test-data.ts";

type Row = readonly number[];

function bars(symbol: string, rows: readonly Row[], unit: number): Bars {
  const column = (k: number) => Float64Array.from(rows, (row) => row[k] ?? Number.NaN);
  return {
    symbol,
    interval: HOUR,
    time: Float64Array.from(rows, (row) => row[0] * unit),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
    trades: column(6),
  };
}

/** Kraken XBT and ETH hourly bars, read without the importer; undefined where the files are absent. */
export function krakenHourly(): Bars[] | undefined {
  const files = { BTC: "kraken/hourly/XBTUSD_60.csv", ETH: "kraken/hourly/ETHUSD_60.csv" };
  const all: Bars[] = [];
  for (const [symbol, file] of Object.entries(files)) {
    const path = sharedData(file);
    if (path === undefined) return undefined;
    const lines = readFileSync(path, "utf8").trim().split("\n");
    all.push(
      bars(
        symbol,
        lines.map((line) => line.split(",").map(Number)),
        1000,
      ),
    );
  }
  return all;
}

/** The ten USDT pairs' hourly bars; undefined where the files are absent. */
export function usdtHourly(): Bars[] | undefined {
  const all: Bars[] = [];
  for (const symbol of UNIVERSE_SYMBOLS) {
    const path = sharedData(`binance-usdt/1h/${symbol}_USDT-1h.json.gz`);
    if (path === undefined) return undefined;
    all.push(bars(symbol, JSON.parse(gunzipSync(readFileSync(path)).toString()) as Row[], 1));
  }
  return all;
}
