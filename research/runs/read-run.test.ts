import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDuck } from "../../datasets/duck.ts";
import { synthetic } from "../../datasets/load.ts";
import { CASH } from "../../engine/selector/choose.ts";
import type { Backtest } from "../backtest.ts";
import { openParquetWriter } from "./parquet.ts";
import { readRun } from "./read-run.ts";
import { readParquet } from "./stored-table.ts";
import { copiedHome, editJson, flipBit, testRun } from "./test-runs.ts";
import { runFolder } from "./write-run.ts";

const home = mkdtempSync(join(tmpdir(), "fathom-read-"));
let done: Backtest;
beforeAll(async () => {
  done = await testRun(home, synthetic({ seed: 3, rows: 3000, pairs: ["BTC", "ETH"] }));
});
afterAll(() => rmSync(home, { recursive: true }));

describe("a written run", () => {
  it("gives its document, certificate and manifest as they were written, and no parity yet", () => {
    const run = readRun(home, done.run);
    expect(run.document).toEqual(JSON.parse(JSON.stringify(done.prove())));
    expect(run.certificate).toEqual(done.prove().certificate);
    expect(run.manifest.run).toBe(done.run);
    expect(run.parity).toBeNull();
  });

  it("gives every bit of its numbers, and names as text", async () => {
    const table = await readRun(home, done.run).table("columns");
    const { columns, strategies } = done.replay;
    expect(table.rows).toBe(3000);
    for (const name of ["time", "equity", "confidence", "index", "halted", "share"] as const) {
      expect(table.numbers(name), name).toEqual(columns[name]);
    }
    const owners = Array.from(columns.pairs[1].owner, (s) => (s === s ? [CASH, ...strategies][s + 1] : null));
    expect(table.names("ETH.owner")).toEqual(owners);
    expect(new Set(owners).size).toBeGreaterThan(2);
  });

  it("gives the columns that are named, and no others", async () => {
    const table = await readRun(home, done.run).table("fills", ["price", "pair"]);
    const { at, n } = done.replay.fills;
    expect(table.columns).toEqual(["price", "pair"]);
    expect(table.numbers("price")).toEqual(at.price.slice(0, n));
    expect(table.names("pair")[0]).toBe(done.replay.symbols[at.pair[0]]);
    expect(() => table.numbers("fee")).toThrow(/found no column fee/);
  });

  it("gives a table without rows", async () => {
    const table = await readRun(home, done.run).table("cancels");
    expect([table.rows, table.numbers("remaining").length, table.names("pair").length]).toEqual(
      Array.from({ length: 3 }, () => done.replay.cancels.n),
    );
  });

  it("refuses tables and columns that it lacks, and columns of the other kind", async () => {
    const run = readRun(home, done.run);
    await expect(run.table("fils")).rejects.toMatchObject({
      code: "E_RUN_TABLE",
      message: expect.stringContaining("Did you mean fills?"),
    });
    await expect(run.table("fills", ["prize"])).rejects.toMatchObject({
      code: "E_RUN_COLUMN",
      message: expect.stringContaining("Did you mean price?"),
    });
    const fills = await run.table("fills");
    expect(() => fills.names("price")).toThrow(/holds numbers, names were asked for/);
    expect(() => fills.numbers("pair")).toThrow(/holds names, numbers were asked for/);
  });
});

describe("a run that is not as this version writes it", () => {
  it("is one to repeat where its figures carry no proof, or no certificate was written", () => {
    const unproven = copiedHome(home, done.run);
    editJson(unproven, done.run, "metrics.json", (document: Record<string, unknown>) => {
      delete document.intervals;
    });
    expect(() => readRun(unproven, done.run)).toThrow(/earlier version of Fathom; repeat the run/);
    const uncertified = copiedHome(home, done.run);
    editJson(uncertified, done.run, "manifest.json", (manifest: { files: Record<string, string> }) => {
      delete manifest.files["certificate.json"];
    });
    expect(() => readRun(uncertified, done.run)).toThrow(/found no certificate.json in the manifest/);
  });

  it("is an error where its manifest names a model without a digest", () => {
    const copy = copiedHome(home, done.run);
    editJson(copy, done.run, "manifest.json", (manifest: { model?: object }) => {
      manifest.model = { artifact: "score-v1", mode: "frozen" };
    });
    expect(() => readRun(copy, done.run)).toThrow(expect.objectContaining({ code: "E_RUN_CORRUPT" }));
  });

  it("is an error where a file was changed or is gone", async () => {
    const copy = copiedHome(home, done.run);
    const folder = runFolder(copy, done.run);
    flipBit(join(folder, "fills.parquet"));
    rmSync(join(folder, "orders.parquet"));
    const run = readRun(copy, done.run);
    await expect(run.table("fills")).rejects.toThrow(/found fills.parquet changed since it was written/);
    await expect(run.table("orders")).rejects.toThrow(/found no file .*orders.parquet/);
    flipBit(join(folder, "metrics.json"));
    expect(() => readRun(copy, done.run)).toThrow(/found metrics.json changed since it was written/);
  });

  it("is an error where its parity.json cannot be read", () => {
    const copy = copiedHome(home, done.run);
    writeFileSync(join(runFolder(copy, done.run), "parity.json"), "{");
    expect(() => readRun(copy, done.run)).toThrow(/repeat `fathom parity/);
  });
});

it("reads columns and names that hold quotes, over many chunks", async () => {
  const path = join(home, "x.parquet");
  const rows = 5000;
  const row = Float64Array.from({ length: rows }, (_, i) => i);
  const names = ["O'Neill", null, 'a "b"'];
  const writer = await openParquetWriter();
  await writer.write(path, rows, [
    { name: 'it\'s "x"', column: Float64Array.from(row, (i) => i % 3), kind: { names, from: 0 } },
    { name: "row", column: row, kind: "whole" },
  ]);
  writer.close();
  const duck = await openDuck(home);
  const table = await readParquet(duck, path, "x");
  duck.close();
  expect(table.numbers("row")).toEqual(row);
  expect(table.names('it\'s "x"')).toEqual(Array.from(row, (i) => names[i % 3]));
});
