import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { failingAt } from "../../engine/live/test-failing.ts";
import { testFolder } from "../../engine/live/test-folder.ts";
import { EMPTY, headText, sealRecord } from "./audit-chain.ts";
import { auditPlace, logPath, openAudit, readAudit, requireIntact } from "./audit-log.ts";
import { NOW } from "./test-artifacts.ts";

const code = (c: string) => expect.objectContaining({ code: c });

function log(n: number, place = auditPlace(testFolder())) {
  const open = openAudit(place, NOW);
  for (let k = 0; k < n; k++) open.append("training-decided", { k }, NOW + k);
  open.close();
  return { place, path: logPath(place) };
}

const kinds = (place: ReturnType<typeof auditPlace>) => readAudit(place).records.map(({ kind }) => kind);

test("records are on disk when append returns, and the next opening continues behind them", () => {
  const { place, path } = log(2);
  expect(readAudit(place).faults).toEqual([]);
  log(1, place);
  const { records, head, faults } = readAudit(place);
  expect(faults).toEqual([]);
  expect(records.map(({ seq, kind, time }) => [seq, kind, Date.parse(time) - NOW])).toEqual([
    [1, "log-created", 0],
    [2, "training-decided", 0],
    [3, "training-decided", 1],
    [4, "training-decided", 0],
  ]);
  expect(head.size).toBe(readFileSync(path).length);
  const last = JSON.parse(readFileSync(path, "utf8").trim().split("\n").at(-1)!);
  expect(last).toMatchObject({
    seq: 4,
    kind: "training-decided",
    k: 0,
    hash: head.hash,
    previous: records[2].hash,
  });
});

test("where nothing was written, the log is empty and intact, and reading makes no file", () => {
  const place = auditPlace(join(testFolder(), "home"));
  expect(readAudit(place)).toMatchObject({ records: [], faults: [], torn: 0 });
  expect(() => readFileSync(place.headFile)).toThrow("ENOENT");
});

test("one writer at a time: the second is told who holds it, readers are not kept out", () => {
  const { place } = log(1);
  const open = openAudit(place, NOW);
  expect(() => openAudit(place, NOW)).toThrow(code("E_AUDIT_LOCKED"));
  expect(() => openAudit(place, NOW)).toThrow(
    /^audit: the log's lock is held by process \d+ on .* since 2026-01-01/,
  );
  open.append("forced", {}, NOW);
  expect(kinds(place).at(-1)).toBe("forced");
  open.close();
  open.close();
  expect(() => open.append("forced", {}, NOW)).toThrow(code("E_AUDIT_VOID"));
  log(1, place);
});

/** As a kill in the midst of the last record leaves it: the head file tells where it would have ended. */
function killed(place: ReturnType<typeof auditPlace>, bytes: number) {
  const { records, head } = readAudit(place);
  const lines = readFileSync(logPath(place), "utf8").split(/(?<=\n)/);
  const last = lines.pop()!;
  const { seq, hash } = records[records.length - 2];
  const before = { seq, hash, size: head.size - last.length };
  writeFileSync(logPath(place), `${lines.join("")}${last.slice(0, bytes)}`);
  writeFileSync(place.headFile, headText({ last: before, next: head }));
  return before;
}

test("an incomplete last line is told to readers and cut off by the next writer", () => {
  const { place, path } = log(3);
  const { size } = killed(place, 12);
  const before = readFileSync(path).subarray(0, size);
  expect(readAudit(place)).toMatchObject({ faults: [], torn: 12 });
  const open = openAudit(place, NOW);
  expect(open.torn).toBe(12);
  open.close();
  expect(readFileSync(path)).toEqual(before);
  expect(readAudit(place)).toMatchObject({ faults: [], torn: 0 });
});

test("what stands behind the end while nobody was writing is no torn line, however it looks", () => {
  const { place, path } = log(2);
  const whole = readFileSync(path);
  for (const more of ['{"seq":4,"ti', "\0".repeat(5000), whole.toString()]) {
    writeFileSync(path, `${whole}${more}`);
    expect(readAudit(place).faults).toMatchObject([{ code: "E_AUDIT_HEAD" }]);
    expect(() => openAudit(place, NOW)).toThrow(/a log that goes on behind record 3/);
  }
  truncateSync(path, 2 ** 32); // sparse: it takes no room
  expect(readAudit(place).faults).toMatchObject([{ code: "E_AUDIT_HEAD" }]);
  rmSync(place.headFile);
  writeFileSync(path, '{"seq":1');
  expect(readAudit(place).faults).toMatchObject([{ code: "E_AUDIT_HEAD" }]);
});

test("a head file beyond its size, a folder and a pipe in its place are refused and not waited for", () => {
  const { place } = log(1);
  truncateSync(place.headFile, 2 ** 32);
  expect(readAudit(place).faults).toMatchObject([{ code: "E_AUDIT_HEAD" }]);
  rmSync(place.headFile);
  mkdirSync(place.headFile);
  expect(() => readAudit(place)).toThrow(code("E_PATH_FILE"));
  if (process.platform === "win32") return;
  rmdirSync(place.headFile);
  execFileSync("sh", ["-c", 'mkfifo "$0"', place.headFile]);
  expect(() => readAudit(place)).toThrow(code("E_PATH_FILE"));
});

