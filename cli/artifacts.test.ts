import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeArtifact } from "../research/artifacts/artifact.ts";
import { headText } from "../research/artifacts/audit-chain.ts";
import { auditPlace, logPath, openAudit } from "../research/artifacts/audit-log.ts";
import { createKey, openSigner } from "../research/artifacts/keys.ts";
import { recordEvidence, transition } from "../research/artifacts/lifecycle.ts";
import { NOW, testEvidence, testParts } from "../research/artifacts/test-artifacts.ts";
import { main } from "./main.ts";
import { testIo } from "./test-io.ts";

/** A home with one artifact in VALIDATION and one CANDIDATE of the same name. */
function world() {
  const home = join(testIo({}).cwd, ".fathom");
  const log = openAudit(auditPlace(home), NOW);
  createKey(home, log, NOW);
  const signer = openSigner(home);
  const one = writeArtifact(log, testParts("score", 1), signer, NOW);
  recordEvidence(log, testEvidence(one, "PASS", "PASS", "FAIL", "PASS"), NOW + 1000);
  transition(log, one.id, "VALIDATION", NOW + 2000);
  writeArtifact(log, testParts("score", 2), signer, NOW + 3000);
  log.close();
  const fathom = async (...args: string[]) => {
    const io = testIo({ now: () => NOW + 60_000 });
    const exit = await main([...args, "--home", home], io);
    return { exit, out: io.out(), err: io.err() };
  };
  return { home, fathom, log: logPath(auditPlace(home)) };
}

test("artifacts list shows stages and times from the log, and whether the files were verified", async () => {
  const { fathom, home } = world();
  const { exit, out, err } = await fathom("artifacts", "list");
  expect([exit, err]).toEqual([0, ""]);
  expect(out).toMatch(/^id +stage +created +validated +approved +retired +gates +judged +files\n/);
  expect(out).toMatch(
    /\nscore-v1 +VALIDATION +2026-01-01T00:00:00.000Z +2026-01-01T00:00:02.000Z +- +- +PASS PASS FAIL PASS +2026-01-01T00:00:01.000Z +verified\n/,
  );
  expect(out).toMatch(/\nscore-v2 +CANDIDATE +2026-01-01T00:00:03.000Z +- .* verified\n$/);
  appendFileSync(join(home, "artifacts", "score-v2", "model.json"), " ");
  const broken = (await fathom("artifacts", "list")).out;
  expect(broken).toMatch(
    /\nscore-v2 +CANDIDATE .* E_ART_HASH\nE_ART_HASH: artifact score-v2: model\.json: found/,
  );
  const json = JSON.parse((await fathom("artifacts", "list", "--json")).out);
  expect(json.artifacts).toMatchObject([
    { id: "score-v1", stage: "VALIDATION", error: null },
    { id: "score-v2", stage: "CANDIDATE", error: { code: "E_ART_HASH", context: { file: "model.json" } } },
  ]);
});

test("artifacts show tells what it was made from, what its gates said and its records", async () => {
  const { fathom } = world();
  const { exit, out } = await fathom("artifacts", "show", "score-v1");
  expect(exit).toBe(0);
  expect(out).toMatch(
    /^artifact +score-v1, version 1 of score\nstage +VALIDATION\ndigest +[0-9a-f]{64}, signed by key /,
  );
  expect(out).toMatch(/\ngate 3 +FAIL \(2026-01-01T00:00:01.000Z\)\n/);
  const json = JSON.parse((await fathom("artifacts", "show", "score-v1", "--json")).out);
  expect(json).toMatchObject({ state: { stage: "VALIDATION" }, supersededBy: null, trials: 3 });
  expect(json.records.map((r: { kind: string }) => r.kind)).toEqual([
    "artifact-created",
    "gate-evidence",
    "promoted",
  ]);
  expect((await fathom("artifacts", "show", "../score-v1")).err).toMatch(/^E_ART_ID: /);
});

test("artifacts retire is for good, with its reason in the log", async () => {
  const { fathom } = world();
  expect((await fathom("artifacts", "retire", "score-v1", "--reason", "too old")).out).toBe(
    "score-v1 is RETIRED\n",
  );
  expect((await fathom("artifacts", "list")).out).toMatch(/\nscore-v1 +RETIRED /);
  expect((await fathom("audit", "log", "--limit", "1")).out).toMatch(
    /retired +score-v1 .*from=VALIDATION reason=too old\n$/,
  );
  expect(await fathom("artifacts", "retire", "score-v1")).toMatchObject({
    exit: 1,
    err: expect.stringMatching(/^E_GATE_STAGE: artifact score-v1: found the way RETIRED to RETIRED/),
  });
});

