import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { load, synthetic } from "../datasets/load.ts";
import { SYNTHETIC_START } from "../datasets/synthetic.ts";
import { testFolder } from "../engine/live/test-folder.ts";
import { HOUR } from "../engine/market/bars.ts";
import { writeReport } from "../reports/write-report.ts";
import { type Backtest, backtest } from "../research/backtest.ts";
import { copiedHome, editJson, flipBit, testRun } from "../research/runs/test-runs.ts";
import { runFolder } from "../research/runs/write-run.ts";
import { main } from "./main.ts";
import { testIo } from "./test-io.ts";

const home = mkdtempSync(join(tmpdir(), "fathom-verify-"));
let done: Backtest;
beforeAll(async () => {
  const to = SYNTHETIC_START + 1500 * HOUR;
  done = backtest(await load({ data: "synthetic", pairs: ["BTC"], to, seed: 3 }));
  await done.write(home, 0);
});
afterAll(() => rmSync(home, { recursive: true }));

async function verify(run: string, at: string, ...more: string[]) {
  const io = testIo({});
  const exit = await main(["verify", run, "--home", at, ...more], io);
  return { exit, out: io.out(), err: io.err() };
}
const answers = (out: string) =>
  Object.fromEntries([...out.matchAll(/^ {2}(\w+ \w+) +(yes|NO|no|\?) /gm)].map((m) => [m[1], m[2]]));

test("a run that can be made again to the bit is verified, question by question", async () => {
  const { exit, out, err } = await verify("latest", home);
  expect([exit, err]).toEqual([0, ""]);
  expect(answers(out)).toEqual({
    "files intact": "yes",
    "same engine": "yes",
    "same models": "yes",
    "same strategies": "yes",
    "same config": "yes",
    "same data": "yes",
    "same result": "yes",
    "same figures": "yes",
    "same report": "?",
    "same Node": "yes",
  });
  const { orders, fills, refusals } = done.replay;
  expect(out.trim().split("\n").at(-1)).toMatch(
    new RegExp(
      `^verified: identical: 1,500 rows, ${orders.n} orders?, ${fills.n} fills?, ${refusals.n} refusals?, [\\d,]+ numbers$`,
    ),
  );
});

test("a damaged file is named, with exit 1 and one line on stderr", async () => {
  const copy = copiedHome(home, done.run);
  flipBit(join(runFolder(copy, done.run), "daily.parquet"));
  const { exit, out, err } = await verify(done.run.slice(0, 6), copy);
  expect(exit).toBe(1);
  expect(out).toMatch(/^ {2}files intact +NO +daily\.parquet: sha256 found [0-9a-f]{12}…, expected /m);
  expect(out).toMatch(/\nNOT verified: files changed \(daily\.parquet: [^\n]*\)\n$/);
  expect(err).toBe(`E_RUN_NOT_VERIFIED: run ${done.run}: not verified: files changed\n`);
});

test("a strategy that reads on in its block and remembers what it put out is not verified in a process of its own", async () => {
  const own = testFolder();
  const file = join(own, "peeks.ts");
  const index = JSON.stringify(new URL("../research/index.ts", import.meta.url).href);
  writeFileSync(
    file,
    `import { perPair } from ${index};
     const memory = new Map();
     export const strategies = [perPair("Mine", 1, (market, { symbol, bars }) => {
       const kernel = {
         name: "peek", params: {}, lookback: 0, writes: { y: "peek" }, init: () => ({}),
         advance(_, { x, t }, { y }, rows) {
           for (let i = 0; i < rows; i++) {
             const known = memory.get(t[i]) ?? (i + 1 < rows && x[i + 1] > x[i] ? 1 : 0);
             memory.set(t[i], known);
             y[i] = x[i] === x[i] ? known : NaN;
           }
         },
       };
       return market.plan.add(kernel, { x: bars.close, t: market.time }, symbol).y;
     })];`,
  );
  const io = testIo({});
  const to = new Date(SYNTHETIC_START + 1600 * HOUR).toISOString();
  const inCharge = ["RISK_ON", "NEUTRAL", "RISK_OFF"].flatMap((r) => ["--set", `selector.${r}=Mine,cash`]);
  const made = ["backtest", "--pairs", "BTC", "--to", to, "--strategy", file, "--home", own, ...inCharge];
  expect(await main(made, io)).toBe(0);
  const cli = fileURLToPath(new URL("fathom.mjs", import.meta.url));
  const command = [cli, "verify", "latest", "--home", own];
  const { status, stdout } = spawnSync(process.execPath, command, { encoding: "utf8" });
  expect([status, answers(stdout)["same result"]]).toEqual([1, "NO"]);
  expect(stdout).toMatch(
    /\nNOT verified: result differs .*; engine, strategies, models, config and data are the same, so a strategy depends on something else/,
  );
});

