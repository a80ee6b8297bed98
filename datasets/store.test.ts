import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { takeLock } from "../engine/live/lock.ts";
import { HOUR } from "../engine/market/bars.ts";
import { openDuck } from "./duck.ts";
import { importPaths } from "./import.ts";
import { catalogPath, openStore, readBars, seriesFile, streamSeries } from "./store.ts";
import { openWriter, writeSeries } from "./store-writer.ts";
import { csvRows, testFile, testFolder } from "./test-store.ts";

const NOW = Date.UTC(2026, 0, 1);

async function filled(rows = 30) {
  const home = testFolder();
  await importPaths(openStore(home), [testFile("XBTUSD_60.csv", csvRows(rows))], { now: NOW });
  const store = openStore(home);
  return { home, store, series: store.catalog()[0] };
}

const bars = (rows: number, from = 0) => ({
  symbol: "BTC",
  interval: HOUR,
  time: Float64Array.from({ length: rows }, (_, i) => Date.UTC(2020, 0, 1) + (from + i) * HOUR),
  open: new Float64Array(rows).fill(10),
  high: new Float64Array(rows).fill(12),
  low: new Float64Array(rows).fill(9),
  close: new Float64Array(rows).fill(11),
  volume: Float64Array.from({ length: rows }, (_, i) => from + i),
  trades: new Float64Array(rows).fill(Number.NaN),
});
const KEY = { venue: "kraken", quote: "USD" };
const SOURCE = { name: "memory", sha256: "0".repeat(64), rows: 5 };

describe("the catalog", () => {
  test("of an absent folder is empty, and reading makes nothing", () => {
    const home = join(testFolder(), "none");
    expect(openStore(home).catalog()).toEqual([]);
    expect(existsSync(home)).toBe(false);
  });

  test("that was changed by a byte is either read or named with its path; no reader starts empty", async () => {
    const { home, store } = await filled();
    const path = catalogPath(store.folder);
    const bytes = readFileSync(path);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(bytes.length), fc.boolean(), (at, length, cut) => {
        const bad = cut ? bytes.subarray(0, length) : Buffer.from(bytes);
        if (!cut) bad[at] ^= 1 << (at % 8);
        writeFileSync(path, bad);
        try {
          expect(openStore(home).catalog().length).toBe(1);
        } catch (error) {
          expect(error).toMatchObject({ code: "E_STATE_CORRUPT", message: expect.stringContaining(path) });
        }
      }),
    );
    writeFileSync(path, "");
    await expect(openWriter(store, NOW)).rejects.toMatchObject({ code: "E_STATE_CORRUPT" });
  });

  test("that is gone while series are there is damage", async () => {
    const { home, store } = await filled();
    rmSync(catalogPath(store.folder));
    expect(() => openStore(home).catalog()).toThrow(expect.objectContaining({ code: "E_STATE_CORRUPT" }));
  });

  test("finds the one series that fits and asks when several do", async () => {
    const { store } = await filled();
    expect(store.find({ symbol: "BTC", interval: HOUR })?.rows).toBe(30);
    expect(store.find({ symbol: "ETH", interval: HOUR })).toBeUndefined();
    await writeSeries(store, { ...KEY, venue: "binance", quote: "USDT" }, bars(5), {
      now: NOW,
      source: SOURCE,
    });
    expect(() => store.find({ symbol: "BTC", interval: HOUR })).toThrow(
      expect.objectContaining({ code: "E_DATA_AMBIGUOUS" }),
    );
    expect(store.find({ symbol: "BTC", interval: HOUR, venue: "binance" })?.quote).toBe("USDT");
  });
});

