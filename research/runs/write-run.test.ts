import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultConfig } from "../../engine/config.ts";
import { HOUR } from "../../engine/market/bars.ts";
import { feeSettings } from "../../engine/market/fee-schedule.ts";
import { sha256 } from "./canonical.ts";
import { runDocument } from "./document.ts";
import { runFigures } from "./figures.ts";
import { openParquetWriter } from "./parquet.ts";
import { runId, runIdentity } from "./run-id.ts";
import { testProof } from "./test-proof.ts";
import { testReplay } from "./test-replay.ts";
import { readManifest, writeRun } from "./write-run.ts";

const START = Date.UTC(2024, 0, 1, 1);

const example = () =>
  testReplay({
    interval: HOUR,
    start: START,
    symbols: ["BTC", "ETH"],
    strategies: ["Up", "O'Neill"],
    closes: [
      [100, 101, 102, 110],
      [10, 11, 12, 13],
    ],
    cash: 1000,
    firstRow: 1,
    regime: [0, 0, 2, 3],
    fills: [
      { row: 2, pair: 0, strategy: 1, side: 1, quantity: 1, price: 101.5, fee: 0.4, flagged: 1 },
      { row: 3, pair: 0, strategy: 1, side: -1, quantity: 1, price: 102, fee: 0.4 },
    ],
    refusals: [{ row: 2, pair: 1, strategy: 0, rule: 10, value: 60 }],
  });

let home: string;
beforeEach(() => {
  home = join(mkdtempSync(join(tmpdir(), "fathom-run-")), "home");
});
afterEach(() => rmSync(join(home, ".."), { recursive: true }));

function write(replay = example()) {
  const identity = runIdentity({ panel: replay.panel, config: defaultConfig() });
  const figures = runFigures(replay, { pairs: [], fees: feeSettings.parse({}) });
  const document = runDocument(replay, figures, {
    run: runId(identity),
    pairs: ["BTC", "ETH"],
    quote: "USD",
    venues: ["kraken"],
    notes: [],
  });
  return writeRun({
    home,
    identity,
    replay,
    figures,
    document: testProof(document, replay, figures),
    created: START,
  });
}

