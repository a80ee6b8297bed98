import { statSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { killed, pause } from "./test-kill.ts";
import { killImports } from "./test-kill-imports.ts";
import { testFolder } from "./test-store.ts";

test("30 imports killed at a random moment leave whole series and keep what was acknowledged", async () => {
  // Two stores at once: most of the time goes into starting processes.
  const runs = await Promise.all([killImports(15, 1), killImports(15, 2)]);
  for (const { acknowledged, series } of runs) {
    expect(acknowledged).toBeGreaterThanOrEqual(15);
    expect(series).toBeGreaterThan(3);
  }
}, 240_000);

test("the same kill tears a file that is written straight to its name", async () => {
  const folder = testFolder();
  const first = join(folder, "0.parquet");
  await killed(folder, "copy", async () => {
    while ((statSync(first, { throwIfNoEntry: false })?.size ?? 0) < 100_000) await pause(1);
  });
  const connection = await (await DuckDBInstance.create()).connect();
  const count = connection.runAndReadAll("SELECT count(*) FROM read_parquet($first)", { first });
  await expect(count).rejects.toThrow(/magic bytes|too small|footer|Parquet/i);
}, 60_000);
