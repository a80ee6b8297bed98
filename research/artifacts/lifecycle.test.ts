import { describe, expect, test } from "vitest";
import { DAY } from "../../engine/market/bars.ts";
import {
  type ArtifactState,
  type Evidence,
  recordEvidence,
  recordsAsOf,
  stagesOf,
  supersededBy,
  transition,
  type Verdict,
} from "./lifecycle.ts";
import { hashOf, NOW, testEvidence } from "./test-artifacts.ts";
import { memoryLog, testCreated, walk } from "./test-sequences.ts";

const code = (c: string) => expect.objectContaining({ code: c });

function logged(...verdicts: readonly Verdict[]) {
  const log = memoryLog();
  log.append("artifact-created", testCreated("a", 1), NOW);
  const state = () => stagesOf(log.records).artifacts.get("a-v1") as ArtifactState;
  if (verdicts.length > 0) recordEvidence(log, testEvidence(state(), ...verdicts), NOW);
  const go = (to: "VALIDATION" | "APPROVED" | "RETIRED", now = NOW) => transition(log, "a-v1", to, now);
  return { log, state, go };
}

test("an artifact goes CANDIDATE, VALIDATION, APPROVED, RETIRED, and the log tells when", () => {
  const { go, state } = logged("PASS");
  expect(state()).toMatchObject({ stage: "CANDIDATE", created: "2026-01-01T00:00:00.000Z" });
  go("VALIDATION", NOW + 1000);
  go("APPROVED", NOW + 2000);
  expect(go("RETIRED", NOW + 3000)).toMatchObject({
    stage: "RETIRED",
    validated: "2026-01-01T00:00:01.000Z",
    approved: "2026-01-01T00:00:02.000Z",
    retired: "2026-01-01T00:00:03.000Z",
  });
});

describe("a promotion is refused", () => {
  test("without evidence", () => {
    expect(() => logged().go("VALIDATION")).toThrow(code("E_GATE_EVIDENCE"));
  });

  test("past a stage, back, twice, and out of RETIRED", () => {
    const { go } = logged("PASS");
    expect(() => go("APPROVED")).toThrow(code("E_GATE_STAGE"));
    go("VALIDATION");
    expect(() => go("VALIDATION")).toThrow(code("E_GATE_STAGE"));
    expect(() => go("CANDIDATE" as never)).toThrow(code("E_GATE_STAGE"));
    go("RETIRED");
    for (const to of ["VALIDATION", "APPROVED", "RETIRED"] as const)
      expect(() => go(to)).toThrow(code("E_GATE_STAGE"));
  });

  test.each([
    ["VALIDATION", 0],
    ["VALIDATION", 1],
    ["APPROVED", 0],
    ["APPROVED", 1],
    ["APPROVED", 2],
    ["APPROVED", 3],
  ] as const)("to %s when gate %# is anything but PASS", (to, gate) => {
    for (const verdict of ["FAIL", "INSUFFICIENT", "NOT_RUN"] as const) {
      const { log, go, state } = logged("PASS");
      if (to === "APPROVED") go("VALIDATION");
      const verdicts = (["PASS", "PASS", "PASS", "PASS"] as Verdict[]).with(gate, verdict);
      recordEvidence(log, testEvidence(state(), ...verdicts), NOW);
      expect(() => go(to)).toThrow(code("E_GATE_VERDICT"));
      expect(() => go(to)).toThrow(`found ${verdict} of gate ${gate + 1}, expected PASS`);
    }
  });

  test("to VALIDATION not because gates 3 and 4 were not run", () => {
    expect(logged("PASS", "PASS", "NOT_RUN", "NOT_RUN").go("VALIDATION").stage).toBe("VALIDATION");
  });

  test.each(["digest", "data", "config", "code"] as const)("when the evidence is of another %s", (what) => {
    const { log, go, state } = logged("PASS");
    recordEvidence(log, { ...testEvidence(state()), [what]: hashOf("another") }, NOW);
    expect(() => go("VALIDATION")).toThrow(code("E_GATE_BOUND"));
  });

  test("with another artifact's evidence", () => {
    const { log, state } = logged("PASS");
    log.append("artifact-created", testCreated("b", 1), NOW);
    expect(() => transition(log, "b-v1", "VALIDATION", NOW)).toThrow(code("E_GATE_EVIDENCE"));
    recordEvidence(log, { ...testEvidence(state()), artifact: "b-v1" }, NOW);
    expect(() => transition(log, "b-v1", "VALIDATION", NOW)).toThrow(code("E_GATE_BOUND"));
  });

  test("when a newer evidence failed, whatever an older one said", () => {
    const { log, go, state } = logged("PASS");
    recordEvidence(log, testEvidence(state(), "PASS", "FAIL"), NOW + 1);
    expect(() => go("VALIDATION")).toThrow(code("E_GATE_VERDICT"));
  });

  test("when the evidence is older than 7 days, to the millisecond", () => {
    expect(() => logged("PASS").go("VALIDATION", NOW + 7 * DAY + 1)).toThrow(code("E_GATE_STALE"));
    expect(logged("PASS").go("VALIDATION", NOW + 7 * DAY).stage).toBe("VALIDATION");
  });

  test("when the clock was set back to make stale evidence fresh", () => {
    const { log, go } = logged("PASS");
    log.append("forced", {}, NOW + 8 * DAY);
    expect(() => go("VALIDATION", NOW)).toThrow(code("E_GATE_STALE"));
  });

  test("when the time is none", () => {
    expect(() => logged("PASS").go("VALIDATION", Number.NaN)).toThrow(code("E_GATE_STALE"));
  });

  test("for an id that is none, and for an artifact that the log does not know", () => {
    const { log } = logged();
    expect(() => transition(log, "../a-v1", "RETIRED", NOW)).toThrow(code("E_ART_ID"));
    expect(() => transition(log, "a-v2", "RETIRED", NOW)).toThrow(code("E_ART_UNLOGGED"));
  });
});

