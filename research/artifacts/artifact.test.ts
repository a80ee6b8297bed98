import * as fs from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { failingAt } from "../../engine/live/test-failing.ts";
import { testFolder } from "../../engine/live/test-folder.ts";
import { against, readArtifact, verifyArtifact, writeArtifact } from "./artifact.ts";
import { artifactIds } from "./artifact-folder.ts";
import { type AuditLog, openAudit, readAudit } from "./audit-log.ts";
import { openSigner } from "./keys.ts";
import { recordEvidence, stagesOf, transition } from "./lifecycle.ts";
import { manifestText } from "./manifest.ts";
import { signManifest } from "./seal-artifact.ts";
import { NOW, testEvidence, testHome, testKey, testParts } from "./test-artifacts.ts";

const code = (c: string) => expect.objectContaining({ code: c });

test("an artifact that was written is read back byte for byte, as a CANDIDATE", () => {
  const { home, place, write } = testHome();
  const { id, digest } = write("score", 3);
  expect(id).toBe("score-v1");
  const { records } = readAudit(place);
  const { model, features, training, manifest, state } = readArtifact(home, id, records);
  expect(model).toBe(testParts("score", 3).model);
  expect(features).toEqual(testParts("score", 3).features);
  expect(training).toEqual(testParts("score", 3).training);
  expect(state).toMatchObject({ stage: "CANDIDATE", digest });
  expect(manifest.auditHead).toEqual({ seq: 2, hash: records[1].hash });
  expect(fs.readdirSync(join(home, "artifacts", id)).sort()).toEqual([
    "features.json",
    "manifest.json",
    "model.json",
    "training.json",
  ]);
});

test("a name's versions are numbered, and an older one is not used once a newer stands where it does", () => {
  const { home, place, using, write } = testHome();
  const [one, two] = [write("score", 1), write("score", 2)];
  expect([one.id, two.id]).toEqual(["score-v1", "score-v2"]);
  const read = (id: string) => readArtifact(home, id, readAudit(place).records);
  expect(() => read("score-v1")).toThrow(code("E_ART_ROLLBACK"));
  expect(read("score-v2").state.version).toBe(2);
  const { records } = readAudit(place);
  expect(verifyArtifact(home, "score-v1", against(home, records)).state.id).toBe("score-v1");
  using((log) => transition(log, "score-v2", "RETIRED", NOW));
  expect(read("score-v1").state.version).toBe(1);
});

test("an approved version stays in use while a newer one is a candidate", () => {
  const { home, place, using, write } = testHome();
  const one = write("score", 1);
  using((log) => {
    recordEvidence(log, testEvidence(one), NOW);
    transition(log, one.id, "VALIDATION", NOW);
    transition(log, one.id, "APPROVED", NOW);
  });
  write("score", 2);
  expect(readArtifact(home, one.id, readAudit(place).records).state.stage).toBe("APPROVED");
});

test("a folder under another id is refused, and so is one that no record tells of", () => {
  const { home, place, write } = testHome();
  const { id } = write();
  const folder = (name: string) => join(home, "artifacts", name);
  fs.cpSync(folder(id), folder("other"), { recursive: true });
  const { records } = readAudit(place);
  expect(() => readArtifact(home, "other", records)).toThrow(code("E_ART_ID"));
  expect(() => readArtifact(home, id, records.slice(0, 2))).toThrow(code("E_ART_UNLOGGED"));
  expect(() => readArtifact(home, "absent", records)).toThrow(code("E_ART_UNKNOWN"));
});

test("links are refused wherever they stand, and so are folders and files that do not belong there", () => {
  const { home, place, write } = testHome();
  const { id } = write();
  const { records } = readAudit(place);
  const folder = join(home, "artifacts", id);
  const read = () => readArtifact(home, id, records);
  fs.mkdirSync(join(folder, "more"));
  expect(read).toThrow(code("E_ART_EXTRA_FILE"));
  fs.rmdirSync(join(folder, "more"));
  fs.writeFileSync(join(folder, "model.json.part"), "");
  expect(read).toThrow(code("E_ART_EXTRA_FILE"));
  fs.rmSync(join(folder, "model.json.part"));
  fs.renameSync(join(folder, "model.json"), join(home, "model.json"));
  expect(read).toThrow(code("E_ART_MISSING_FILE"));
  fs.symlinkSync(join(home, "model.json"), join(folder, "model.json"));
  expect(read).toThrow(code("E_PATH_SYMLINK"));
  fs.rmSync(join(folder, "model.json"));
  fs.mkdirSync(join(folder, "model.json"));
  expect(read).toThrow(code("E_PATH_FILE"));
  fs.renameSync(folder, join(home, "moved"));
  fs.symlinkSync(join(home, "moved"), folder);
  expect(read).toThrow(code("E_PATH_SYMLINK"));
});

