import { appendFileSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DAY } from "../../engine/market/bars.ts";
import { readAudit } from "../artifacts/audit-log.ts";
import { type ArtifactState, recordEvidence, type Verdict } from "../artifacts/lifecycle.ts";
import { hashOf, NOW, testEvidence, testParts } from "../artifacts/test-artifacts.ts";
import { sha256 } from "../runs/canonical.ts";
import { defaultBounds } from "./bounds.ts";
import { GATE_NUMBERS, gateResult, judge } from "./gate.ts";
import { promote } from "./promote.ts";
import { reportPath, writeGateReport } from "./report.ts";
import { gatesHome, testReport } from "./test-gates.ts";

const code = (c: string) => expect.objectContaining({ code: c });

function prepared(...verdicts: readonly Verdict[]) {
  const home = gatesHome();
  const state = home.write(testParts());
  if (verdicts.length > 0) home.evidence(state, verdicts);
  const go = (now = NOW, id = state.id) => promote({ place: home.place, id, now });
  return { ...home, state, go };
}

test("an artifact whose four gates passed goes to VALIDATION, then to APPROVED, then no further", () => {
  const { go } = prepared("PASS");
  expect(go().stage).toBe("VALIDATION");
  expect(go().stage).toBe("APPROVED");
  expect(() => go()).toThrow(code("E_GATE_STAGE"));
});

test("gates 1 and 2 lead to VALIDATION, and no further", () => {
  const { go } = prepared("PASS", "PASS", "FAIL", "NOT_RUN");
  expect(go().stage).toBe("VALIDATION");
  expect(() => go()).toThrow(code("E_GATE_VERDICT"));
});

