import { synthetic } from "../../datasets/load.ts";
import { defaultConfig } from "../../engine/config.ts";
import { FEATURE_NAMES, FEATURE_SCHEMA } from "../../engine/scoring/feature-schema.ts";
import { writeArtifact } from "../artifacts/artifact.ts";
import { openSigner } from "../artifacts/keys.ts";
import { type ArtifactState, recordEvidence, type Verdict } from "../artifacts/lifecycle.ts";
import type { ArtifactParts } from "../artifacts/seal-artifact.ts";
import { hashOf, NOW, testEvidence, testHome } from "../artifacts/test-artifacts.ts";
import { seriesOf } from "../runs/run-id.ts";
import { labelSettings } from "../training/labels.ts";
import { inputsOf } from "../training/train.ts";
import { defaultBounds, type GateBounds } from "./bounds.ts";
import { GATE_NUMBERS, type GateNumber, type GateResult, gateResult, judge } from "./gate.ts";
import { type GateReport, judgeHash, overall, verdictsOf, writeGateReport } from "./report.ts";
import { requiredChecks } from "./required-checks.ts";

/** For tests: bars of half a year, too few for a fold, and enough for features and scores. */
export const shortMarket = () => synthetic({ pairs: ["BTC"], rows: 3000, seed: 5, planted: true });

/** For tests: the parts of an artifact over those bars, whose model says a half and a bit of momentum. */
export function shortParts(change: Partial<ArtifactParts> = {}, training: object = {}): ArtifactParts {
  const { panel, traded } = shortMarket();
  const config = defaultConfig();
  const n = FEATURE_NAMES.length;
  const model = {
    kind: "logistic",
    features: FEATURE_NAMES,
    mean: Array(n).fill(0),
    sd: Array(n).fill(1),
    weights: FEATURE_NAMES.map((name) => (name === "momentum72" ? 1 : 0)),
    intercept: 0,
  };
  return {
    name: "score",
    model: `${JSON.stringify(model)}\n`,
    features: { ...FEATURE_SCHEMA },
    training: {
      data: seriesOf(panel),
      pairs: traded,
      config,
      labels: labelSettings.parse({}),
      recipe: { model: "logistic", lambda: 100 },
      trial: hashOf("trial"),
      seed: config.seed,
      splits: {},
      folds: [],
      thresholds: [0.5],
      libraries: {},
      trials: 1,
      ...training,
    } as ArtifactParts["training"],
    inputs: inputsOf(panel, config),
    ...change,
  };
}

/** For tests: a home in which artifacts are written from parts, and evidence and reports as gates leave them. */
export function gatesHome() {
  const { home, place, using } = testHome();
  const write = (parts = shortParts()): ArtifactState =>
    using((log) => writeArtifact(log, parts, openSigner(home), NOW));
  /** A report and the record of it, as gates with these verdicts leave them; `change` forges. */
  const evidence = (
    state: ArtifactState,
    verdicts: readonly Verdict[] = [],
    change: Partial<GateReport> = {},
    now = NOW,
  ): string => {
    const report = testReport(state, verdicts, change, now);
    const hash = writeGateReport(home, report);
    const record = { ...testEvidence(state), verdicts: verdictsOf(report.gates), report: hash };
    using((log) => recordEvidence(log, record, now), now);
    return hash;
  };
  return { home, place, using, write, evidence };
}

/** For tests: a report of an artifact whose gates made all their checks: of one that is FAIL the first failed. */
export function testReport(
  state: ArtifactState,
  verdicts: readonly Verdict[] = [],
  change: Partial<GateReport> = {},
  now = NOW,
): GateReport {
  const { bounds = defaultBounds() } = change;
  const gates = GATE_NUMBERS.map((gate) => testGate(gate, verdicts[gate - 1] ?? "PASS", bounds));
  const { id, digest, data, config, code } = state;
  return {
    artifact: id,
    digest,
    data,
    config,
    code,
    judge: judgeHash(),
    created: new Date(now).toISOString(),
    bounds,
    settings: [],
    bars: { loaded: true, series: [] },
    gates,
    verdict: overall(gates),
    notes: [],
    detail: null,
    ...change,
  };
}

function testGate(gate: GateNumber, verdict: Verdict, bounds: GateBounds): GateResult {
  if (verdict === "NOT_RUN") return gateResult(gate, []);
  const baseRate = 0.4;
  const lack = verdict === "INSUFFICIENT" ? "2 folds" : undefined;
  const checks = requiredChecks(gate, bounds, baseRate).map((check, k) => {
    const value = { value: check.op === ">" ? check.bound + 0.1 : check.bound };
    const none = { value: null, why: "it was not counted" };
    return judge({ ...check, value: verdict === "FAIL" && k === 0 ? none : value }, { lack });
  });
  return gateResult(gate, checks, gate === 3 ? [{ name: "base rate", value: { value: baseRate } }] : []);
}
