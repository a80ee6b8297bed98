import { FathomError } from "../../engine/errors.ts";
import { DAY } from "../../engine/market/bars.ts";
import { isId, requireId } from "./artifact-folder.ts";
import type { AuditRecord } from "./audit-chain.ts";
import type { AuditLog } from "./audit-log.ts";
import type { Inputs } from "./manifest.ts";
import { hasKeys, isCount, isHex, isObject } from "./shape.ts";

export const STAGES = ["CANDIDATE", "VALIDATION", "APPROVED", "RETIRED"] as const;
export type Stage = (typeof STAGES)[number];

export const GATES = ["1", "2", "3", "4"] as const;
export const VERDICTS = ["PASS", "FAIL", "INSUFFICIENT", "NOT_RUN"] as const;
export type Verdict = (typeof VERDICTS)[number];
export type Verdicts = Readonly<Record<(typeof GATES)[number], Verdict>>;

/** What the gates found of one artifact, and on what: payload of a "gate-evidence" record. */
export interface Evidence extends Inputs {
  readonly artifact: string;
  /** The artifact's digest. */
  readonly digest: string;
  readonly verdicts: Verdicts;
  /** sha256 of the gates' report, 64 hex. */
  readonly report: string;
}

/** Evidence older than this promotes nothing, ms. */
export const FRESH = 7 * DAY;

/** An artifact as the log knows it; times are ISO, undefined where it was never so. */
export interface ArtifactState extends Inputs {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly digest: string;
  readonly stage: Stage;
  readonly created: string;
  readonly validated?: string;
  readonly approved?: string;
  readonly retired?: string;
  /** The newest evidence, and the record that holds it. Older evidence counts for nothing. */
  readonly evidence?: Evidence & { readonly seq: number; readonly time: string };
}

export interface Stages {
  readonly artifacts: ReadonlyMap<string, ArtifactState>;
  /** Records that no lawful command writes; they change nothing. */
  readonly unlawful: readonly { readonly seq: number; readonly why: string }[];
}

/**
 * The stage of every artifact after `records`. Each promotion is judged again by the rule that allowed it, so that
 * a record written past the commands promotes nothing.
 */
export function stagesOf(records: readonly AuditRecord[]): Stages {
  const artifacts = new Map<string, ArtifactState>();
  const unlawful: { seq: number; why: string }[] = [];
  let latest = 0;
  for (const record of records) {
    latest = Math.max(latest, Date.parse(record.time));
    const why = take(artifacts, record, latest);
    if (why !== undefined) unlawful.push({ seq: record.seq, why });
  }
  return { artifacts, unlawful };
}

/** Records up to the first that is later than `time`, ms UTC: what the log said then, also if the clock went back. */
export function recordsAsOf(records: readonly AuditRecord[], time: number): readonly AuditRecord[] {
  const end = records.findIndex((record) => Date.parse(record.time) > time);
  return end < 0 ? records : records.slice(0, end);
}

type States = Map<string, ArtifactState>;

/** Applies a record; returns why it is unlawful. */
function take(states: States, { seq, time, kind, payload }: AuditRecord, latest: number): string | undefined {
  if (kind === "artifact-created") return takeCreated(states, time, payload);
  if (kind === "gate-evidence") {
    if (!isEvidence(payload)) return "it is no evidence";
    const state = states.get(payload.artifact);
    if (state === undefined) return `there is no artifact ${payload.artifact}`;
    states.set(state.id, { ...state, evidence: { ...payload, seq, time } });
  } else if (kind === "promoted" || kind === "retired") {
    const state = typeof payload.artifact === "string" ? states.get(payload.artifact) : undefined;
    if (state === undefined) return "there is no such artifact";
    const to = kind === "retired" ? "RETIRED" : payload.to;
    const refused = refusal(state, to, latest);
    if (refused !== undefined) return refused.message;
    if (payload.digest !== state.digest) return "it names another digest";
    if (kind === "promoted" && payload.evidence !== state.evidence?.seq) return "it names other evidence";
    const at = { VALIDATION: "validated", APPROVED: "approved", RETIRED: "retired" }[
      to as Exclude<Stage, "CANDIDATE">
    ];
    states.set(state.id, { ...state, stage: to as Stage, [at]: time });
  }
  return undefined;
}

function takeCreated(states: States, time: string, p: Readonly<Record<string, unknown>>): string | undefined {
  const { artifact: id, name, version, digest, data, config, code } = p;
  if (!isId(id) || !isId(name) || !isCount(version, 1)) return "it names no artifact";
  if (!isHex(digest, 64) || !isHex(data, 64) || !isHex(config, 64) || !isHex(code, 64))
    return "it has no hashes";
  if (states.has(id)) return `there is an artifact ${id} already`;
  if (newestVersion(states, name) >= version)
    return `there is a version ${version} of ${name} or a later one`;
  states.set(id, { id, name, version, digest, data, config, code, stage: "CANDIDATE", created: time });
  return undefined;
}

export function newestVersion(states: ReadonlyMap<string, ArtifactState>, name: string): number {
  let newest = 0;
  for (const state of states.values()) if (state.name === name) newest = Math.max(newest, state.version);
  return newest;
}

/** The newer version that takes this one's place: not retired, and at least as far. */
export function supersededBy(
  states: ReadonlyMap<string, ArtifactState>,
  { name, version, stage }: ArtifactState,
): ArtifactState | undefined {
  return [...states.values()].find(
    (other) =>
      other.name === name &&
      other.version > version &&
      other.stage !== "RETIRED" &&
      STAGES.indexOf(other.stage) >= STAGES.indexOf(stage),
  );
}