test("audit verify tells what remembers the head, and the limit of it all", async () => {
  const { fathom } = world();
  const { exit, out } = await fathom("audit", "verify");
  expect(exit).toBe(0);
  expect(out).toMatch(/^Audit log .*log\.jsonl: 6 records, [\d,]+ bytes, head [0-9a-f]{32}\n/);
  expect(out).toMatch(
    /\n {2}remembered {2}record 6 .*audit-head\.json\n {2}remembered {2}record 2 .*score-v1/,
  );
  expect(out).toContain("\nIntact: every line follows the one before");
  expect(out).toMatch(
    /\nLimit: Who can write the log, the head file and every artifact at once can make a history that fits/,
  );
  const json = JSON.parse((await fathom("audit", "verify", "--json")).out);
  expect(Object.keys(json)).toEqual([
    "log",
    "intact",
    "records",
    "head",
    "trials",
    "faults",
    "unlawful",
    "torn",
    "witnesses",
    "limit",
  ]);
  expect(json).toMatchObject({ intact: true, records: 6, faults: [], unlawful: [], torn: 0 });
});

test("on a broken log reading goes on under a banner, and whatever would write refuses", async () => {
  const { fathom, log } = world();
  const text = readFileSync(log, "utf8");
  writeFileSync(log, text.replace('"3":"FAIL"', '"3":"PASS"'));
  const listed = await fathom("artifacts", "list");
  expect(listed.exit).toBe(0);
  expect(listed.err).toMatch(
    /^E_AUDIT_CHAIN: audit: .* is broken at seq 4: .*\nNOT TO BE TRUSTED: what follows is what the first 3 records say\.\n$/,
  );
  expect(listed.out).toMatch(/\nscore-v1 +CANDIDATE /);
  expect((await fathom("audit", "log")).out.trim().split("\n")).toHaveLength(4);
  expect(await fathom("artifacts", "retire", "score-v1")).toMatchObject({
    exit: 1,
    err: expect.stringMatching(/^E_AUDIT_CHAIN/),
  });
  expect(await fathom("audit", "verify")).toMatchObject({
    exit: 1,
    err: expect.stringMatching(/^E_AUDIT_CHAIN/),
  });
  writeFileSync(log, `${text.split("\n").slice(0, 4).join("\n")}\n`);
  expect((await fathom("audit", "verify")).err).toMatch(
    /^E_AUDIT_HEAD: audit: found a log that ends behind record 4/,
  );
  writeFileSync(log, `${text}{"seq":`);
  expect((await fathom("audit", "verify")).err).toMatch(
    /^E_AUDIT_HEAD: audit: found a log that goes on behind record 6/,
  );
});

test("audit verify tells of an incomplete last line that a kill left, and that it is no fault", async () => {
  const { fathom, home, log } = world();
  const { headFile } = auditPlace(home);
  const before = { bytes: readFileSync(log), head: JSON.parse(readFileSync(headFile, "utf8")).last };
  await fathom("artifacts", "retire", "score-v1");
  const { last } = JSON.parse(readFileSync(headFile, "utf8"));
  writeFileSync(log, `${before.bytes}{"seq":`);
  writeFileSync(headFile, headText({ last: before.head, next: last }));
  expect(await fathom("audit", "verify")).toMatchObject({
    exit: 0,
    out: expect.stringMatching(/\nE_AUDIT_TORN: the last line is incomplete \(7 bytes\)/),
  });
});

test("audit verify tells of a record that no command writes", async () => {
  const { fathom, home } = world();
  const log = openAudit(auditPlace(home), NOW);
  log.append("promoted", { artifact: "score-v1", to: "APPROVED", evidence: 4 }, NOW);
  log.close();
  const { exit, out, err } = await fathom("audit", "verify");
  expect(exit).toBe(1);
  expect(out).toMatch(
    /\nE_AUDIT_UNLAWFUL: record 7 changes nothing: artifact score-v1: found FAIL of gate 3/,
  );
  expect(err).toMatch(/^E_AUDIT_UNLAWFUL: audit: found 1 record that no command writes, first record 7/);
});

test("audit as-of tells the stages of a time", async () => {
  const { fathom } = world();
  const stages = async (time: string) =>
    JSON.parse((await fathom("audit", "as-of", time, "--json")).out).artifacts.map(
      (a: { id: string; stage: string }) => `${a.id} ${a.stage}`,
    );
  expect(await stages("2025-12-31")).toEqual([]);
  expect(await stages("2026-01-01T00:00:01Z")).toEqual(["score-v1 CANDIDATE"]);
  expect(await stages("2026-01-01T01:00:03+01:00")).toEqual(["score-v1 VALIDATION", "score-v2 CANDIDATE"]);
  expect((await fathom("audit", "as-of", "2026-01-01")).out).toMatch(/\nscore-v1 +CANDIDATE /);
  expect(await fathom("audit", "as-of", "yesterday")).toMatchObject({
    exit: 2,
    err: expect.stringMatching(/^E_USAGE_TIME: audit as-of: found "yesterday"/),
  });
});

test("audit log prints records whole with --json, and refuses a limit of nothing", async () => {
  const { fathom } = world();
  const { records } = JSON.parse((await fathom("audit", "log", "--json", "--limit", "2")).out);
  expect(records).toMatchObject([
    { seq: 5, kind: "promoted", artifact: "score-v1", to: "VALIDATION", evidence: 4 },
    { seq: 6, kind: "artifact-created", artifact: "score-v2" },
  ]);
  expect((await fathom("audit", "log", "--limit", "0")).exit).toBe(2);
});