test("a linked folder of artifacts is neither read nor written to", () => {
  const { home, place, using, write } = testHome();
  const { id } = write();
  const elsewhere = testFolder();
  fs.cpSync(join(home, "artifacts"), elsewhere, { recursive: true });
  fs.rmSync(join(home, "artifacts"), { recursive: true });
  fs.symlinkSync(elsewhere, join(home, "artifacts"));
  const { records } = readAudit(place);
  expect(() => readArtifact(home, id, records)).toThrow(code("E_PATH_SYMLINK"));
  expect(() => using((log) => writeArtifact(log, testParts(), openSigner(home), NOW))).toThrow(
    code("E_PATH_SYMLINK"),
  );
  expect(fs.readdirSync(elsewhere)).toEqual([id]);
  expect(readAudit(place).records).toHaveLength(records.length);
});

test("an approved artifact whose folder is an older version's, or the same version of another home, is refused", () => {
  const [{ home, place, using, write }, other] = [testHome(), testHome()];
  const [one, two] = [write("score", 1), write("score", 2)];
  other.write("score", 1);
  other.write("score", 2);
  using((log) => {
    recordEvidence(log, testEvidence(two), NOW);
    transition(log, two.id, "VALIDATION", NOW);
    transition(log, two.id, "APPROVED", NOW);
  });
  const folder = (of: string, id: string) => join(of, "artifacts", id);
  const put = (from: string) => {
    fs.rmSync(folder(home, two.id), { recursive: true });
    fs.cpSync(from, folder(home, two.id), { recursive: true });
  };
  const read = () => readArtifact(home, two.id, readAudit(place).records);
  fs.cpSync(folder(home, two.id), folder(other.home, "kept"), { recursive: true });
  put(folder(home, one.id));
  expect(read).toThrow(code("E_ART_ID"));
  put(folder(other.home, two.id));
  expect(read).toThrow(code("E_ART_SIGNATURE"));
  expect(readAudit(place).faults).toMatchObject([{ code: "E_AUDIT_HEAD" }]); // it remembers another log
  put(folder(other.home, "kept"));
  expect(read().state.stage).toBe("APPROVED");
});

test("a key that was written into the list past the log signs nothing", () => {
  const { home, place, write } = testHome();
  const { id } = write();
  const foreign = testKey();
  const path = join(home, "keys", "trusted.json");
  const { keys } = JSON.parse(fs.readFileSync(path, "utf8"));
  fs.writeFileSync(path, JSON.stringify({ keys: [...keys, foreign.trusted] }));
  const { records } = readAudit(place);
  const known = against(home, records);
  expect([...known.keys.keys()]).toEqual([keys[0].id]);
  const manifest = join(home, "artifacts", id, "manifest.json");
  const { digest: _, signature: __, ...unsigned } = JSON.parse(fs.readFileSync(manifest, "utf8"));
  fs.writeFileSync(manifest, manifestText(signManifest(unsigned, foreign.signer)));
  expect(() => readArtifact(home, id, records)).toThrow(code("E_ART_SIGNATURE"));
});

test("an artifact of another system in the folder is refused, and does not make the log look broken", () => {
  const { home, place, write } = testHome();
  const { id } = write();
  const folder = join(home, "artifacts", id);
  const alien = join(home, "artifacts", "swing-v1");
  fs.cpSync(folder, alien, { recursive: true });
  const text = fs.readFileSync(join(folder, "manifest.json"), "utf8");
  const changed = text
    .replace('"crypto/kraken"', '"stocks/swing"')
    .replace(/"hash":"[0-9a-f]{32}"/, `"hash":"${"f".repeat(32)}"`);
  fs.writeFileSync(join(alien, "manifest.json"), changed);
  const { records, faults } = readAudit(place);
  expect(faults).toEqual([]);
  expect(() => readArtifact(home, "swing-v1", records)).toThrow(code("E_ART_NAMESPACE"));
  expect(readArtifact(home, id, records).state.id).toBe(id);
});

test("a file beyond its size is refused before it is read", () => {
  const { home, place, write } = testHome();
  const { id } = write();
  fs.truncateSync(join(home, "artifacts", id, "model.json"), 2 ** 32); // sparse: it takes no room
  expect(() => readArtifact(home, id, readAudit(place).records)).toThrow(code("E_ART_SIZE"));
});