async function query(sql: string) {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

describe("a run folder", () => {
  it("holds every table, the figures and a manifest with the files' hashes", async () => {
    const { folder, written, run, result } = await write();
    expect(written).toBe(true);
    expect(folder).toBe(join(home, "runs", run));
    expect(readdirSync(folder).sort()).toEqual([
      "bars.parquet",
      "cancels.parquet",
      "certificate.json",
      "columns.parquet",
      "daily.parquet",
      "fills.parquet",
      "manifest.json",
      "metrics.json",
      "orders.parquet",
      "refusals.parquet",
      "round-trips.parquet",
    ]);
    const manifest = readManifest(home, run);
    expect(manifest).toMatchObject({ run, result, seed: 27, created: "2024-01-01T01:00:00.000Z" });
    expect(manifest.environment.node).toBe(process.versions.node);
    expect(manifest.series.map((s) => s.symbol)).toEqual(["BTC", "ETH"]);
    for (const [name, hash] of Object.entries(manifest.files)) {
      expect(sha256(readFileSync(join(folder, name)))).toBe(hash);
    }
    expect(JSON.parse(readFileSync(join(folder, "metrics.json"), "utf8")).run).toBe(run);
    expect(readdirSync(join(home, "runs"))).toEqual([run]);
  });

  it("opens in DuckDB with names, times and NULL for what is not known", async () => {
    const { folder } = await write();
    const columns = await query(`FROM '${folder}/columns.parquet'`);
    expect(columns).toHaveLength(4);
    expect(columns[0]).toMatchObject({
      time: "2024-01-01 01:00:00",
      equity: 1000,
      index: null,
      regime: "RISK_ON",
    });
    expect(columns[2]).toMatchObject({
      regime: "RISK_OFF",
      first: "Up",
      second: "cash",
      halted: false,
      "BTC.owner": "O'Neill",
      "ETH.owner": "cash",
      "BTC.quantity": 1,
    });
    expect(await query(`FROM '${folder}/fills.parquet'`)).toMatchObject([
      {
        order: "0",
        time: "2024-01-01 02:00:00",
        pair: "BTC",
        strategy: "O'Neill",
        side: "buy",
        flagged: true,
      },
      { side: "sell", flagged: false },
    ]);
    expect(await query(`FROM '${folder}/orders.parquet'`)).toMatchObject([
      { kind: "entry" },
      { kind: "exit" },
    ]);
    expect(await query(`FROM '${folder}/refusals.parquet'`)).toMatchObject([
      { time: "2024-01-01 03:00:00", rule: "correlation", other: null, pair: "ETH", strategy: "Up" },
    ]);
    expect(await query(`FROM '${folder}/round-trips.parquet'`)).toMatchObject([
      { pair: "BTC", holdHours: 1, open: false, fills: "2" },
    ]);
    expect(await query(`SELECT count(*)::INT AS n FROM '${folder}/cancels.parquet'`)).toEqual([{ n: 0 }]);
  });

  it("is compared when it exists: the same result leaves every byte", async () => {
    const { folder } = await write();
    const before = readFileSync(join(folder, "manifest.json"));
    expect((await write()).written).toBe(false);
    expect(readFileSync(join(folder, "manifest.json"))).toEqual(before);
  });

  it("is never overwritten by another result, and the error names both", async () => {
    const first = await write();
    const other = example();
    other.columns.confidence[3] = 0.25;
    await expect(write(other)).rejects.toMatchObject({
      code: "E_RUN_DIFFERS",
      message: expect.stringContaining(`expected ${first.result}`),
    });
    expect(readManifest(home, first.run).result).toBe(first.result);
  });

  it("that lost its manifest is an error that says what to do", async () => {
    const { folder, run } = await write();
    rmSync(join(folder, "manifest.json"));
    await expect(write()).rejects.toMatchObject({ code: "E_RUN_CORRUPT" });
    writeFileSync(join(folder, "manifest.json"), "{");
    expect(() => readManifest(home, run)).toThrow(/remove it and repeat/);
  });

  it("leaves nothing behind when it cannot be written", async () => {
    writeFileSync(home, "a file where the home should be");
    await expect(write()).rejects.toThrow();
    rmSync(home);
    mkdirSync(join(home, "runs"), { recursive: true });
    const replay = example();
    replay.orders.at.kind[0] = Number.POSITIVE_INFINITY; // no entry of any list: DuckDB refuses it
    await expect(write(replay)).rejects.toThrow(/INT64|BIGINT/);
    expect(readdirSync(join(home, "runs"))).toEqual([]);
  });

  it("is written after the parts of dead writers were swept, and those of live ones left", async () => {
    const runs = join(home, "runs");
    const part = (pid: number, host = hostname()) => join(runs, `${"0".repeat(16)}.${host}.${pid}-0.part`);
    const dead = 2 ** 22 + 1; // above Linux's greatest pid
    for (const path of [part(dead), part(process.pid), part(dead, "elsewhere")])
      mkdirSync(path, { recursive: true });
    await write();
    expect(existsSync(part(dead))).toBe(false);
    expect(existsSync(part(process.pid))).toBe(true);
    expect(existsSync(part(dead, "elsewhere"))).toBe(true);
  });

  it("has an id, not a path", () => {
    expect(() => readManifest(home, "../../etc")).toThrow(/expected a run id/);
    expect(() => readManifest(home, "0123456789abcdef")).toThrow(/found no run/);
  });
});

describe("the Parquet writer", () => {
  it("keeps every bit and the order of rows over many chunks", async () => {
    const rows = 300_000;
    const path = join(home, "..", "x.parquet");
    const row = Float64Array.from({ length: rows }, (_, i) => i);
    const value = Float64Array.from(row, (i) => (i % 7 === 3 ? Number.NaN : Math.sin(i) * 1e-3));
    const writer = await openParquetWriter();
    await writer.write(path, rows, [
      { name: "row", column: row, kind: "whole" },
      { name: 'a "name"', column: value, kind: "number" },
    ]);
    writer.close();
    const instance = await DuckDBInstance.create(":memory:");
    const reader = await (await instance.connect()).runAndReadAll(`FROM '${path}'`);
    const [rowsRead, values] = reader.getColumns() as [bigint[], (number | null)[]];
    expect(reader.columnNames()).toEqual(["row", 'a "name"']);
    expect(rowsRead.length).toBe(rows);
    let wrong = 0;
    for (let i = 0; i < rows; i++) {
      const same = Number.isNaN(value[i]) ? values[i] === null : values[i] === value[i];
      if (!same || Number(rowsRead[i]) !== i) wrong++;
    }
    expect(wrong).toBe(0);
    instance.closeSync();
  });
});
