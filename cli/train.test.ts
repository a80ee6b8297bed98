import { join } from "node:path";
import { expect, test } from "vitest";
import { auditPlace, readAudit } from "../research/artifacts/audit-log.ts";
import { main } from "./main.ts";
import { testIo } from "./test-io.ts";

const NIGHT = Date.UTC(2026, 0, 1, 3, 30);
const NOON = Date.UTC(2026, 0, 1, 12);

/** Two made pairs in bars of 4 h, which hold one fold. */
const SMALL = ["--planted", "--pairs", "BTC,ETH", "--interval", "4h", "--to", "2022-05-28"];

const TWO = ["--model", "logistic", "--pairs", "BTC,ETH", "--interval", "4h"];

async function fathom(io: ReturnType<typeof testIo>, ...args: string[]) {
  const before = [io.out().length, io.err().length];
  const exit = await main(args, io);
  return { exit, out: io.out().slice(before[0]), err: io.err().slice(before[1]) };
}

async function withKey(now: number, env = {}) {
  const io = testIo({ now: () => now, env });
  expect((await fathom(io, "keys", "create")).exit).toBe(0);
  return io;
}

test("train shows the folds and what became of them, and the artifact is listed", async () => {
  const io = await withKey(NIGHT);
  const { exit, out, err } = await fathom(io, "train", "--model", "logistic", ...SMALL, "--name", "two");
  expect([exit, err]).toEqual([0, ""]);
  expect(out).toMatch(/^\{"model":"logistic","lambda":1000\} on BTC ETH: [\d,]+ samples of [\d,]+ bars/);
  expect(out).toMatch(/\n2022-02-20 +[\d,]+ +0\.\d{3} +[\d,]+ +\d+\.\d% /);
  expect(out).toMatch(/\nall folds +- +- +[\d,]+ /);
  expect(out).toMatch(
    /\nTrial [0-9a-f]{16}, new; 1 in the ledger\.\nArtifact two-v1, CANDIDATE: it acts from 2022-02-20 on\. Next: fathom gates two-v1\n$/,
  );
  expect((await fathom(io, "artifacts", "list")).out).toMatch(/\ntwo-v1 +CANDIDATE .* verified\n/);
  const shown = (await fathom(io, "artifacts", "show", "two-v1")).out;
  expect(shown).toMatch(
    /\nrecipe +logistic, lambda 1000\nbars +synthetic, planted, 4h\npairs +BTC ETH\nsamples +[\d,]+, 20/,
  );
  expect(shown).toMatch(/\nacts from +2022-02-20, at a score of 0\.\d{3} and more\n/);
});

test("train --json prints one document with figures as numbers, of labels as the settings have them", async () => {
  const io = await withKey(NIGHT);
  const { exit, out } = await fathom(
    io,
    "train",
    "--model",
    "logistic",
    "--lambda",
    "7",
    ...SMALL,
    "--set",
    "labels.horizon=48",
    "--json",
  );
  expect(exit).toBe(0);
  const found = JSON.parse(out);
  expect(found).toMatchObject({
    artifact: { id: "logistic-v1", stage: "CANDIDATE" },
    recipe: { model: "logistic", lambda: 7 },
    labels: { horizon: 48, window: 240 },
    forced: false,
    isNewTrial: true,
    trials: 1,
    pairs: ["BTC", "ETH"],
  });
  expect(found.folds).toHaveLength(1);
  for (const name of ["precision", "recall", "f1", "baseRate"])
    expect(found.pooled[name]).toHaveProperty("value");
  expect(found.thresholds[0]).toBe(found.folds[0].threshold);
});

test("at noon it is refused with the time, before a bar is read, and --force is logged", async () => {
  const io = await withKey(NOON);
  const call = ["train", "--model", "logistic", ...SMALL];
  const refused = await fathom(io, ...call);
  expect(refused.exit).toBe(1);
  expect(refused.err).toMatch(
    /^E_TRAIN_WINDOW: train: it is 2026-01-01 12:00 UTC.*begin at 2026-01-02 03:00 UTC/,
  );
  const { exit, out } = await fathom(io, ...call, "--force");
  expect([exit, out]).toEqual([0, expect.stringContaining("Forced outside of the downtime")]);
  const { records } = readAudit(auditPlace(join(io.cwd, ".fathom")));
  expect(records.map(({ kind }) => kind)).toContain("forced");
});

test.each([
  [["--model", "forest"], 1, /^E_TRAIN_RECIPE/],
  [["--model", "logistic", "--lambda", "much"], 2, /^E_USAGE_NUMBER: train: found --lambda much/],
  [["--model", "logistic", "--max-depth", "3"], 1, /^E_TRAIN_RECIPE.*"maxDepth"/],
  [["--model", "logistic", "--planted", "--data", "kraken"], 2, /^E_USAGE_PLANTED/],
  [
    [...TWO, "--to", "2021-06-30"],
    1,
    /^E_SPLIT_SHORT: .* up to 2022-\d\d-\d\d.*365 d to train on and 90 d to test.*bring in more bars\n$/,
  ],
  [[...TWO, "--to", "2021-01-20"], 1, /^E_SPLIT_SHORT: gate folds: found no row .*bring in more bars\n$/],
  [[], 2, /^E_USAGE: required option '--model <kind>'/],
])("train %j is refused", async (args, code, said) => {
  const io = await withKey(NIGHT);
  const { exit, err } = await fathom(io, "train", ...args);
  expect(err).toMatch(said);
  expect(exit).toBe(code);
});

test("it writes to the log whose head audit.head_file names", async () => {
  const io = await withKey(NIGHT, { FATHOM_AUDIT__HEAD_FILE: "usb/head.json" });
  const { err } = await fathom(io, "train", ...TWO, "--to", "2021-01-20");
  expect(err).toMatch(/^E_SPLIT_SHORT/);
  const { records, faults } = readAudit(
    auditPlace(join(io.cwd, ".fathom"), join(io.cwd, "usb", "head.json")),
  );
  expect(faults).toEqual([]);
  expect(records.at(-1)).toMatchObject({ kind: "training-ended", payload: { error: "E_SPLIT_SHORT" } });
});

test("without a key it says what makes one", async () => {
  const { exit, err } = await fathom(testIo({ now: () => NIGHT }), "train", "--model", "logistic", ...SMALL);
  expect([exit, err]).toEqual([1, expect.stringMatching(/^E_KEY_MISSING.*fathom keys create/)]);
});
