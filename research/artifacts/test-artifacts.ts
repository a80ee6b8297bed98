import { generateKeyPairSync, sign } from "node:crypto";
import { testFolder } from "../../engine/live/test-folder.ts";
import { canonicalJson, sha256 } from "../runs/canonical.ts";
import { writeArtifact } from "./artifact.ts";
import { type AuditLog, auditPlace, openAudit } from "./audit-log.ts";
import { createKey, keyId, openSigner, publicHex, type Signer, type TrustedKey } from "./keys.ts";
import type { ArtifactState, Evidence, Verdict } from "./lifecycle.ts";
import type { ArtifactParts } from "./seal-artifact.ts";

/** 2026-01-01. */
export const NOW = Date.UTC(2026, 0, 1);

export const hashOf = (x: unknown): string => sha256(canonicalJson(x));

/** For tests: a small model whose contents follow from `salt`. */
export function testParts(name = "score", salt = 0): ArtifactParts {
  return {
    name,
    model: JSON.stringify({ kind: "logistic", weights: [0.25, salt, -1e-7], intercept: 0.5 }),
    features: { names: ["rsi", "trend"], salt },
    training: {
      data: { "BTC/USD": hashOf(["BTC", salt]) },
      config: { seed: salt },
      seed: salt,
      splits: { protocol: "walk-forward", folds: 4 },
      folds: [{ train: 100, test: 50 }],
      thresholds: [0.55],
      libraries: { node: "20" },
      trials: 3,
    },
    inputs: { data: hashOf(["data", salt]), config: hashOf(["config", salt]), code: hashOf("code") },
  };
}

/** For tests: a key that lies nowhere. */
export function testKey(): { readonly signer: Signer; readonly trusted: TrustedKey } {
  const { privateKey } = generateKeyPairSync("ed25519");
  const key = publicHex(privateKey);
  const id = keyId(key);
  return {
    signer: { id, sign: (text) => sign(null, Buffer.from(text), privateKey).toString("hex") },
    trusted: { id, key, added: new Date(NOW).toISOString() },
  };
}

/** For tests: a home with a key, in an empty folder that goes when the test ends unless given; the log is closed. */
export function testHome(home = testFolder()) {
  const place = auditPlace(home);
  const using = <T>(act: (log: AuditLog) => T, now = NOW): T => {
    const log = openAudit(place, now);
    try {
      return act(log);
    } finally {
      log.close();
    }
  };
  using((log) => createKey(home, log, NOW));
  const write = (name = "score", salt = 0): ArtifactState =>
    using((log) => writeArtifact(log, testParts(name, salt), openSigner(home), NOW));
  return { home, place, using, write };
}

export function testEvidence(state: ArtifactState, ...verdicts: readonly Verdict[]): Evidence {
  const { id, digest, data, config, code } = state;
  const [one = "PASS", two = "PASS", three = "PASS", four = "PASS"] = verdicts;
  return {
    artifact: id,
    digest,
    data,
    config,
    code,
    verdicts: { 1: one, 2: two, 3: three, 4: four },
    report: hashOf("report"),
  };
}