test.each([
  { verdicts: { 1: "PASS", 2: "PASS", 3: "PASS" } },
  { verdicts: { 1: "PASS", 2: "PASS", 3: "PASS", 4: "pass" } },
  { verdicts: { 1: "PASS", 2: "PASS", 3: "PASS", 4: true } },
  { verdicts: { 1: "PASS", 2: "PASS", 3: "PASS", 4: Number.NaN } },
  { verdicts: Object.create({ 1: "PASS", 2: "PASS", 3: "PASS", 4: "PASS" }) },
  { digest: "abc" },
  { report: undefined },
  { stage: "APPROVED" },
])("evidence %# that is none is not noted, and promotes nothing where somebody notes it", (change) => {
  const { log, go, state } = logged();
  const evidence = { ...testEvidence(state()), ...change } as Evidence;
  expect(() => recordEvidence(log, evidence, NOW)).toThrow(code("E_GATE_EVIDENCE"));
  log.append("gate-evidence", { ...evidence }, NOW);
  expect(() => go("VALIDATION")).toThrow(code("E_GATE_EVIDENCE"));
  expect(stagesOf(log.records).unlawful).toEqual([{ seq: 2, why: "it is no evidence" }]);
});

test("a record that was written past the commands promotes nothing, and is told", () => {
  const { log, state } = logged("PASS", "PASS", "FAIL");
  const promoted = {
    artifact: "a-v1",
    digest: state().digest,
    from: "CANDIDATE",
    to: "APPROVED",
    evidence: 2,
  };
  log.append("promoted", promoted, NOW);
  log.append("promoted", { ...promoted, to: "VALIDATION", evidence: 1 }, NOW);
  log.append("promoted", { ...promoted, to: "VALIDATION", digest: hashOf("x") }, NOW);
  log.append("artifact-created", testCreated("a", 1), NOW);
  log.append("artifact-created", { ...testCreated("a", 1), artifact: "other" }, NOW);
  expect(state().stage).toBe("CANDIDATE");
  expect(stagesOf(log.records).unlawful.map(({ seq }) => seq)).toEqual([3, 4, 5, 6, 7]);
  log.append("promoted", { ...promoted, to: "VALIDATION" }, NOW);
  expect(state().stage).toBe("VALIDATION");
});

test("as of a time the log says what it said then, also where the clock went back", () => {
  const { log, go } = logged("PASS");
  go("VALIDATION", NOW + 2000);
  go("RETIRED", NOW + 1000);
  const stage = (time: number) => stagesOf(recordsAsOf(log.records, time)).artifacts.get("a-v1")?.stage;
  expect([NOW - 1, NOW, NOW + 1999, NOW + 2000].map(stage)).toEqual([
    undefined,
    "CANDIDATE",
    "CANDIDATE",
    "RETIRED",
  ]);
});

test("a version is superseded by a newer one as far as it, until that one is retired", () => {
  const { log, go } = logged("PASS");
  go("VALIDATION");
  log.append("artifact-created", testCreated("a", 2), NOW);
  log.append("artifact-created", testCreated("b", 3), NOW);
  const newer = () => {
    const { artifacts } = stagesOf(log.records);
    return supersededBy(artifacts, artifacts.get("a-v1")!)?.id;
  };
  expect(newer()).toBeUndefined();
  recordEvidence(log, testEvidence(stagesOf(log.records).artifacts.get("a-v2")!), NOW);
  transition(log, "a-v2", "VALIDATION", NOW);
  expect(newer()).toBe("a-v2");
  transition(log, "a-v2", "RETIRED", NOW);
  expect(newer()).toBeUndefined();
});

test("10,000 random sequences of commands end as the reference says, and reach APPROVED by four fresh passes alone", () => {
  expect(walk(10_000)).toBeGreaterThan(100);
});
