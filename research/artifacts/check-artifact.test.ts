import { describe, expect, test } from "vitest";
import { LARGEST, MANIFEST } from "./artifact-folder.ts";
import { checkArtifact } from "./check-artifact.ts";
import { sealArtifact } from "./seal-artifact.ts";
import { testParts } from "./test-artifacts.ts";
import { accept, MUTATIONS, mutate, refusedWith, testWorld } from "./test-mutations.ts";

const world = testWorld();
const { a, known, mine } = world;
const place = { id: a.id, version: 2, created: a.manifest.created, auditHead: a.manifest.auditHead };

test("1,000 intact artifacts are accepted", () => {
  accept(1000);
});

test("10,000 mutated artifacts are refused, each for its reason", () => {
  mutate(10_000);
});

describe("an artifact is refused for", () => {
  test.each(Object.keys(MUTATIONS))("%s", (kind) => {
    for (let x = 0; x < 24; x++) {
      expect(refusedWith(MUTATIONS[kind].make(world, x, 7 * x, 3 * x), world)).toMatch(MUTATIONS[kind].codes);
    }
  });
});

test("the refusal names artifact, file, what was found and what was expected", () => {
  const files = new Map(a.files).set("model.json", Buffer.from(a.files.get("model.json")!).fill(0x20, 3, 4));
  expect(() => checkArtifact(files, a.id, known)).toThrow(
    /^artifact a-v2: model\.json: found sha256 [0-9a-f]{64}, expected [0-9a-f]{64}; it is not loaded$/,
  );
});

test("an artifact that the log does not know is refused, and one of another log too", () => {
  expect(() =>
    checkArtifact(a.files, a.id, { ...known, stages: { artifacts: new Map(), unlawful: [] } }),
  ).toThrow(expect.objectContaining({ code: "E_ART_UNLOGGED" }));
  expect(() => checkArtifact(a.files, a.id, { ...known, records: [] })).toThrow(
    expect.objectContaining({ code: "E_AUDIT_HEAD" }),
  );
});

test("no key is trusted: no artifact is", () => {
  expect(() => checkArtifact(a.files, a.id, { ...known, keys: new Map() })).toThrow(
    /expected a trusted key, and there is none/,
  );
});

/** Signed and logged with these parts: refused for what they hold alone. */
function refusedParts(change: object): string {
  const { manifest, files } = sealArtifact({ ...testParts("a", 1), ...change }, place, mine.signer);
  const state = { ...known.stages.artifacts.get(a.id)!, digest: manifest.digest };
  const against = { ...known, stages: { artifacts: new Map([[a.id, state]]), unlawful: [] } };
  return refusedWith(files, { ...world, known: against });
}

test.each([
  ["E_ART_JSON", { model: '{"__proto__":{"polluted":true}}' }],
  ["E_ART_JSON", { model: "[".repeat(100_000) }],
  ["E_ART_JSON", { model: '{"a":1,"a":2}' }],
  ["E_ART_JSON", { model: '{"w":[1e999]}' }],
  ["E_ART_JSON", { model: "[]" }],
  ["E_ART_JSON", { features: { constructor: 1 } }],
  ["E_ART_TRAINING", { training: { data: 1 } }],
  ["E_ART_SIZE", { features: { x: "x".repeat(LARGEST["features.json"]) } }],
  ["nothing", {}],
])("%s also where the key's owner signed it (%#)", (code, change) => {
  expect(refusedParts(change)).toBe(code);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test("a manifest beyond its size is refused before it is read", () => {
  expect(refusedWith(new Map(a.files).set(MANIFEST, new Uint8Array(1 << 17)), world)).toBe("E_ART_SIZE");
});

test("parts of another namespace are not sealed, and neither is NaN", () => {
  const seal = (change: object) => () => sealArtifact({ ...testParts(), ...change }, place, mine.signer);
  expect(seal({ namespace: "stocks/swing" })).toThrow(expect.objectContaining({ code: "E_ART_NAMESPACE" }));
  expect(seal({ features: { x: Number.NaN } })).toThrow(/found NaN/);
});
