import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeArtifact } from "../research/artifacts/artifact.ts";
import type { AuditLog } from "../research/artifacts/audit-log.ts";
import { openSigner } from "../research/artifacts/keys.ts";
import { type ArtifactState, recordEvidence, transition } from "../research/artifacts/lifecycle.ts";
import { testEvidence } from "../research/artifacts/test-artifacts.ts";
import { openModel } from "../research/training/open-model.ts";
import { BARS, LATER, modelWorld } from "./test-model.ts";

const { world, fathom } = modelWorld();

function approve(log: AuditLog, state: ArtifactState): void {
  recordEvidence(log, testEvidence(state), LATER);
  transition(log, state.id, "VALIDATION", LATER);
  transition(log, state.id, "APPROVED", LATER);
}

test("paper refuses a model that is no more than a CANDIDATE, before a row is taken", async () => {
  const { exit, err } = await fathom("paper", ...BARS, "--model", "score-v1");
  expect(exit).toBe(1);
  expect(err).toMatch(/^E_MODEL_STAGE: artifact score-v1: it is CANDIDATE, expected APPROVED/);
  expect(existsSync(join(world.made.home, "live", "paper", "journal.jsonl"))).toBe(false);
});

test("paper goes on with an APPROVED model until it is retired, which loses no portfolio of a run that was killed", async () => {
  const { state, using } = world.made;
  using((log) => approve(log, state), LATER);
  const checkpoint = join(world.made.home, "live", "paper", "checkpoint.bin");
  const call = ["paper", ...BARS, "--from", "2022-08-01"];
  expect((await fathom(...call, "--to", "2022-08-10", "--model", "score-v1")).exit).toBe(0);
  const before = readFileSync(checkpoint);
  const { exit, out, err } = await fathom(...call, "--model", "score-v1");
  expect(exit).toBe(0);
  expect(out).toMatch(/^Paper run paper of BTC ETH, bars from synthetic, judged by score-v1\n1,0\d\d rows/);
  expect(err).toMatch(/^score-v1 judges every entry from 2022-05-21T05:00:00.000Z on/);

  writeFileSync(checkpoint, before); // as a kill leaves it: older than the journal
  using((log) => transition(log, state.id, "RETIRED", LATER), LATER);
  expect((await fathom(...call, "--carry-over")).err).toMatch(/^E_CARRY_OVER_CHECKPOINT: /);
  expect((await fathom(...call, "--model", "score-v1", "--name", "other")).err).toMatch(/take another\n$/);
  const closed = await fathom(...call, "--model", "score-v1", "--carry-over");
  expect(closed).toMatchObject({ exit: 1, out: "" });
  expect(closed.err).toMatch(
    /^E_MODEL_STAGE: artifact score-v1: it is RETIRED, .*\. The run was saved behind its last row: go on with --carry-over/,
  );
  const carried = await fathom(...call, "--carry-over");
  expect(carried).toMatchObject({ exit: 0, out: expect.stringMatching(/\n1,0\d\d rows \(0 new, /) });
  const portfolio = (text: string) => /orders [1-9].*\nequity .*/.exec(text)?.[0];
  expect(portfolio(carried.out)).toBe(portfolio(out));
  expect(portfolio(out)).toBeDefined();
});

test("paper says of a model that other code trained and judged that its scores may not be what the gates saw", async () => {
  const { home, place, state, using } = world.made;
  const { artifact } = openModel(place, state.id);
  const { model, features, training, manifest } = artifact;
  const inputs = { ...manifest.inputs, code: "0".repeat(64) };
  using((log) => {
    const old = writeArtifact(
      log,
      { name: "old", model, features, training, inputs },
      openSigner(home),
      LATER,
    );
    approve(log, old);
  }, LATER);
  const call = ["paper", ...BARS, "--from", "2022-08-20", "--model", "old-v1", "--name", "old"];
  const { exit, err } = await fathom(...call);
  expect(exit).toBe(0);
  expect(err).toMatch(
    /\nold-v1 was trained and judged by another version of the engine or of the training: /,
  );
});