// Payloads of the kind that path traversal faults of model registries were shown with.
test.each([
  "",
  ".",
  "..",
  "../score-v1",
  "..%2fscore-v1",
  "%2e%2e/x",
  "..\\score-v1",
  "/etc/passwd",
  "//etc",
  "file:///etc/passwd",
  "C:\\x",
  "c:x",
  "score-v1/",
  "score-v1/../score-v1",
  "score-v1\0",
  "score-v1\n",
  " score-v1",
  "Score-v1",
  "-score",
  ".score",
  "_score",
  "sco\u2044re",
  "ｓcore",
  "score#",
  "score?x=1",
  "score;x",
  "$(x)",
  "~",
  "x".repeat(65),
  "__proto__",
])("the id %j is refused before any file is looked at", (id) => {
  const { home, place } = testHome();
  const { records } = readAudit(place);
  expect(() => readArtifact(home, id, records)).toThrow(code("E_ART_ID"));
});

test("what would not be read back is not written", () => {
  const { home, place, using } = testHome();
  const refused = (change: object) => () =>
    using((log) => writeArtifact(log, { ...testParts(), ...change }, openSigner(home), NOW));
  expect(refused({ model: "{" })).toThrow(code("E_ART_JSON"));
  expect(refused({ name: "../x" })).toThrow(code("E_ART_ID"));
  expect(refused({ name: "x".repeat(64) })).toThrow(code("E_ART_ID"));
  expect(refused({ namespace: "stocks/swing" })).toThrow(code("E_ART_NAMESPACE"));
  expect(refused({ training: {} })).toThrow(code("E_ART_TRAINING"));
  expect(refused({ inputs: { data: "x", config: "y", code: "z" } })).toThrow(code("E_ART_MANIFEST"));
  expect(artifactIds(home)).toEqual([]);
  expect(readAudit(place).records).toHaveLength(2);
});

test("a folder that a kill left without its record keeps its place, and what was half written goes", () => {
  const { home, place, write } = testHome();
  const orphan = join(home, "artifacts", "score-v1");
  fs.mkdirSync(orphan, { recursive: true });
  fs.mkdirSync(join(home, "artifacts", "score-v1.99-0.part"));
  expect(write().id).toBe("score-v2");
  expect(fs.readdirSync(join(home, "artifacts"))).toEqual(["score-v1", "score-v2"]);
  expect([...stagesOf(readAudit(place).records).artifacts.keys()]).toEqual(["score-v2"]);
});

test("an artifact remembers the head of the log: with log and head file gone, it tells", () => {
  const { home, place, write } = testHome();
  const { id } = write();
  fs.rmSync(join(home, "audit"), { recursive: true });
  fs.rmSync(place.headFile);
  const { faults } = readAudit(place);
  expect(faults).toMatchObject([
    { code: "E_AUDIT_HEAD", context: { place: join(home, "artifacts", id, "manifest.json") } },
  ]);
  expect(() => openAudit(place, NOW)).toThrow(code("E_AUDIT_HEAD"));
});

test.each(["ENOSPC", "EIO"])("%s at any operation leaves no artifact, or the whole one", (errno) => {
  const act = ({ home, place }: ReturnType<typeof testHome>, ops: ReturnType<typeof failingAt>) => {
    let log: AuditLog | undefined;
    try {
      log = openAudit(place, NOW, ops);
      return writeArtifact(log, testParts(), openSigner(home), NOW, ops);
    } finally {
      log?.close();
    }
  };
  const count = failingAt(0, "");
  act(testHome(), count);
  expect(count.calls()).toBeGreaterThan(40);
  let whole = 0;
  for (let n = 1; n <= count.calls(); n++) {
    const home = testHome();
    expect(() => act(home, failingAt(n, errno))).toThrow(
      code(errno === "EIO" ? "E_IO_FAILED" : "E_IO_NO_SPACE"),
    );
    const { faults, records } = readAudit(home.place);
    expect(faults).toEqual([]);
    for (const id of stagesOf(records).artifacts.keys()) {
      readArtifact(home.home, id, records);
      whole++;
    }
    const again = act(home, failingAt(0, ""));
    readArtifact(home.home, again.id, readAudit(home.place).records);
    expect(fs.readdirSync(join(home.home, "artifacts")).filter((name) => name.endsWith(".part"))).toEqual([]);
  }
  expect(whole).toBeGreaterThan(0);
  expect(whole).toBeLessThan(count.calls() / 2);
});
