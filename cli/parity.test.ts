import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { load } from "../datasets/load.ts";
import { SYNTHETIC_START } from "../datasets/synthetic.ts";
import { HOUR } from "../engine/market/bars.ts";
import type { Backtest } from "../research/backtest.ts";
import { readRun } from "../research/runs/read-run.ts";
import { copiedHome, editJson, testRun } from "../research/runs/test-runs.ts";
import { runFolder } from "../research/runs/write-run.ts";
import { main } from "./main.ts";
import { testIo } from "./test-io.ts";

const home = mkdtempSync(join(tmpdir(), "fathom-parity-"));
let done: Backtest;
beforeAll(async () => {
  const to = SYNTHETIC_START + 2500 * HOUR;
  done = await testRun(home, await load({ data: "synthetic", pairs: ["BTC", "ETH"], to, seed: 3 }));
});
afterAll(() => rmSync(home, { recursive: true }));

async function fathom(...args: string[]) {
  const io = testIo({});
  return { exit: await main(args, io), out: io.out(), err: io.err() };
}

test("replay and live runner are identical, which is counted, kept in the run's folder and listed", async () => {
  const own = copiedHome(home, done.run);
  const { exit, out, err } = await fathom("parity", "latest", "--home", own);
  expect([exit, err]).toEqual([0, ""]);
  const file = join(runFolder(own, done.run), "parity.json");
  const { orders, fills } = done.replay;
  expect(out).toMatch(new RegExp(`^identical: 2,500 rows, ${orders.n} orders, ${fills.n} fills, `));
  expect(out).toContain(`Written to ${file}\n`);
  expect(readRun(own, done.run).parity).toMatchObject({ verdict: "identical", rows: 2500, difference: null });
  expect((await fathom("runs", "--home", own)).out).toMatch(/ identical\n$/);
});

test("--json prints what was written", async () => {
  const own = copiedHome(home, done.run);
  const document = JSON.parse((await fathom("parity", done.run, "--home", own, "--json")).out);
  const { run, file, ...parity } = document;
  expect(run).toBe(done.run);
  expect(parity).toEqual(JSON.parse(readFileSync(file, "utf8")));
});

test("a run that cannot be made again as it was is not compared, and verify is named", async () => {
  const own = copiedHome(home, done.run);
  editJson(own, done.run, "manifest.json", (manifest: { config: { account: { initial_cash: number } } }) => {
    manifest.config.account.initial_cash = 60_000;
  });
  const { exit, err } = await fathom("parity", done.run, "--home", own);
  expect(exit).toBe(1);
  expect(err).toMatch(/^E_PARITY_RESULT: .*`fathom verify [0-9a-f]{16}` tells which\n$/);
  expect(existsSync(join(runFolder(own, done.run), "parity.json"))).toBe(false);
});
