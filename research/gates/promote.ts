import { FathomError } from "../../engine/errors.ts";
import { readArtifact } from "../artifacts/artifact.ts";
import { type AuditLog, type AuditPlace, openAudit, utc } from "../artifacts/audit-log.ts";
import { type ArtifactState, STAGES, type Stage, transition } from "../artifacts/lifecycle.ts";
import { defaultBounds, type GateBounds, looserBound } from "./bounds.ts";
import { type GateDocument, judgeHash, readGateReport, UNSEEN } from "./report.ts";

export interface PromoteOptions {
  readonly place: AuditPlace;
  /** Of the artifact. */
  readonly id: string;
  /** ms UTC. */
  readonly now: number;
  /** What the gates had to ask for, at least. */
  readonly bounds?: GateBounds;
  readonly reason?: string;
}

/**
 * Takes an artifact one stage further: CANDIDATE to VALIDATION where gates 1 and 2 passed, VALIDATION to APPROVED where all
 * four did. The verdicts in the log do not suffice: the files are verified, the report that the evidence names is read
 * back and judged again, and it must be these gates' own. Everything happens under the log's lock, and the log's
 * one record is the promotion.
 * @throws FathomError E_GATE_STAGE, E_GATE_EVIDENCE, E_GATE_REPORT, E_GATE_BOUND, E_GATE_STALE, E_GATE_VERDICT, and what
 *   openAudit and readArtifact throw.
 */
export function promote({ place, id, now, reason, bounds = defaultBounds() }: PromoteOptions): ArtifactState {
  const log = openAudit(place, now);
  try {
    const { state } = readArtifact(place.home, id, log.records);
    if (state.evidence !== undefined) requireReport(log, state, now, bounds);
    return transition(log, id, nextStage(state), now, reason);
  } finally {
    log.close();
  }
}

function nextStage({ id, stage }: ArtifactState): Exclude<Stage, "CANDIDATE"> {
  if (stage === "CANDIDATE") return "VALIDATION";
  if (stage === "VALIDATION") return "APPROVED";
  throw new FathomError(
    "E_GATE_STAGE",
    `artifact ${id}: it is ${stage}, expected ${STAGES[0]} or ${STAGES[1]}; there is no stage to promote it to`,
    { id, stage },
  );
}

/** Holds the log's evidence to the report that it names, and the report to the gates of today. */
function requireReport({ place }: AuditLog, state: ArtifactState, now: number, bounds: GateBounds): void {
  const { id } = state;
  const evidence = state.evidence!;
  const report = readGateReport(place.home, id, evidence.report);
  const refuse = (what: string, found: unknown, expected: unknown): never => {
    throw new FathomError(
      "E_GATE_BOUND",
      `artifact ${id}: found a gates' report of ${what} ${String(found)}, expected ${String(expected)}; run the gates again with fathom gates ${id}`,
      { id, what, found, expected },
    );
  };
  if (report.artifact !== id) refuse("artifact", report.artifact, id);
  for (const what of ["digest", "data", "config", "code"] as const) {
    const found = report[what] ?? UNSEEN;
    if (found !== evidence[what]) refuse(what, found, evidence[what]);
  }
  // a clock that was ahead would keep it fresh for as long
  if (!(Date.parse(evidence.time) <= now)) {
    throw new FathomError(
      "E_GATE_STALE",
      `artifact ${id}: found evidence of ${evidence.time}, expected none of later than now, ${utc(now)}: a clock was wrong; set it right and run the gates again with fathom gates ${id}`,
      { id },
    );
  }
  // noted when it was made: an old report that is noted anew is no younger for it
  if (report.created !== evidence.time) refuse("time", report.created, evidence.time);
  const looser = looserBound(report.bounds, bounds);
  if (looser !== undefined) refuse(`gates.${looser}`, report.bounds[looser], bounds[looser]);
  const judge = judgeHash();
  if (report.judge !== judge) refuse("the gates of sources", report.judge, judge);
  for (const { gate, verdict } of report.gates as GateDocument["gates"]) {
    if (evidence.verdicts[`${gate}`] !== verdict)
      refuse(`gate ${gate}`, evidence.verdicts[`${gate}`], verdict);
  }
}