test.each([
  ["another namespace", { format: 1, namespace: "stocks/swing" }],
  ["a later format", { format: 2, namespace: "crypto/kraken" }],
  ["none", {}],
])("a log of %s is shown and not written to", (_, payload) => {
  const place = auditPlace(testFolder());
  const { line, head } = sealRecord(EMPTY, new Date(NOW).toISOString(), "log-created", payload);
  mkdirSync(join(place.home, "audit"));
  writeFileSync(logPath(place), line);
  writeFileSync(place.headFile, headText({ last: head }));
  expect(readAudit(place)).toMatchObject({
    records: [{ seq: 1 }],
    faults: [{ code: "E_AUDIT_NAMESPACE" }],
  });
  expect(() => openAudit(place, NOW)).toThrow(code("E_AUDIT_NAMESPACE"));
});

test("a whole home that was put back to an older state is told by a head file that lies elsewhere", () => {
  const [home, elsewhere] = [testFolder(), testFolder()];
  const place = auditPlace(home, join(elsewhere, "head.json"));
  log(1, place);
  cpSync(home, join(elsewhere, "backup"), { recursive: true });
  log(1, place);
  rmSync(home, { recursive: true });
  cpSync(join(elsewhere, "backup"), home, { recursive: true });
  expect(() => openAudit(place, NOW)).toThrow(code("E_AUDIT_HEAD"));
});

test("a last line that was acknowledged and is cut is no such line", () => {
  const { place, path } = log(2);
  truncateSync(path, readFileSync(path).length - 1);
  expect(readAudit(place).faults).toMatchObject([{ code: "E_AUDIT_HEAD" }]);
  expect(() => openAudit(place, NOW)).toThrow(code("E_AUDIT_HEAD"));
});

test("a broken log can be read and not be written, and the refusal leaves no lock", () => {
  const { place, path } = log(3);
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.replace('"k":1', '"k":7'));
  const view = readAudit(place);
  expect(view.records).toHaveLength(2);
  expect(() => requireIntact(view)).toThrow(code("E_AUDIT_CHAIN"));
  expect(() => openAudit(place, NOW)).toThrow(/broken at seq 3: its text does not have its hash/);
  writeFileSync(path, text);
  log(1, place);
});

test("a log that is gone is not begun anew while its head is remembered", () => {
  const { place, path } = log(1);
  rmSync(path);
  expect(() => openAudit(place, NOW)).toThrow(code("E_AUDIT_HEAD"));
  rmSync(place.headFile);
  log(1, place); // nobody remembers it: the honest limit
});

test("the head file may lie anywhere, also in a folder that is yet to be made", () => {
  const [home, elsewhere] = [testFolder(), testFolder()];
  const place = auditPlace(home, join(elsewhere, "usb", "head.json"));
  log(1, place);
  expect(readAudit(place)).toMatchObject({ faults: [], witnesses: [{ where: place.headFile, seq: 2 }] });
  expect(readAudit(auditPlace(home)).faults).toMatchObject([{ code: "E_AUDIT_HEAD" }]);
  mkdirSync(join(home, "moved"));
  renameSync(place.headFile, join(home, "moved", "head.json"));
  expect(readAudit(auditPlace(home, join(home, "moved", "head.json"))).faults).toEqual([]);
});

test("a link in the place of the log is refused", () => {
  const { place, path } = log(1);
  renameSync(path, join(place.home, "other"));
  symlinkSync(join(place.home, "other"), path);
  expect(() => readAudit(place)).toThrow(code("E_PATH_SYMLINK"));
});

test("what somebody else added while it was open is noticed before the next record", () => {
  const { place, path } = log(1);
  const open = openAudit(place, NOW);
  appendFileSync(path, "x");
  expect(() => open.append("forced", {}, NOW)).toThrow(code("E_AUDIT_HEAD"));
  open.close();
});

test("a time that is none is refused", () => {
  const { place } = log(1);
  const open = openAudit(place, NOW);
  expect(() => open.append("forced", {}, Number.NaN)).toThrow(code("E_AUDIT_TIME"));
  open.close();
});

test.each(["ENOSPC", "EIO"])(
  "%s at any operation leaves an intact log with the record or without it",
  (errno) => {
    const count = failingAt(0, "");
    const act = (place: ReturnType<typeof auditPlace>, ops: ReturnType<typeof failingAt>) => {
      const open = openAudit(place, NOW, ops);
      try {
        open.append("forced", {}, NOW);
      } finally {
        open.close();
      }
    };
    act(log(1).place, count);
    expect(count.calls()).toBeGreaterThan(10);
    let written = 0;
    for (let n = 1; n <= count.calls(); n++) {
      const { place } = log(1);
      expect(() => act(place, failingAt(n, errno))).toThrow(
        code(errno === "EIO" ? "E_IO_FAILED" : "E_IO_NO_SPACE"),
      );
      const { faults, records } = readAudit(place);
      expect(faults).toEqual([]);
      if (records.length === 3) written++;
      expect(records.length).toBeLessThanOrEqual(3);
      act(place, failingAt(0, ""));
      expect(kinds(place).slice(0, 2)).toEqual(["log-created", "training-decided"]);
      expect(readAudit(place)).toMatchObject({ faults: [], torn: 0 });
    }
    expect(written).toBeGreaterThan(0); // behind the commit, the head file alone may fail
    expect(written).toBeLessThan(count.calls());
  },
);

test("an error behind the commit says that the record is there", () => {
  const count = failingAt(0, "");
  const { place } = log(0);
  const open = openAudit(place, NOW, count);
  open.append("forced", {}, NOW);
  open.close();
  const again = openAudit(place, NOW, failingAt(count.calls(), "EIO"));
  expect(() => again.append("forced", {}, NOW)).toThrow(
    /^audit: record 3 \(forced\) is in the log, but .* could not be finished/,
  );
  expect(() => again.append("forced", {}, NOW)).toThrow(code("E_AUDIT_VOID"));
  again.close();
  expect(kinds(place)).toEqual(["log-created", "forced", "forced"]);
});
