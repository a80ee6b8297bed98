import type { Dataset } from "../../datasets/dataset.ts";
import { didYouMean, FathomError } from "../../engine/errors.ts";
import { FEATURE_NAMES } from "../../engine/scoring/feature-schema.ts";
import type { FrozenModel } from "../../engine/scoring/model.ts";
import { type AuditPlace, openAudit, readAudit, requireIntact, utc } from "../artifacts/audit-log.ts";
import { type ArtifactState, recordEvidence, stagesOf } from "../artifacts/lifecycle.ts";
import type { ShowProgress } from "../runs/verification.ts";
import { decisionPanel } from "../training/decision-panel.ts";
import { featureColumns } from "../training/samples.ts";
import { parseModel } from "../training/stored-model.ts";
import { recordReturns } from "../training/trials.ts";
import { defaultBounds, type GateBounds } from "./bounds.ts";
import { changedSettings } from "./changed-settings.ts";
import { type Check, faults, type GateResult, gateResult, notRun } from "./gate.ts";
import { gateNotes } from "./gate-notes.ts";
import { integrity, isLoaded, type Sound, said } from "./integrity.ts";
import { type LastGates, lastGates } from "./last-gates.ts";
import { type GateReport, judgeHash, overall, UNSEEN, verdictsOf, writeGateReport } from "./report.ts";
import { schemaChecks, valueChecks } from "./schema.ts";

export interface GateOptions {
  readonly place: AuditPlace;
  /** Of the artifact. */
  readonly id: string;
  /** The time of day, ms UTC. */
  readonly now: () => number;
  readonly bounds?: GateBounds;
  /** The bars, where a script made them. Those that the artifact says it had from the store are loaded again, whatever is given. */
  readonly dataset?: Dataset;
  readonly progress?: ShowProgress;
}

export interface Gated {
  readonly report: GateReport;
  /** sha256 of the written report, 64 hex: its name in `<home>/gates/<artifact>/`, and what the log's evidence names. */
  readonly hash: string;
}

/**
 * Puts an artifact through the four gates, writes the report and notes its verdicts in the audit log as evidence. A gate that
 * is not passed is a result, not an error. Where gate 1 or 2 is not passed, 3 and 4 are NOT_RUN: a model that nobody
 * vouches for is not loaded.
 * @throws FathomError E_ART_UNLOGGED for what the log does not know, E_GATE_STAGE for what is retired, the first fault of a broken log, E_IO_*.
 */
export async function runGates(options: GateOptions): Promise<Gated> {
  const { place, id, now, bounds = defaultBounds() } = options;
  const view = readAudit(place);
  requireIntact(view);
  const state = knownArtifact(stagesOf(view.records).artifacts, id);
  const first = await integrity({ ...options, home: place.home, records: view.records });
  const gates = [gateResult(1, first.checks)];
  let last: LastGates | undefined;
  if (first.sound === undefined) gates.push(notRun(2), notRun(3), notRun(4));
  else {
    const second = schemaGate(first.sound);
    gates.push(second);
    if (second.verdict !== "PASS") gates.push(notRun(3), notRun(4));
    else {
      last = await lastGates(first.sound, options, bounds);
      gates.push(...last.gates);
    }
  }
  const { data = null, config = null, code = null } = first.found;
  const at = now();
  const { sound } = first;
  const settings = sound === undefined ? null : changedSettings(sound.config, sound.training.labels);
  const report: GateReport = {
    artifact: id,
    digest: state.digest,
    data,
    config,
    code,
    judge: judgeHash(),
    created: utc(at),
    bounds,
    settings,
    bars: sound === undefined ? null : { loaded: isLoaded(sound), series: sound.dataset.series },
    gates,
    verdict: overall(gates),
    notes: gateNotes(sound, settings ?? [], last?.detail ?? null, at),
    detail: last?.detail ?? null,
  };
  return { report, hash: keep(place, report, at, last?.returns) };
}

function knownArtifact(artifacts: ReadonlyMap<string, ArtifactState>, id: string): ArtifactState {
  const state = artifacts.get(id);
  if (state === undefined) {
    throw new FathomError(
      "E_ART_UNLOGGED",
      `artifact ${JSON.stringify(id)}: found no such artifact in the audit log; see fathom artifacts list.${didYouMean(id, [...artifacts.keys()])}`,
      { id },
    );
  }
  if (state.stage !== "RETIRED") return state;
  throw new FathomError(
    "E_GATE_STAGE",
    `artifact ${id}: it is RETIRED, expected one that may still be promoted; train it anew`,
    { id },
  );
}

/** Gate 2. The model is read only once the schema is the engine's. */
function schemaGate({ artifact, training, dataset, config }: Sound): GateResult {
  const schema = schemaChecks(artifact.features);
  if (schema.some((check) => check.verdict !== "PASS")) return gateResult(2, schema);
  let model: FrozenModel;
  let values: Check[];
  try {
    model = parseModel(artifact.model, FEATURE_NAMES);
    const { panel } = decisionPanel(dataset.panel, config);
    values = valueChecks(featureColumns(panel, config, training.pairs), model);
  } catch (error) {
    values = [faults("model or features that cannot be read", 1, 1, said(error))];
  }
  return gateResult(2, [...schema, ...values]);
}

/** Report, returns, then evidence: what the log names is there. */
function keep(place: AuditPlace, report: GateReport, now: number, returns: LastGates["returns"]): string {
  const hash = writeGateReport(place.home, report);
  const log = openAudit(place, now);
  try {
    if (returns !== undefined) recordReturns(place.home, returns.id, returns.returns, now);
    const { artifact, digest, data, config, code, gates } = report;
    recordEvidence(
      log,
      {
        artifact,
        digest,
        data: data ?? UNSEEN,
        config: config ?? UNSEEN,
        code: code ?? UNSEEN,
        verdicts: verdictsOf(gates),
        report: hash,
      },
      now,
    );
  } finally {
    log.close();
  }
  return hash;
}
