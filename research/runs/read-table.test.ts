import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { synthetic } from "../../datasets/load.ts";
import { backtest } from "../backtest.ts";
import { readTable } from "./read-table.ts";

const home = mkdtempSync(join(tmpdir(), "fathom-table-"));
const done = backtest(synthetic({ seed: 3, rows: 4000, pairs: ["BTC", "ETH"] }));
beforeAll(() => done.write(home, 0));
afterAll(() => rmSync(home, { recursive: true }));

it("opens a run's fills as an arquero table with names and dates", async () => {
  const fills = await readTable(home, done.run, "fills");
  const { at, n } = done.replay.fills;
  expect(fills.numRows()).toBe(n);
  expect(n).toBeGreaterThan(10);
  const [first] = fills.objects({ limit: 1 }) as Record<string, unknown>[];
  expect(first).toMatchObject({ time: new Date(at.time[0]), price: at.price[0], side: "buy" });
  expect(["BTC", "ETH"]).toContain(first.pair);
});

it("opens the kept columns with one row a bar", async () => {
  const columns = await readTable(home, done.run, "columns");
  const { equity } = done.replay.columns;
  expect(columns.numRows()).toBe(equity.length);
  expect(columns.get("equity", equity.length - 1)).toBe(equity[equity.length - 1]);
  expect(columns.get("regime", 0)).toBeNull();
});

it("names the tables that there are", async () => {
  await expect(readTable(home, done.run, "fils")).rejects.toThrow(/E_RUN_TABLE|Did you mean fills/);
});

it("gives order numbers as plain numbers", async () => {
  const orders = await readTable(home, done.run, "orders");
  expect(orders.get("order", 0)).toBe(0);
});
