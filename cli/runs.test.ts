import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { synthetic } from "../datasets/load.ts";
import { testRun } from "../research/runs/test-runs.ts";
import { main } from "./main.ts";
import { testIo } from "./test-io.ts";

const dataset = synthetic({ seed: 3, rows: 2000, pairs: ["BTC", "ETH"] });
const CREATED = Date.UTC(2026, 0, 2, 3, 4);

async function fathom(io: ReturnType<typeof testIo>, ...args: string[]) {
  const before = io.out().length;
  const exit = await main(args, io);
  return { exit, out: io.out().slice(before), err: io.err() };
}

test("runs lists them newest first, and a folder that cannot be read below", async () => {
  const io = testIo({});
  const home = join(io.cwd, ".fathom");
  const one = await testRun(home, dataset, {}, CREATED);
  const two = await testRun(home, dataset, { config: { seed: 4 } }, CREATED + 60_000);
  mkdirSync(join(home, "runs", "0123456789abcdef"));
  const { exit, out, err } = await fathom(io, "runs");
  expect([exit, err]).toEqual([0, ""]);
  const lines = out.trim().split("\n");
  expect(lines[0]).toMatch(
    /^run +created +pairs +interval +from +to +final equity +CAGR +Sharpe +max drawdown, daily +orders +halted +changed /,
  );
  expect(lines.slice(1, 3).map((line) => line.slice(0, 16))).toEqual([two.run, one.run]);
  expect(lines[1]).toMatch(
    / 2026-01-02 03:05 +BTC ETH +1h +2021-\d\d-\d\d +2021-\d\d-\d\d +[\d,.]+ .*% .* passed +-$/,
  );
  expect(lines[3]).toMatch(/^E_RUN_CORRUPT: run 0123456789abcdef: found no manifest\.json/);
  expect((await fathom(io, "runs", "--limit", "1")).out).not.toContain(one.run);
});

test("runs --json gives every field, figures as numbers", async () => {
  const io = testIo({});
  const { run, document } = await testRun(join(io.cwd, ".fathom"), dataset, {}, CREATED);
  const found = JSON.parse((await fathom(io, "runs", "--json")).out);
  expect(found.home).toBe(join(io.cwd, ".fathom"));
  expect(found.runs).toMatchObject([{ run, finalEquity: document.metrics.finalEquity, parity: null }]);
});

test("runs says what makes one where there is none, and refuses a limit of nothing", async () => {
  const io = testIo({});
  expect((await fathom(io, "runs")).out).toMatch(/^no runs in .*; fathom backtest makes one\n$/);
  expect((await fathom(io, "runs", "--limit", "0")).exit).toBe(2);
  expect(io.err()).toMatch(/^E_USAGE_LIMIT: runs: found --limit 0/);
});

test("compare says what differs and puts the figures side by side", async () => {
  const io = testIo({});
  const home = join(io.cwd, ".fathom");
  const one = await testRun(home, dataset, {}, CREATED);
  const two = await testRun(home, dataset, { config: { account: { initial_cash: 50_000 } } }, CREATED + 1);
  const { exit, out } = await fathom(io, "compare", one.run.slice(0, 8), "latest");
  expect(exit).toBe(0);
  expect(out).toContain(`A ${one.run}, B ${two.run}. They decided differently.\n`);
  expect(out).toContain("\nEqual: engine, strategies, scope, data.\n");
  expect(out).toMatch(/^account\.initial_cash +100000 +50000$/m);
  expect(out).toMatch(/^final equity +[\d,.]+ +[\d,.]+ +-[\d,.]+ .* NO$/m);
  expect(out).toMatch(/^TrendFollower /m);
  const json = JSON.parse((await fathom(io, "compare", one.run, two.run, "--json")).out);
  expect(Object.keys(json)).toEqual(["a", "b", "identical", "inputs", "halted", "figures", "byStrategy"]);
  expect((await fathom(io, "compare", "latest", "latest")).out).toContain(
    "Both decided the same, to the bit.",
  );
});