describe("a series", () => {
  test("is read back to the bit, also in steps", async () => {
    const store = openStore(testFolder());
    const given = bars(5000);
    const { series } = await writeSeries(store, KEY, given, { now: NOW, source: SOURCE });
    expect(await readBars(store, series)).toEqual(given);
    const steps: number[] = [];
    await streamSeries(store, series, (chunk, rows) => {
      expect(chunk.time[0]).toBe(given.time[steps.reduce((a, b) => a + b, 0)]);
      steps.push(rows);
    });
    expect(steps).toEqual([2048, 2048, 904]);
  });

  test("written from memory passes the door and merges like a file", async () => {
    const store = openStore(testFolder());
    const options = { now: NOW, source: SOURCE };
    await writeSeries(store, KEY, bars(5), options);
    expect(await writeSeries(store, KEY, bars(5, 3), options)).toMatchObject({ added: 3 });
    const bad = bars(5);
    bad.low[3] = -1;
    await expect(writeSeries(store, KEY, bad, options)).rejects.toMatchObject({
      code: "E_DATA_RANGE",
      message: expect.stringContaining("row 4, low"),
    });
    await expect(writeSeries(store, KEY, bars(0), options)).rejects.toMatchObject({ code: "E_DATA_EMPTY" });
    expect(store.catalog()[0].rows).toBe(8);
  });

  test("whose file was changed, cut or removed is not read", async () => {
    const { store, series } = await filled();
    const path = seriesFile(store, series);
    const bytes = readFileSync(path);
    const flipped = Buffer.from(bytes);
    flipped[100] ^= 1;
    for (const bad of [flipped, bytes.subarray(0, -1), Buffer.alloc(0)]) {
      writeFileSync(path, bad);
      await expect(readBars(store, series)).rejects.toMatchObject({ code: "E_DATA_DAMAGED" });
    }
    rmSync(path);
    await expect(readBars(store, series)).rejects.toMatchObject({ code: "E_DATA_DAMAGED" });
  });
});

describe("a damaged series", () => {
  async function damaged() {
    const { store, series } = await filled();
    const path = seriesFile(store, series);
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1] ^= 1;
    return { store, path, bytes, file: testFile("XBTUSD_60.csv", csvRows(10, 25)) };
  }

  test.each(["changed", "gone"])("whose file is %s is not merged into", async (how) => {
    const { store, path, bytes, file } = await damaged();
    if (how === "gone") rmSync(path);
    else writeFileSync(path, bytes);
    const before = readFileSync(catalogPath(store.folder));
    const { files } = await importPaths(store, [file], { now: NOW });
    expect(files[0]).toMatchObject({
      status: "refused",
      error: {
        code: "E_DATA_DAMAGED",
        message: expect.stringMatching(/import XBTUSD_60.csv again.*--replace/),
      },
    });
    expect(readFileSync(catalogPath(store.folder))).toEqual(before);
  });

  test("begins anew with replace", async () => {
    const { store, path, bytes, file } = await damaged();
    writeFileSync(path, bytes);
    const { files } = await importPaths(store, [file], { now: NOW, replace: true });
    expect(files[0]).toMatchObject({ status: "imported", added: 10 });
    const [series] = store.catalog();
    expect([series.rows, series.sources.length]).toEqual([10, 1]);
    expect((await readBars(store, series)).time[0]).toBe(Date.UTC(2020, 0, 2, 1));
  });
});

