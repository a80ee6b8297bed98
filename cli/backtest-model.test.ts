import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { recordEvidence, transition } from "../research/artifacts/lifecycle.ts";
import { testEvidence } from "../research/artifacts/test-artifacts.ts";
import { trainedHome } from "../research/training/test-trained.ts";
import { main } from "./main.ts";
import { testIo } from "./test-io.ts";

const LATER = Date.UTC(2026, 0, 2);
const BARS = ["--planted", "--pairs", "BTC,ETH", "--interval", "4h", "--to", "2022-08-26T08:00:00Z"];

let made: Awaited<ReturnType<typeof trainedHome>>;
beforeAll(async () => {
  made = await trainedHome();
  return made.remove;
});

async function fathom(...args: string[]) {
  const io = testIo({ now: () => LATER });
  const exit = await main([...args, "--home", made.home], io);
  return { exit, out: io.out(), err: io.err() };
}

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
  const before = readdirSync(join(made.home, "runs"));
  const { exit, err } = await fathom("backtest", ...args);
  expect(exit).toBe(2);
  expect(err).toMatch(why);
  expect(readdirSync(join(made.home, "runs"))).toEqual(before);
});

test("paper refuses a model that is no more than a CANDIDATE, before a row is taken", async () => {
  const { exit, err } = await fathom("paper", ...BARS, "--model", "score-v1");
  expect(exit).toBe(1);
  expect(err).toMatch(/^E_MODEL_STAGE: artifact score-v1: it is CANDIDATE, expected APPROVED/);
  expect(existsSync(join(made.home, "live", "paper", "journal.jsonl"))).toBe(false);
});

test("paper goes on with an APPROVED model until it is retired", async () => {
  const { state, using } = made;
  using((log) => {
    recordEvidence(log, testEvidence(state), LATER);
    transition(log, state.id, "VALIDATION", LATER);
    transition(log, state.id, "APPROVED", LATER);
  }, LATER);
  const call = ["paper", ...BARS, "--model", "score-v1"];
  const { exit, out, err } = await fathom(...call);
  expect(exit).toBe(0);
  expect(out).toMatch(/^Paper run paper of BTC ETH, bars from synthetic, judged by score-v1\n3,6\d\d rows/);
  expect(err).toMatch(/^score-v1 judges every entry from 2022-05-21T05:00:00.000Z on/);

  using((log) => transition(log, state.id, "RETIRED", LATER), LATER);
  expect((await fathom(...call)).err).toMatch(/^E_MODEL_STAGE: artifact score-v1: it is RETIRED/);
});
