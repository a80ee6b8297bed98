import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { BAR_FIELDS, type Bars, DAY, HOUR, type Panel } from "../engine/market/bars.ts";
import { openDuck } from "./duck.ts";
import { load, synthetic } from "./load.ts";
import { panelFromBars } from "./panel.ts";
import { readPanel } from "./read-panel.ts";
import { catalogPath, openStore, readBars, type Store, type StoredSeries, seriesFile } from "./store.ts";
import { writeSeries } from "./store-writer.ts";
import { SYNTHETIC_START, syntheticBars } from "./synthetic.ts";

const ROWS = 9000;
const NOW = SYNTHETIC_START + 2 * ROWS * HOUR;
const made = syntheticBars({ rows: ROWS, pairs: ["BTC", "ETH", "SOL", "AVAX"] });
const folder = () => mkdtempSync(join(tmpdir(), "fathom-load-"));

async function fill(home: string, venue: string, quote: string, bars: readonly Bars[]): Promise<Store> {
  const store = openStore(home);
  const source = { name: "made", sha256: "0".repeat(64), rows: 1 };
  for (const one of bars) await writeSeries(store, { venue, quote }, one, { now: NOW, source });
  return store;
}

const codeOf = async (promise: Promise<unknown>) => {
  try {
    await promise;
  } catch (error) {
    return `${(error as { code: string }).code} ${(error as Error).message}`;
  }
  return "none";
};

function expectSame(a: Panel, b: Panel) {
  expect(a.symbols).toEqual(b.symbols);
  expect(a.time).toEqual(b.time);
  a.pairs.forEach((pair, k) => {
    for (const field of BAR_FIELDS)
      expect(pair[field], `${a.symbols[k]} ${field}`).toEqual(b.pairs[k][field]);
  });
}