describe("a promotion is refused", () => {
  test("without gates, and for what the log does not know", () => {
    expect(() => prepared().go()).toThrow(code("E_GATE_EVIDENCE"));
    expect(() => prepared("PASS").go(NOW, "other-v1")).toThrow(code("E_ART_UNKNOWN"));
    expect(() => prepared("PASS").go(NOW, "../score-v1")).toThrow(code("E_ART_ID"));
  });

  test.each(["FAIL", "INSUFFICIENT", "NOT_RUN"] as const)("for a gate that is %s", (verdict) => {
    expect(() => prepared(verdict).go()).toThrow(code("E_GATE_VERDICT"));
    const { go } = prepared("PASS", "PASS", "PASS", verdict);
    go();
    expect(() => go()).toThrow(code("E_GATE_VERDICT"));
  });

  test("once newer gates did not pass", () => {
    const { go, evidence, state } = prepared("PASS");
    evidence(state, ["PASS", "FAIL"]);
    expect(() => go()).toThrow(code("E_GATE_VERDICT"));
  });

  test("with evidence that nobody wrote a report of", () => {
    const { go, state, using } = prepared();
    using((log) => recordEvidence(log, testEvidence(state), NOW));
    expect(() => go()).toThrow(code("E_GATE_REPORT"));
  });

  test("with a report that was changed, cut or removed", () => {
    const { go, home, evidence, state } = prepared();
    const path = reportPath(home, state.id, evidence(state, ["PASS"]));
    const bytes = readFileSync(path);
    for (const other of [`${bytes} `, bytes.subarray(0, 99), bytes.toString().replace("PASS", "FAIL")]) {
      writeFileSync(path, other);
      expect(() => go()).toThrow(code("E_GATE_REPORT"));
    }
    rmSync(path);
    expect(existsSync(path)).toBe(false);
    expect(() => go()).toThrow(code("E_GATE_REPORT"));
  });

  test("with another artifact's evidence or report", () => {
    const { go, home, using, write, evidence, state } = prepared();
    const other = write(testParts("other", 1));
    using((log) => recordEvidence(log, { ...testEvidence(other), artifact: state.id }, NOW));
    expect(() => go()).toThrow(code("E_GATE_REPORT"));
    // the other one's report, put where this one's is looked for
    const hash = evidence(other, ["PASS"]);
    const text = readFileSync(reportPath(home, other.id, hash));
    writeGateReport(home, testReport(state));
    writeFileSync(reportPath(home, state.id, hash), text);
    using((log) => recordEvidence(log, { ...testEvidence(state), report: hash }, NOW));
    expect(() => go()).toThrow(/a gates' report of artifact other-v1, expected score-v1/);
  });

  test("with evidence and report of another home's artifact of the same id, parts and time", () => {
    const { go, home, using, state } = prepared();
    const other = prepared("PASS");
    expect(other.go().stage).toBe("VALIDATION");
    expect(other.state).toMatchObject({
      id: state.id,
      data: state.data,
      config: state.config,
      code: state.code,
    });
    const { records } = readAudit(other.place);
    const { payload } = records.find(({ kind }) => kind === "gate-evidence")!;
    cpSync(join(other.home, "gates"), join(home, "gates"), { recursive: true });
    using((log) => log.append("gate-evidence", payload, NOW));
    expect(() => go()).toThrow(code("E_GATE_BOUND"));
    // nor does the line itself fit, nor its whole log in the place of this one
    const log = join(home, "audit", "log.jsonl");
    const theirs = readFileSync(join(other.home, "audit", "log.jsonl"), "utf8");
    appendFileSync(log, theirs.split(/(?<=\n)/).find((line) => line.includes("gate-evidence"))!);
    expect(() => go()).toThrow(code("E_AUDIT_HEAD"));
    writeFileSync(log, theirs);
    cpSync(other.place.headFile, join(home, "audit-head.json"));
    expect(() => go()).toThrow(code("E_AUDIT_HEAD")); // the artifact here remembers its own
  });

  test("with gates that asked for less than the settings do", () => {
    const { evidence, go, place, state } = prepared();
    evidence(state, [], { bounds: { ...defaultBounds(), sharpe: 1.5, drawdown: 0.15 } });
    const stricter = (change: object) =>
      promote({ place, id: state.id, now: NOW, bounds: { ...defaultBounds(), ...change } });
    expect(() => stricter({ sharpe: 2 })).toThrow(/found a gates' report of gates.sharpe 1.5, expected 2/);
    expect(() => stricter({ drawdown: 0.1 })).toThrow(/gates.drawdown 0.15, expected 0.1/);
    expect(stricter({ sharpe: 1.5, drawdown: 0.15 }).stage).toBe("VALIDATION");
    expect(go().stage).toBe("APPROVED");
  });

  test("with evidence that says more than its report", () => {
    const { go, home, using, state } = prepared();
    const report = writeGateReport(home, testReport(state, ["PASS", "FAIL"]));
    using((log) => recordEvidence(log, { ...testEvidence(state), report }, NOW));
    expect(() => go()).toThrow(code("E_GATE_BOUND"));
  });

  test.each(["digest", "data", "config", "code"] as const)("with evidence of another %s", (what) => {
    const { go, evidence, state } = prepared();
    evidence({ ...state, [what]: hashOf("other") } as ArtifactState, ["PASS"]);
    expect(() => go()).toThrow(code("E_GATE_BOUND"));
  });

  test.each(["digest", "data", "config", "code", "judge"] as const)("with a report of another %s", (what) => {
    const { go, evidence, state } = prepared();
    evidence(state, ["PASS"], { [what]: hashOf("other") });
    expect(() => go()).toThrow(code("E_GATE_BOUND"));
  });

  test("with a report that did not get to see the data", () => {
    const { go, evidence, state } = prepared();
    evidence(state, ["PASS"], { data: null });
    expect(() => go()).toThrow(code("E_GATE_BOUND"));
  });

  test("with evidence of more than 7 days ago, and with such a report noted anew", () => {
    const { go, evidence, state } = prepared("PASS");
    expect(() => go(NOW + 7 * DAY + 1)).toThrow(code("E_GATE_STALE"));
    for (const ms of [-7 * DAY, -1, 1]) {
      evidence(state, ["PASS"], { created: new Date(NOW + ms).toISOString() });
      expect(() => go()).toThrow(code("E_GATE_BOUND"));
    }
  });

  test("with evidence of a time that is still to come, which would be fresh for as long", () => {
    const { go, evidence, state } = prepared();
    evidence(state, ["PASS"], {}, NOW + 365 * DAY);
    expect(() => go(NOW + 364 * DAY)).toThrow(code("E_GATE_STALE"));
    expect(go(NOW + 365 * DAY).stage).toBe("VALIDATION");
  });

  test("with looser bounds than the gates' own", () => {
    const { go, evidence, state } = prepared();
    evidence(state, ["PASS"], { bounds: { ...defaultBounds(), precision: 0.5 } });
    expect(() => go()).toThrow(code("E_GATE_REPORT"));
  });

  test("with gates that passed on a single made-up check each, though the judge's hash is right", () => {
    const { go, evidence, state } = prepared();
    const made = judge({ name: "it is good", value: { value: 1 }, op: ">=", bound: 1 });
    evidence(state, [], { gates: GATE_NUMBERS.map((gate) => gateResult(gate, [made])) });
    expect(() => go()).toThrow(code("E_GATE_REPORT"));
  });

  test("with a gate whose verdict its checks do not bear out, or that was left out", () => {
    const { go, evidence, state } = prepared();
    const { gates } = testReport(state, ["PASS", "FAIL"]);
    evidence(state, ["PASS"], { gates: gates.map((gate) => ({ ...gate, verdict: "PASS" })) });
    expect(() => go()).toThrow(code("E_GATE_REPORT"));
    evidence(state, ["PASS"], { gates: testReport(state).gates.map((gate) => ({ ...gate, checks: [] })) });
    expect(() => go()).toThrow(code("E_GATE_REPORT"));
  });

  test("with a report that pollutes or is no JSON", () => {
    const { go, home, state, using } = prepared();
    writeGateReport(home, testReport(state));
    for (const text of ['{"__proto__":{"verdict":"PASS"}}', "[", "null"]) {
      const hash = sha256(text);
      writeFileSync(reportPath(home, state.id, hash), text);
      using((log) => recordEvidence(log, { ...testEvidence(state), report: hash }, NOW));
      expect(() => go()).toThrow(code("E_GATE_REPORT"));
    }
    expect(({} as { verdict?: unknown }).verdict).toBeUndefined();
  });

  test("for an artifact whose files were touched since", () => {
    const { go, home, state } = prepared("PASS");
    const path = join(home, "artifacts", state.id, "model.json");
    writeFileSync(path, readFileSync(path, "utf8").replace("0.25", "0.26"));
    expect(() => go()).toThrow(code("E_ART_HASH"));
  });

  test("on a log that is broken", () => {
    const { go, home } = prepared("PASS");
    const path = join(home, "audit", "log.jsonl");
    writeFileSync(path, readFileSync(path, "utf8").replace('"PASS"', '"FAIL"'));
    expect(() => go()).toThrow(expect.objectContaining({ code: expect.stringMatching(/^E_AUDIT_/) }));
  });
});