/** Gates that must have passed for a stage. */
const NEEDED: Partial<Record<Stage, readonly (typeof GATES)[number][]>> = {
  VALIDATION: ["1", "2"],
  APPROVED: GATES,
};

/** Why an artifact may not go to a stage at a time (ms UTC); undefined where it may. */
function refusal(state: ArtifactState, to: unknown, now: number): FathomError | undefined {
  const { id, stage, evidence } = state;
  const no = (code: string, what: string, advice: string) =>
    new FathomError(code, `artifact ${id}: ${what}; it stays ${stage}: ${advice}`, { id, stage, to });
  const isNext = STAGES.indexOf(to as Stage) === STAGES.indexOf(stage) + 1;
  if (to === "RETIRED" ? stage === "RETIRED" : !isNext) {
    return no(
      "E_GATE_STAGE",
      `found the way ${stage} to ${to}`,
      "stages go CANDIDATE, VALIDATION, APPROVED, and RETIRED from any, one by one",
    );
  }
  if (to === "RETIRED") return undefined;
  const again = "run the gates again with fathom gates";
  if (evidence === undefined) return no("E_GATE_EVIDENCE", "found no evidence of its gates", again);
  for (const what of ["digest", "data", "config", "code"] as const) {
    if (evidence[what] !== state[what]) {
      return no(
        "E_GATE_BOUND",
        `found evidence of ${what} ${evidence[what]}, expected ${state[what]}`,
        again,
      );
    }
  }
  const age = now - Date.parse(evidence.time);
  if (!(age >= 0 && age <= FRESH)) {
    return no(
      "E_GATE_STALE",
      `found evidence of ${evidence.time}, expected at most ${FRESH / DAY} days`,
      again,
    );
  }
  const missing = NEEDED[to as Stage]!.find((gate) => evidence.verdicts[gate] !== "PASS");
  if (missing === undefined) return undefined;
  return no(
    "E_GATE_VERDICT",
    `found ${evidence.verdicts[missing]} of gate ${missing}, expected PASS`,
    `${to} needs gates ${NEEDED[to as Stage]!.join(", ")}`,
  );
}

function isEvidence(p: unknown): p is Evidence {
  if (!isObject(p) || !hasKeys(p, ["artifact", "code", "config", "data", "digest", "report", "verdicts"]))
    return false;
  const { artifact, digest, data, config, code, report, verdicts } = p;
  const hashes = [digest, data, config, code, report];
  if (!isId(artifact) || !hashes.every((hash) => isHex(hash, 64)) || !hasKeys(verdicts, GATES)) return false;
  return GATES.every((gate) => VERDICTS.includes(verdicts[gate] as Verdict));
}

function stateOf(log: Pick<AuditLog, "records">, id: string): ArtifactState {
  requireId(id);
  const state = stagesOf(log.records).artifacts.get(id);
  if (state !== undefined) return state;
  throw new FathomError(
    "E_ART_UNLOGGED",
    `artifact ${id}: found no such artifact in the audit log; see fathom artifacts list`,
    { id },
  );
}

/**
 * Notes what the gates found. @param now ms UTC.
 * @throws FathomError E_GATE_EVIDENCE for what is no evidence, E_ART_UNLOGGED, and what `append` throws.
 */
export function recordEvidence(log: AuditLog, evidence: Evidence, now: number): AuditRecord {
  if (!isEvidence(evidence)) {
    throw new FathomError(
      "E_GATE_EVIDENCE",
      `gates: found ${JSON.stringify(evidence)}, expected artifact, digest, data, config, code, report (64 hex each) ` +
        `and verdicts of gates 1 to 4 (${VERDICTS.join(", ")}); nothing was written`,
    );
  }
  stateOf(log, evidence.artifact);
  return log.append("gate-evidence", { ...evidence }, now);
}

/**
 * Takes an artifact to a stage; the record is the one step in which it gets there. VALIDATION needs gates 1 and 2
 * passed, APPROVED all four, in the newest evidence, which names the artifact's digest, data, config and code and is
 * at most 7 days old. RETIRED is open from every stage. Time does not run back: a clock set before the log's last
 * record counts as that record's. The files are not looked at: whoever promotes has read them with readArtifact, and
 * whoever loads them does so again.
 * @param now ms UTC.
 * @throws FathomError E_ART_UNLOGGED, E_GATE_STAGE, E_GATE_EVIDENCE, E_GATE_BOUND, E_GATE_STALE, E_GATE_VERDICT, and
 *   what `append` throws.
 */
export function transition(
  log: AuditLog,
  id: string,
  to: Exclude<Stage, "CANDIDATE">,
  now: number,
  reason?: string,
): ArtifactState {
  const state = stateOf(log, id);
  const latest = log.records.reduce((t, record) => Math.max(t, Date.parse(record.time)), now);
  const refused = refusal(state, to, latest);
  if (refused !== undefined) throw refused;
  const payload = { artifact: id, digest: state.digest, from: state.stage, reason };
  if (to === "RETIRED") log.append("retired", payload, now);
  else {
    const { seq, report } = state.evidence!;
    log.append("promoted", { ...payload, to, evidence: seq, report }, now);
  }
  return stateOf(log, id);
}