describe("load", () => {
  let home: string;
  let store: Store;
  beforeAll(async () => {
    home = folder();
    store = await fill(home, "kraken", "USD", made);
    await fill(home, "binance", "USDT", [made[0]]);
    await fill(home, "kraken", "USD", [{ ...made[1], symbol: "LTC" }]);
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  test("the streamed panel is the panel of the bars", async () => {
    const { panel, series, traded, start, notes } = await load({ home, data: "kraken" });
    expectSame(panel, panelFromBars(made));
    expect(panel.symbols).toEqual(["BTC", "ETH", "SOL", "AVAX"]);
    expect(traded).toEqual(panel.symbols);
    expect(start).toBeUndefined();
    expect(notes).toEqual([]);
    const { time } = made[0];
    expect(series[0]).toEqual({
      venue: "kraken",
      symbol: "BTC",
      quote: "USD",
      interval: HOUR,
      rows: time.length,
      first: time[0],
      last: time[time.length - 1],
    });
  });

  test("a span reads the same rows, with holes at its start filled from the bar before", async () => {
    const { time, close } = made[2];
    const hole = time.findIndex((t, i) => i > 0 && t - time[i - 1] > 3 * HOUR); // the outage
    const from = time[hole - 1] + 3 * HOUR; // the close of a row without a bar
    const to = from + 500 * HOUR;
    const { panel } = await load({ home, data: "kraken", from, to });
    expectSame(panel, panelFromBars(made, { from, to }));
    expect(panel.time[0]).toBe(from);
    expect(panel.pairs[2].volume[0]).toBe(0);
    expect(panel.pairs[2].open[0]).toBe(close[hole - 1]);
  });

  test("from is the first row that may trade, and warm-up comes before it", async () => {
    const dataset = await load({
      home,
      data: "kraken",
      from: "2021-03-01",
      to: "2021-03-11",
      warmupRows: 240,
    });
    expect(dataset.start).toBe(Date.UTC(2021, 2, 1));
    expect(dataset.panel.time[0]).toBe(Date.UTC(2021, 2, 1) - 10 * DAY);
    expect(dataset.panel.time.at(-1)).toBe(Date.UTC(2021, 2, 11));
    expect(dataset.notes).toEqual([
      "SOL is not listed before the panel ends",
      "AVAX is not listed before the panel ends",
    ]);
  });

  test("a warm-up that the data does not have is said", async () => {
    const { start, notes } = await load({
      home,
      data: "kraken",
      pairs: ["ETH"],
      from: "2021-01-03",
      warmupRows: 100,
    });
    expect(start).toBe(Date.UTC(2021, 0, 3));
    expect(notes).toEqual([
      expect.stringMatching(/^47 rows of warm-up before 2021-01-03.*100 were asked for/),
    ]);
  });

  test("the reference is loaded also where it is not traded", async () => {
    const { panel, traded } = await load({ home, data: "kraken", pairs: ["ETH"] });
    expect(panel.symbols).toEqual(["BTC", "ETH"]);
    expect(traded).toEqual(["ETH"]);
  });

  test("a pair outside the universe is loaded where it is named", async () => {
    const { panel } = await load({ home, data: "kraken", pairs: ["LTC"] });
    expect(panel.symbols).toEqual(["BTC", "LTC"]);
  });

  test("another quote currency is said", async () => {
    const { notes } = await load({ home, data: "binance" });
    expect(notes).toEqual(["bars are USDT from binance, not Kraken USD"]);
  });

  test("pairs that are not there are an error with what is there and what to do", async () => {
    const found = await codeOf(load({ home, data: "kraken", pairs: ["BTC", "DOT"] }));
    expect(found).toMatch(
      /^E_DATA_SERIES .*no bars of DOT from kraken at 1h.*kraken ETH\/USD 1h.*fathom data import/,
    );
    expect(await codeOf(load({ home, data: "kraken", interval: "1d" }))).toMatch(
      /^E_DATA_SERIES .*BTC.*at 1d/,
    );
    expect(await codeOf(load({ home: folder(), data: "kraken" }))).toMatch(/^E_DATA_SERIES .*none at all/);
  });

  test.each([
    [{ data: "krakn" }, /from binance, kraken\. Did you mean kraken\?/],
    [{ data: "synthetc" }, /Did you mean synthetic\?/],
    [{ pairs: ["xbt"] }, /no bars of xbt .* Did you mean BTC\?/],
    [{ pairs: ["ETHUSD"] }, /Did you mean ETH\?/],
    [{ pairs: ["SOLL"] }, /Did you mean SOL\?/],
    [{ interval: "4h" }, /at 4h, the store has kraken AVAX\/USD 1h, .*kraken SOL\/USD 1h\. Bring/],
  ])("%j says what the store has nearby", async (options, message) => {
    const found = await codeOf(load({ home, data: "kraken", ...options }));
    expect(found).toMatch(/^E_DATA_SERIES /);
    expect(found).toMatch(message);
    expect(found).not.toMatch(/4h.*USDT|binance BTC/);
  });

  test("a span beyond the data is told with the from that was asked for, not with that of the warm-up", async () => {
    const found = await codeOf(load({ home, data: "kraken", from: "2030-01-01", warmupRows: 48 }));
    expect(found).toMatch(/^E_DATA_SPAN .*from 2030-01-01T00:00.*2021-01-01T00:00:00.000Z\.\.2022-01-11T00/);
  });

  test("a backfill is said with the day after which it is left out", async () => {
    const own = folder();
    onTestFinished(() => rmSync(own, { recursive: true, force: true }));
    const filled = structuredClone(made[0]);
    for (let i = 0; i < 48; i++) {
      filled.open[i] = filled.high[i] = filled.low[i] = filled.close[i] = filled.close[0];
      filled.volume[i] = filled.trades[i] = 0;
    }
    await fill(own, "kraken", "USD", [filled]);
    const { notes } = await load({ home: own, data: "kraken" });
    expect(notes).toEqual([
      "BTC begins with 48 bars that nobody traded (backfill); a from after 2021-01-03 leaves them out",
    ]);
    const later = await load({ home: own, data: "kraken", from: "2021-01-04", warmupRows: 24 });
    expect(later.notes).toEqual([]);
  });

  test("bad times, intervals and warm-ups are refused by name", async () => {
    const at = (options: object) => codeOf(load({ home, data: "kraken", ...options }));
    expect(await at({ from: "2021-03-01 05:00" })).toMatch(/^E_DATA_TIME .*from "2021-03-01 05:00"/);
    expect(await at({ to: "2021-02-30" })).toMatch(/^E_DATA_TIME .*to/);
    expect(await at({ interval: "hour" })).toMatch(/^E_DATA_INTERVAL/);
    expect(await at({ warmupRows: -1 })).toMatch(/^E_DATA_WARMUP/);
    expect(await at({ from: "2030-01-01" })).toMatch(/^E_DATA_SPAN/);
    expect(await at({ outside: { name: "VIX" } })).toMatch(/^E_OUTSIDE_FILE .*--index-file/);
  });

  test("an outside series joins the rows", async () => {
    const file = join(home, "vix.csv");
    writeFileSync(file, "DATE,OPEN,HIGH,LOW,CLOSE\r\n2021-01-04,1,1,1,26.97\r\n2021-01-05,1,1,1,25.34\r\n");
    const { panel } = await load({ home, data: "kraken", to: "2021-01-08", outside: { name: "VIX", file } });
    const row = (ms: number) => panel.time.indexOf(ms);
    const { value, age } = panel.outside!;
    expect(value[row(Date.UTC(2021, 0, 4, 21))]).toBeNaN();
    expect(value[row(Date.UTC(2021, 0, 4, 22))]).toBe(26.97);
    expect(age[row(Date.UTC(2021, 0, 4, 22))]).toBe(45 * 60_000);
    expect(value[row(Date.UTC(2021, 0, 8))]).toBe(25.34);
  });

  test("reading tells how far it is", async () => {
    const seen: number[] = [];
    let total = 0;
    let stopped = false;
    const progress = (_: string, all: number) => {
      total = all;
      const stop = () => {
        stopped = true;
      };
      return { update: (n: number) => void seen.push(n), stop };
    };
    await load({ home, data: "kraken", progress });
    expect(stopped).toBe(true);
    expect(seen.at(-1)).toBe(total);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  test("a file that was changed is refused", async () => {
    const own = folder();
    onTestFinished(() => rmSync(own, { recursive: true, force: true }));
    const changed = await fill(own, "kraken", "USD", [made[0]]);
    const path = seriesFile(changed, changed.catalog()[0]);
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1] ^= 1;
    writeFileSync(path, bytes);
    expect(await codeOf(load({ home: own, data: "kraken" }))).toMatch(/^E_DATA_DAMAGED/);
  });

  /** A store whose one file is made by `sql` over the stored one, with a catalog that agrees. */
  async function forged(sql: string): Promise<{ store: Store; series: StoredSeries }> {
    const own = folder();
    onTestFinished(() => rmSync(own, { recursive: true, force: true }));
    const other = await fill(own, "kraken", "USD", [made[0]]);
    const series = other.catalog()[0];
    const path = seriesFile(other, series);
    const duck = await openDuck(other.folder);
    const quoted = (p: string) => `'${p.replaceAll("'", "''")}'`;
    await duck.run(
      `COPY (SELECT ${sql} FROM read_parquet(${quoted(path)})) TO ${quoted(`${path}.new`)} (FORMAT parquet)`,
    );
    duck.close();
    writeFileSync(path, readFileSync(`${path}.new`));
    const sha256 = createHash("sha256").update(readFileSync(path)).digest("hex");
    const entry = { ...series, sha256, bytes: statSync(path).size };
    writeFileSync(catalogPath(other.folder), JSON.stringify({ version: 1, series: [entry] }));
    return { store: other, series: entry };
  }
  const nullAt = (field: string) =>
    `* REPLACE (CASE WHEN time = ${made[0].time[5000]} THEN NULL ELSE ${field} END AS ${field})`;

  test.each(["time", ...BAR_FIELDS])(
    "a NULL in %s is refused, though DuckDB's memory holds 0 there",
    async (field) => {
      const { store, series } = await forged(nullAt(field));
      expect(await codeOf(readPanel(store, [series]))).toMatch(
        new RegExp(`^E_DATA_NOT_NUMBER .*found ${field} NaN`),
      );
      expect(await codeOf(readBars(store, series))).toMatch(
        new RegExp(`^E_DATA_DAMAGED .*found ${field} NaN .*E_DATA_NOT_NUMBER`),
      );
    },
  );

  test("rows out of order and rows too few are refused", async () => {
    const swapped = await forged(
      `* REPLACE (CASE WHEN time = ${made[0].time[9]} THEN time - 7200000 ELSE time END AS time)`,
    );
    expect(await codeOf(readPanel(swapped.store, [swapped.series]))).toMatch(/^E_DATA_(ORDER|DUPLICATE)/);
    const wrong = { ...swapped.series, rows: 1 };
    const fine = await forged("*");
    expect(await codeOf(readPanel(fine.store, [fine.series]))).toBe("none");
    expect(await codeOf(readPanel(fine.store, [{ ...fine.series, rows: wrong.rows }]))).toMatch(
      /^E_DATA_DAMAGED/,
    );
  });

  test("whole doubles survive the way through the store", async () => {
    const { panel } = await load({ home, data: "kraken", pairs: ["ETH"] });
    expect(panel.pairs[1].close[0]).toBe(made[1].close[0]);
    expect(store.catalog().length).toBe(6);
  });
});

describe("synthetic data", () => {
  test("load makes it without a store", async () => {
    const { panel, series, traded, notes } = await load({
      data: "synthetic",
      pairs: ["ETH", "AVAX"],
      seed: 4,
    });
    expect(panel.symbols).toEqual(["BTC", "ETH", "AVAX"]);
    expect(traded).toEqual(["ETH", "AVAX"]);
    expect(panel.time.length).toBe(26_280);
    expect(series.map((s) => s.venue)).toEqual(["synthetic", "synthetic", "synthetic"]);
    expect(notes).toEqual(["bars are made, not traded: synthetic market, seed 4"]);
  });

  test("what it was asked for is told, as JSON that loads the same bars again", async () => {
    const first = await load({
      data: "synthetic",
      pairs: ["ETH"],
      from: "2021-02-01",
      to: "2021-02-03",
      warmupRows: 24,
    });
    const { origin } = JSON.parse(JSON.stringify(first)) as typeof first;
    expect(origin).toMatchObject({ data: "synthetic", pairs: ["ETH"], reference: "BTC", warmupRows: 24 });
    if (origin === undefined) throw new Error("no origin");
    expect(await load(origin)).toEqual(first);
  });

  test("from, to and warm-up cut it, also beyond its three years", async () => {
    const options = {
      data: "synthetic",
      pairs: ["BTC"],
      from: "2024-06-01",
      to: "2024-06-11",
      warmupRows: 48,
    };
    const { panel, start } = await load(options);
    expect(start).toBe(Date.UTC(2024, 5, 1));
    expect(panel.time.length).toBe(48 + 241);
  });

  test("pairs that are not listed by the last row are left out and named", () => {
    const { panel, notes } = synthetic({ rows: 24 * 150 });
    expect(panel.symbols).not.toContain("SOL");
    expect(notes[1]).toBe("SOL, AVAX: no bar by the last row, left out");
  });

  test("it has as many rows as asked for, also where a pair is quiet in the last", () => {
    const avax = syntheticBars({ pairs: ["AVAX"] })[0].time;
    const quiet = avax.findIndex((t, i) => i > 0 && t - avax[i - 1] === 2 * HOUR);
    const rows = (avax[quiet] - SYNTHETIC_START) / HOUR; // the last of them has no bar
    const { panel } = synthetic({ rows, pairs: ["BTC", "AVAX"] });
    expect(panel.time.length).toBe(rows);
    expect(panel.pairs[1].volume[rows - 1]).toBe(0);
  });

  test("a pair without a bar in the span is left out", () => {
    const { panel, notes } = synthetic({
      rows: 2,
      interval: 1000,
      pairs: ["BTC", "ETH", "AVAX"],
      listedTogether: true,
    });
    expect(panel.symbols).not.toContain("AVAX");
    expect(notes[1]).toMatch(/AVAX/);
  });
});