test("the report is compared with what the run gives, byte for byte", async () => {
  const copy = copiedHome(home, done.run);
  const path = await writeReport(copy, done.run);
  const asWritten = await verify("latest", copy);
  expect([asWritten.exit, answers(asWritten.out)["same report"]]).toEqual([0, "yes"]);
  appendFileSync(path, "<p>Audited.</p>");
  const { exit, out, err } = await verify("latest", copy);
  expect([exit, answers(out)["same report"]]).toEqual([1, "NO"]);
  expect(out).toMatch(/\nNOT verified: report differs \(report\.html was edited, [^\n]*\)\n$/);
  expect(err).toBe(`E_RUN_NOT_VERIFIED: run ${done.run}: not verified: report differs\n`);
});

test("--json gives one document with every answer, also where the run is not verified", async () => {
  const copy = copiedHome(home, done.run);
  editJson(copy, done.run, "manifest.json", (manifest: { config: { account: { initial_cash: number } } }) => {
    manifest.config.account.initial_cash = 60_000;
  });
  const { exit, out } = await verify(done.run, copy, "--json");
  expect(exit).toBe(1);
  const document = JSON.parse(out);
  expect(Object.keys(document)).toEqual(
    "run verified changed files engine strategy model config data result figures node compared report".split(
      " ",
    ),
  );
  expect(document).toMatchObject({
    verified: false,
    changed: ["config", "result"],
    config: { edited: ["config"] },
  });
  const told = (await verify(done.run, copy)).out.trim().split("\n").at(-1);
  expect(told).toMatch(
    /^NOT verified: config changed \(the manifest's config was edited: .*\); the result differs$/,
  );
});

test("a run of a script says how a script verifies it", async () => {
  const own = testFolder();
  const run = await testRun(own, synthetic({ rows: 1500, pairs: ["BTC"] }));
  const { exit, out, err } = await verify("latest", own);
  expect(exit).toBe(1);
  expect(answers(out)).toMatchObject({ "same engine": "yes", "same data": "?", "same result": "?" });
  expect(out).toMatch(/\nNOT verified: E_RUN_ORIGIN: .*call verifyRun\([^\n]*\n$/);
  expect(err).toBe(`E_RUN_NOT_VERIFIED: run ${run.run}: not verified: same data: cannot be told\n`);
});

test("in a checkout whose engine was changed the process names the file, and that the result is the same", () => {
  const checkout = testFolder();
  const root = fileURLToPath(new URL("..", import.meta.url));
  for (const name of ["engine", "datasets", "research", "reports", "cli", "package.json", "tsconfig.json"]) {
    cpSync(join(root, name), join(checkout, name), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(checkout, "node_modules"));
  appendFileSync(join(checkout, "engine", "risk", "limits.ts"), "\n// another text, the same decisions\n");
  const command = [join(checkout, "cli", "fathom.mjs"), "verify", done.run, "--home", home];
  const { status, stdout } = spawnSync(process.execPath, command, { encoding: "utf8", cwd: checkout });
  expect(status).toBe(1);
  expect(answers(stdout)).toMatchObject({ "same engine": "NO", "same data": "yes", "same result": "yes" });
  expect(stdout).toMatch(
    /\nNOT verified: engine changed \(changed: risk\/limits\.ts\); the result is the same\n$/,
  );
});

test("an unknown run is an error that says which there are", async () => {
  const { exit, out, err } = await verify("0000", home);
  expect([exit, out]).toEqual([1, ""]);
  expect(err).toContain(`there are ${done.run}`);
});
