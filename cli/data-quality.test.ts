import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { describe, expect, test } from "vitest";
import { readLedger } from "../datasets/ledger.ts";
import { openStore } from "../datasets/store.ts";
import { writeSeries } from "../datasets/store-writer.ts";
import { SYNTHETIC_START, syntheticBars } from "../datasets/synthetic.ts";
import { OUTAGE } from "../datasets/synthetic-pair.ts";
import { takeLock } from "../engine/live/lock.ts";
import { HOUR } from "../engine/market/bars.ts";
import { qualityCommand } from "./data-quality.ts";
import { testIo } from "./test-io.ts";

const ROWS = 8000;
const made = syntheticBars({ rows: ROWS, pairs: ["BTC", "ETH"] });
const now = SYNTHETIC_START + ROWS * HOUR;

async function filled(files: Readonly<Record<string, string>> = {}) {
  const io = testIo({ files });
  const home = join(io.cwd, ".fathom");
  const store = openStore(home);
  const source = { name: "made", sha256: "0".repeat(64), rows: 1 };
  for (const bars of made) await writeSeries(store, { venue: "kraken", quote: "USD" }, bars, { now, source });
  const quality = (...args: string[]) =>
    new Command("data").addCommand(qualityCommand(io)).parseAsync(["quality", ...args], { from: "user" });
  return { io, home, store, quality };
}

const start = SYNTHETIC_START + OUTAGE.after;
const outage = { from: start, to: start + OUTAGE.length, bars: OUTAGE.length / HOUR };

describe("fathom data quality", () => {
  test("prints a table and the stretches, and writes the ledger", async () => {
    const { io, store, quality } = await filled();
    await quality();
    expect(io.out()).toMatch(/venue +pair +interval +rows/);
    expect(io.out()).toMatch(/kraken BTC\/USD 1h\n +outage 2021-10-28 05:00 \.\. 2021-10-29 21:00: 40 bars/);
    const ledger = readLedger(store);
    expect(ledger.series.map((s) => s.symbol)).toEqual(["BTC", "ETH"]);
    expect(ledger.series[0].missing.outage.spans).toEqual([outage]);
  });

  test("--json prints one document with the ledger's entries", async () => {
    const { io, home, store, quality } = await filled();
    await quality("--json", "--venue", "kraken", "--interval", "1h");
    const document = JSON.parse(io.out());
    expect(Object.keys(document)).toEqual(["ledger", "series"]);
    expect(document.ledger).toBe(join(home, "data", "ledger.json"));
    expect(document.series).toEqual(readLedger(store).series);
    expect(Object.keys(document.series[0])).toEqual([
      "venue",
      "quote",
      "sha256",
      "symbol",
      "interval",
      "rows",
      "first",
      "last",
      "missing",
      "leadingBackfill",
      "flatShare",
      "withoutVolume",
      "wicks",
    ]);
  });

  test("a second look replaces a series' entry, and entries of others stay", async () => {
    const { store, quality } = await filled();
    await quality();
    const before = readFileSync(join(store.folder, "ledger.json"), "utf8");
    const [btc] = made;
    const source = { name: "made", sha256: "1".repeat(64), rows: 1 };
    await writeSeries(store, { venue: "binance", quote: "USDT" }, btc, { now, source });
    await quality("--venue", "binance");
    expect(readLedger(store).series.map((s) => s.venue)).toEqual(["binance", "kraken", "kraken"]);
    await quality("--venue", "binance");
    expect(readLedger(store).series.length).toBe(3);
    expect(JSON.stringify(readLedger(store).series.slice(1))).toBe(JSON.stringify(JSON.parse(before).series));
  });

  test("--outages names outages that one pair alone cannot tell", async () => {
    const files = { "outages.csv": `from,to\n${new Date(outage.from).toISOString()},${outage.to - HOUR}\n` };
    const { store, quality } = await filled(files);
    const [btc] = made;
    const source = { name: "made", sha256: "1".repeat(64), rows: 1 };
    await writeSeries(store, { venue: "binance", quote: "USDT" }, btc, { now, source });
    await quality("--venue", "binance");
    expect(readLedger(store).series[0].missing.outage.bars).toBe(0);
    await quality("--venue", "binance", "--outages", "outages.csv");
    const { missing } = readLedger(store).series[0];
    expect(missing.outage.spans).toEqual([{ ...outage, to: outage.to - HOUR, bars: outage.bars - 1 }]);
    expect(missing.hole.spans).toEqual([{ from: outage.to - HOUR, to: outage.to, bars: 1 }]);
  });

  test("while an import writes, the ledger is left alone", async () => {
    const { store, quality } = await filled();
    const release = takeLock(join(store.folder, "lock"), now);
    await expect(quality()).rejects.toMatchObject({ code: "E_LOCK_HELD" });
    release();
    expect(readLedger(store).series).toEqual([]);
  });

  test("no series that fits and a bad interval are errors, and nothing is written", async () => {
    const { store, quality } = await filled();
    await expect(quality("--venue", "nowhere")).rejects.toMatchObject({
      code: "E_DATA_SERIES",
      message: expect.stringContaining("kraken BTC/USD 1h"),
    });
    await expect(quality("--interval", "hour")).rejects.toMatchObject({ code: "E_USAGE_INTERVAL" });
    await expect(quality("--outages", "no.csv")).rejects.toMatchObject({ code: "E_OUTAGES_FILE" });
    expect(existsSync(join(store.folder, "ledger.json"))).toBe(false);
  });
});
