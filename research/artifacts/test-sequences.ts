import fc from "fast-check";
import { DAY } from "../../engine/market/bars.ts";
import type { AuditKind, AuditRecord } from "./audit-chain.ts";
import { type ArtifactState, type Stage, stagesOf, transition, VERDICTS, type Verdict } from "./lifecycle.ts";
import { hashOf, NOW } from "./test-artifacts.ts";

/** For tests: a log in memory. */
export function memoryLog() {
  const records: AuditRecord[] = [];
  const append = (kind: AuditKind, payload: Readonly<Record<string, unknown>>, now: number): AuditRecord => {
    const record = { seq: records.length + 1, time: new Date(now).toISOString(), kind, hash: "", payload };
    records.push(record);
    return record;
  };
  return {
    records,
    append,
    place: { home: "", headFile: "" },
    head: () => ({ seq: 0, hash: "", size: 0 }),
    torn: 0,
    close() {},
  };
}

/** For tests: payload of the record that makes an artifact. */
export const testCreated = (name: string, version: number) => ({
  artifact: `${name}-v${version}`,
  name,
  version,
  digest: hashOf([name, version]),
  data: hashOf("data"),
  config: hashOf("config"),
  code: hashOf("code"),
});

const ARTIFACTS = [testCreated("a", 1), testCreated("a", 2), testCreated("b", 1)];
const BOUND = ["digest", "data", "config", "code"] as const;

type Command =
  | { readonly kind: "wait"; readonly ms: number }
  | {
      readonly kind: "evidence";
      readonly of: number;
      readonly lie?: (typeof BOUND)[number];
      readonly verdicts: readonly Verdict[];
      readonly odd?: unknown;
    }
  | { readonly kind: "promote"; readonly of: number; readonly to: Stage }
  | {
      readonly kind: "forge";
      readonly of: number;
      readonly to: Stage;
      readonly back: number;
      readonly foreign: boolean;
    };

const of = fc.nat({ max: ARTIFACTS.length - 1 });
const verdict = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Verdict>("PASS") },
  { weight: 1, arbitrary: fc.constantFrom(...VERDICTS) },
);
const to = fc.constantFrom<Stage>("VALIDATION", "APPROVED", "VALIDATION", "APPROVED", "RETIRED", "CANDIDATE");
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      ms: fc.constantFrom(1, DAY, 6 * DAY, 7 * DAY, 7 * DAY + 1, -DAY, -9 * DAY),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record(
      {
        kind: fc.constant("evidence" as const),
        of,
        lie: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, fc.constantFrom(...BOUND)),
        verdicts: fc.tuple(verdict, verdict, verdict, verdict),
        odd: fc.oneof(
          { weight: 9, arbitrary: fc.constant(undefined) },
          fc.constantFrom(true, 1, null, "pass", Number.NaN, ["PASS"]),
        ),
      },
      { requiredKeys: ["kind", "of", "verdicts"] },
    ),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("promote" as const), of, to }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("forge" as const),
      of,
      to,
      back: fc.nat({ max: 3 }),
      foreign: fc.boolean(),
    }),
  },
);

/** What the reference remembers of an artifact: nothing that it read from a record. */
interface Reference {
  stage: Stage;
  /** The newest evidence: when, whether it names the artifact's four hashes, which gates passed, its seq. */
  newest?: {
    readonly at: number;
    readonly isBound: boolean;
    readonly passed: readonly boolean[];
    readonly seq: number;
  };
}

/**
 * Runs `runs` random sequences of commands, forged records among them, against a reference that was written apart;
 * throws for the first in which stages differ. Returns how often an artifact reached APPROVED.
 */
export function walk(runs: number): number {
  let approvals = 0;
  fc.assert(
    fc.property(fc.array(command, { minLength: 4, maxLength: 24 }), (commands) => {
      approvals += play(commands);
    }),
    { numRuns: runs },
  );
  return approvals;
}

function play(commands: readonly Command[]): number {
  const log = memoryLog();
  let [clock, latest, approvals] = [NOW, NOW, 0];
  for (const created of ARTIFACTS) log.append("artifact-created", created, clock);
  const reference: Reference[] = ARTIFACTS.map(() => ({ stage: "CANDIDATE" }));

  const mayGo = ({ stage, newest }: Reference, to: Stage, at: number): boolean => {
    if (to === "RETIRED") return stage !== "RETIRED";
    if (newest === undefined || !newest.isBound || at - newest.at > 7 * DAY) return false;
    const [one, two, three, four] = newest.passed;
    if (to === "VALIDATION") return stage === "CANDIDATE" && one && two;
    return to === "APPROVED" && stage === "VALIDATION" && one && two && three && four;
  };
  const written = () => {
    latest = Math.max(latest, clock);
  };

  for (const c of commands) {
    if (c.kind === "wait") {
      clock += c.ms;
      continue;
    }
    const target = reference[c.of];
    const created = ARTIFACTS[c.of];
    if (c.kind === "evidence") {
      const { name: _, version: __, ...identity } = created;
      const verdicts = Object.fromEntries(
        c.verdicts.map((v, k) => [k + 1, k === 1 && c.odd !== undefined ? c.odd : v]),
      );
      const lie = c.lie && { [c.lie]: hashOf("lie") };
      const { seq } = log.append(
        "gate-evidence",
        { ...identity, ...lie, verdicts, report: hashOf("report") },
        clock,
      );
      // Evidence that is none leaves what there was.
      if (c.odd === undefined) {
        target.newest = {
          at: clock,
          isBound: c.lie === undefined,
          passed: c.verdicts.map((v) => v === "PASS"),
          seq,
        };
      }
      written();
    } else if (c.kind === "promote") {
      const may = mayGo(target, c.to, Math.max(clock, latest));
      const before = log.records.length;
      let went = true;
      try {
        transition(log, created.artifact, c.to as Exclude<Stage, "CANDIDATE">, clock);
      } catch (error) {
        if (!/^E_GATE_/.test((error as { code?: string }).code ?? "")) throw error;
        went = false;
      }
      if (went !== may)
        throw new Error(`${created.artifact} to ${c.to}: went ${went}, the reference says ${may}`);
      if (log.records.length !== before + (may ? 1 : 0))
        throw new Error("not exactly one record a transition");
      if (may) {
        target.stage = c.to;
        written();
        if (c.to === "APPROVED") approvals++;
      }
    } else {
      const evidence = log.records.length + 1 - c.back;
      const digest = c.foreign ? ARTIFACTS[(c.of + 1) % ARTIFACTS.length].digest : created.digest;
      const kind = c.to === "RETIRED" ? "retired" : "promoted";
      written();
      log.append(kind, { artifact: created.artifact, digest, from: target.stage, to: c.to, evidence }, clock);
      const isNewest = c.to === "RETIRED" || evidence === target.newest?.seq;
      if (!c.foreign && isNewest && mayGo(target, c.to, latest)) target.stage = c.to;
    }
    compare(stagesOf(log.records).artifacts, reference);
  }
  return approvals;
}

function compare(found: ReadonlyMap<string, ArtifactState>, reference: readonly Reference[]): void {
  reference.forEach(({ stage }, k) => {
    const { artifact } = ARTIFACTS[k];
    if (found.get(artifact)?.stage !== stage)
      throw new Error(`${artifact}: ${found.get(artifact)?.stage}, the reference says ${stage}`);
  });
}