describe("writing", () => {
  test("is seen from the commit on, several series at once", async () => {
    const home = testFolder();
    const store = openStore(home);
    const files = ["XBTUSD_60.csv", "ETHUSD_60.csv"].map((name) => testFile(name, csvRows(5)));
    const seen: number[] = [];
    await importPaths(store, files, {
      now: NOW,
      progress: () => void seen.push(store.catalog().length),
      done: () => void seen.push(store.catalog().length),
    });
    expect(seen).toEqual([0, 0, 2, 2]);
  });

  test("that cannot be committed refuses every file of the commit and leaves the data as it was", async () => {
    const { store, series } = await filled();
    const path = catalogPath(store.folder);
    const kept = readFileSync(path);
    const files = ["ADAUSD_60.csv", "XBTUSD_60.csv"].map((name) => testFile(name, csvRows(40)));
    const block = () => {
      rmSync(path, { recursive: true });
      mkdirSync(path);
    };
    const result = await importPaths(store, files, { now: NOW, progress: block });
    expect(result.files.map(({ status, error }) => [status, error?.code])).toEqual([
      ["refused", "E_DATA_PATH"],
      ["refused", "E_DATA_PATH"],
    ]);
    rmSync(path, { recursive: true });
    writeFileSync(path, kept);
    expect(store.catalog()).toEqual([series]);
    expect((await readBars(store, series)).time.length).toBe(30);
  });

  test("is refused while another one writes", async () => {
    const { store } = await filled();
    const release = takeLock(join(store.folder, "lock"), NOW);
    await expect(openWriter(store, NOW)).rejects.toMatchObject({ code: "E_LOCK_HELD" });
    release();
    (await openWriter(store, NOW)).close();
  });

  test("sweeps what a killed writer left, and nothing that is listed", async () => {
    const { store, series } = await filled();
    const left = [
      "spool-1.part",
      "catalog.json.1-0.part",
      "kraken/BTC-USD-1h.1-2.part",
      "kraken/BTC-USD-1h-0123456789ab.parquet",
    ];
    for (const name of left) writeFileSync(join(store.folder, name), "x");
    mkdirSync(join(store.folder, "spill-1.part"));
    (await openWriter(store, NOW)).close();
    expect(readdirSync(store.folder).sort()).toEqual(["catalog.json", "kraken"]);
    expect(readdirSync(join(store.folder, "kraken"))).toEqual([series.file.slice("kraken/".length)]);
  });

  test("through a symbolic link is refused", async () => {
    for (const link of ["data", "data/catalog.json", "data/kraken", "file"] as const) {
      const { home, store, series } = await filled();
      const path = link === "file" ? seriesFile(store, series) : join(home, link);
      renameSync(path, join(home, "moved"));
      symlinkSync(join(home, "moved"), path);
      const file = testFile("XBTUSD_60.csv", csvRows(40));
      const attempt = importPaths(store, [file], { now: NOW }).then(({ files }) => {
        throw files[0].error;
      });
      await expect(attempt, link).rejects.toMatchObject({ code: "E_PATH_SYMLINK" });
      await expect((async () => readBars(store, store.catalog()[0]))(), link).rejects.toMatchObject({
        code: "E_PATH_SYMLINK",
      });
    }
  });

  test("rejected rows through a symbolic link is refused", async () => {
    const { store } = await filled();
    const elsewhere = testFolder();
    symlinkSync(elsewhere, join(store.folder, "rejects"));
    const file = testFile("XBTUSD_60.csv", `${csvRows(40)}bad\n`);
    const { files } = await importPaths(store, [file], { now: NOW, quarantine: true });
    expect(files[0].error?.code).toBe("E_PATH_SYMLINK");
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test("where nothing may be written says so", async () => {
    // A file where the folder should be: root may write anywhere, so rights cannot be tested by rights.
    const file = testFile("home", "");
    await expect(openWriter(openStore(file), NOW)).rejects.toMatchObject({ code: "E_IO_READONLY" });
  });
});

test("DuckDB reaches the data folder and nothing else", async () => {
  const { store, series } = await filled();
  const duck = await openDuck(store.folder);
  const outside = testFile("outside.csv", "a,b\n1,2\n");
  const beside = join(store.folder, "..", "escaped.parquet");
  const attempts = [
    "SELECT * FROM read_csv('/etc/passwd')",
    `SELECT * FROM read_csv('${outside}')`,
    `SELECT * FROM '${outside}'`,
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM glob('/etc/*')",
    `SELECT * FROM read_parquet('${store.folder}/../../x.parquet')`,
    `COPY (SELECT 1) TO '${beside}'`,
    `COPY (SELECT 1) TO '${store.folder}/../escaped.parquet'`,
    `ATTACH '${beside}' AS other`,
    `EXPORT DATABASE '${beside}'`,
    "INSTALL httpfs",
    "LOAD httpfs",
    "LOAD 'evil.duckdb_extension'",
    "SELECT * FROM read_csv('https://example.org/a.csv')",
    "SET enable_external_access = true",
    "SET allowed_directories = ['/']",
    "SET lock_configuration = false",
    "SET autoload_known_extensions = true",
    "SET temp_directory = '/tmp'",
    "RESET lock_configuration",
    "PRAGMA enable_external_access",
  ];
  for (const sql of attempts) await expect(duck.run(sql), sql).rejects.toThrow();
  expect(existsSync(beside)).toBe(false);
  expect(
    await duck.row("SELECT count(*) AS n FROM read_parquet($file)", { file: seriesFile(store, series) }),
  ).toEqual({ n: 30n });
  duck.close();
});
