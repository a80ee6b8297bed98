import { cpSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testFolder } from "../engine/live/test-folder.ts";
import { main } from "./main.ts";
import { testIo } from "./test-io.ts";
import { BARS, LATER, modelWorld } from "./test-model.ts";

const { world, fathom } = modelWorld();

test("backtest --model begins at the edge of its training, says so, is listed with its model and verified", async () => {
  const { exit, out, err } = await fathom("backtest", ...BARS, "--model", "score-v1");
  expect([exit, err]).toEqual([0, ""]);
  expect(out).toMatch(/\n2022-05-21 to 2022-08-26 \(97 days\)/);
  expect(out).toMatch(/\n- score-v1 judges every entry from 2022-05-21T05:00:00.000Z on: /);
  expect((await fathom("runs")).out).toMatch(/model=score-v1 [0-9a-f]{12}, frozen/);
  const verified = await fathom("verify", "latest");
  expect(verified.out).toMatch(
    /\n {2}same models +yes +score-v1 [0-9a-f]{12}, frozen: 1 model, every number\n/,
  );
  expect(verified.exit).toBe(0);
});

test("--walk-forward takes the artifact's own bars and config, and every fold's model", async () => {
  const { exit, out } = await fathom("backtest", "--model", "score-v1", "--walk-forward", "--json");
  expect(exit).toBe(0);
  const { pairs, interval, from, notes } = JSON.parse(out);
  expect([pairs, interval, from]).toEqual([["BTC", "ETH"], "4h", "2022-02-20T08:00:00.000Z"]);
  expect(notes).toContainEqual(
    expect.stringMatching(
      /^The recipe of score-v1 judges every entry from 2022-02-20.* trained anew at 2 edges/,
    ),
  );
});

test.each([
  [["--walk-forward"], /--walk-forward without --model/],
  [["--model", "score-v1", "--walk-forward", "--pairs", "BTC"], /--walk-forward with --pairs/],
  [["--model", "score-v1", "--walk-forward", "--set", "risk.drawdown=0.1"], /--walk-forward with --set/],
])("backtest %j is a wrong call, and nothing is written", async (args, why) => {
  const before = readdirSync(join(world.made.home, "runs"));
  const { exit, err } = await fathom("backtest", ...args);
  expect(exit).toBe(2);
  expect(err).toMatch(why);
  expect(readdirSync(join(world.made.home, "runs"))).toEqual(before);
});

test("--head-file says where the log that knows the model has its head", async () => {
  const home = testFolder();
  cpSync(world.made.home, home, { recursive: true });
  const head = join(testFolder(), "head.json");
  renameSync(join(home, "audit-head.json"), head);
  const call = async (...args: string[]) => {
    const io = testIo({ now: () => LATER });
    return { exit: await main([...args, "--home", home], io), out: io.out(), err: io.err() };
  };
  const walk = ["backtest", "--model", "score-v1", "--walk-forward"];
  expect((await call(...walk)).err).toMatch(/^E_AUDIT_HEAD: /);
  expect(await call(...walk, "--head-file", head)).toMatchObject({ exit: 0, err: "" });
  expect((await call("verify", "latest")).out).toMatch(/\n {2}same models +\? +E_AUDIT_HEAD: /);
  expect((await call("verify", "latest", "--head-file", head)).exit).toBe(0);
});
