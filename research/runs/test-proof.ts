import type { Replay } from "../../engine/replay.ts";
import type { Certificate } from "./certificate.ts";
import type { ProvenDocument, RunDocument } from "./document.ts";
import type { RunFigures } from "./figures.ts";
import { intervals } from "./intervals.ts";

export const PASSED: Certificate = {
  verdict: "passed",
  rows: 100,
  windows: 2,
  seed: 1,
  laws: [
    { law: "chunk invariance", trials: 3, compared: 1200, violation: null },
    { law: "no look-ahead", trials: 8, compared: 800, violation: null },
  ],
  blind: ["Data that a strategy loads by itself."],
};

/** For tests: a document with few draws behind its intervals, bounds that are the run itself, and a certificate as told. */
export function testProof(
  document: RunDocument,
  replay: Replay,
  figures: RunFigures,
  certificate: Certificate = PASSED,
): ProvenDocument {
  const { metrics } = document;
  return {
    ...document,
    intervals: intervals(replay, figures, { seed: 1, draws: 40 }),
    bounds: { worst: { ...metrics, halted: null }, best: { ...metrics, halted: null } },
    certificate,
  };
}
