import fc from "fast-check";
import { FILES, MANIFEST } from "./artifact-folder.ts";
import { type AuditKind, type AuditRecord, EMPTY, sealRecord } from "./audit-chain.ts";
import { type Against, type Artifact, checkArtifact } from "./check-artifact.ts";
import { stagesOf } from "./lifecycle.ts";
import { type Manifest, manifestText } from "./manifest.ts";
import { sealArtifact, signManifest } from "./seal-artifact.ts";
import { NOW, testKey, testParts } from "./test-artifacts.ts";

type Files = ReadonlyMap<string, Uint8Array>;

/** For tests: two artifacts, the log that knows them and the key that signed them, all in memory. */
export function testWorld(salt = 1, mine = testKey(), other = testKey()) {
  let head = EMPTY;
  const records: AuditRecord[] = [];
  const add = (kind: AuditKind, payload: Readonly<Record<string, unknown>>) => {
    const sealed = sealRecord(head, new Date(NOW).toISOString(), kind, payload);
    head = sealed.head;
    records.push(sealed.record);
  };
  const make = (name: string, version: number, contents: number) => {
    const parts = testParts(name, contents);
    const id = `${name}-v${version}`;
    const created = new Date(NOW).toISOString();
    const sealed = sealArtifact(parts, { id, version, created, auditHead: head }, mine.signer);
    const { digest } = sealed.manifest;
    add("artifact-created", { artifact: id, name, version, digest, ...parts.inputs });
    return { id, ...sealed };
  };
  add("log-created", {});
  const [a, b] = [make("a", 2, salt), make("b", 1, salt + 1)];
  const known: Against = {
    keys: new Map([[mine.trusted.id, mine.trusted]]),
    records,
    stages: stagesOf(records),
  };
  return { a, b, known, mine, other };
}
export type World = ReturnType<typeof testWorld>;

const bytes = (text: string) => Buffer.from(text);
const put = (files: Files, name: string, content: Uint8Array): Files => new Map(files).set(name, content);
const without = (files: Files, name: string): Files => new Map([...files].filter(([n]) => n !== name));
const spliced = (content: Uint8Array, at: number, remove: number, ...insert: number[]) =>
  Buffer.from([...content].toSpliced(at, remove, ...insert));

/** A's files with a manifest that was changed and, what only the owner of the key can do, signed again. */
function signed({ a, mine }: World, change: Readonly<Record<string, unknown>>): Files {
  const { digest: _, signature: __, ...unsigned } = a.manifest;
  return put(
    a.files,
    MANIFEST,
    bytes(manifestText(signManifest({ ...unsigned, ...change } as never, mine.signer))),
  );
}

/** A's files with a manifest that was changed and left as it is. */
const edited = ({ a }: World, change: Partial<Record<keyof Manifest | "stage", unknown>>): Files =>
  put(a.files, MANIFEST, bytes(manifestText({ ...a.manifest, ...change } as never)));

const pick = <T>(from: readonly T[], k: number): T => from[k % from.length];

/** What is done to A, and the codes that may refuse it. x, y and z are any whole numbers from 0. */
interface Mutation {
  readonly codes: RegExp;
  readonly make: (world: World, x: number, y: number, z: number) => Files;
}

const ANY = /^E_ART_(HASH|MANIFEST|NAMESPACE|ID|SIGNATURE|SIZE)$/;

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  "a bit flipped": {
    codes: ANY,
    make({ a }, x, y, z) {
      const name = pick([...FILES, MANIFEST], x);
      const content = Buffer.from(a.files.get(name)!);
      content[y % content.length] ^= 1 << (z % 8);
      return put(a.files, name, content);
    },
  },
  "a byte put in": {
    codes: ANY,
    make({ a }, x, y, z) {
      const name = pick([...FILES, MANIFEST], x);
      const content = a.files.get(name)!;
      return put(a.files, name, spliced(content, y % (content.length + 1), 0, z % 256));
    },
  },
  "bytes taken out": {
    codes: ANY,
    make({ a }, x, y, z) {
      const name = pick([...FILES, MANIFEST], x);
      const content = a.files.get(name)!;
      return put(a.files, name, spliced(content, y % content.length, 1 + (z % 5)));
    },
  },
  "a file cut": {
    codes: ANY,
    make({ a }, x, y) {
      const name = pick([...FILES, MANIFEST], x);
      const content = a.files.get(name)!;
      return put(a.files, name, content.subarray(0, y % content.length));
    },
  },
  "a file of another artifact": {
    codes: /^E_ART_(HASH|ID)$/,
    make({ a, b }, x) {
      const name = pick([...FILES, MANIFEST], x);
      return put(a.files, name, b.files.get(name)!);
    },
  },
  "all files of another artifact": { codes: /^E_ART_ID$/, make: ({ b }) => b.files },
  "two files changed over": {
    codes: /^E_ART_HASH$/,
    make({ a }, x, y) {
      const one = pick(FILES, x);
      const two = pick(
        FILES.filter((name) => name !== one),
        y,
      );
      return put(put(a.files, one, a.files.get(two)!), two, a.files.get(one)!);
    },
  },
  "a file renamed": {
    codes: /^E_ART_(MISSING_FILE|EXTRA_FILE)$/,
    make({ a }, x, y) {
      const name = pick([...FILES, MANIFEST], x);
      const to = pick([`${name}.bak`, name.toUpperCase(), `.${name}`, "constructor", "__proto__"], y);
      return put(without(a.files, name), to, a.files.get(name)!);
    },
  },
  "a file too many": {
    codes: /^E_ART_EXTRA_FILE$/,
    make: ({ a }, x) =>
      put(a.files, pick(["x.json", "model.bin", "__proto__", "toString", ".part"], x), bytes("{}")),
  },
  "a file missing": {
    codes: /^E_ART_MISSING_FILE$/,
    make: ({ a }, x) => without(a.files, pick([...FILES, MANIFEST], x)),
  },
  "an older version, rightly signed": {
    codes: /^E_ART_ROLLBACK$/,
    make: (world) => signed(world, { version: 1 }),
  },
  "another content of the same version, rightly signed": {
    codes: /^E_ART_HASH$/,
    make(world, x) {
      const { manifest, files } = sealArtifact(
        testParts("a", 1000 + x),
        { ...world.a.manifest, id: "a-v2", version: 2 },
        world.mine.signer,
      );
      return put(files, MANIFEST, bytes(manifestText(manifest)));
    },
  },
  "a stage written into it": {
    codes: /^E_ART_MANIFEST$/,
    make: (world, x) => pick([edited, signed], x)(world, { stage: pick(["APPROVED", "CANDIDATE"], x >> 1) }),
  },
  "another namespace": {
    codes: /^E_ART_NAMESPACE$/,
    make: (world, x) =>
      pick([edited, signed], x)(world, {
        namespace: pick(["stocks/swing", "crypto", "", "Crypto/Kraken", null, 1], x >> 1),
      }),
  },
  "a member changed": {
    codes: /^E_ART_(HASH|MANIFEST)$/,
    make: (world, x) =>
      edited(
        world,
        pick<Record<string, unknown>>(
          [
            { version: 3 },
            { name: "b" },
            { created: "2026-01-02T00:00:00.000Z" },
            { digest: "0".repeat(64) },
            { format: 2 },
            { version: "2" },
          ],
          x,
        ),
      ),
  },
  "a signature by another key": {
    codes: /^E_ART_SIGNATURE$/,
    make(world, x) {
      const { a, b, mine, other } = world;
      const { digest: _, signature: __, ...unsigned } = a.manifest;
      const foreign = signManifest(unsigned, other.signer).signature;
      const wrong = [
        foreign,
        { ...foreign, key: mine.trusted.id },
        { ...a.manifest.signature, key: foreign.key },
        b.manifest.signature,
      ];
      return edited(world, { signature: pick(wrong, x) });
    },
  },
  "a weaker algorithm": {
    codes: /^E_ART_MANIFEST$/,
    make: (world, x) =>
      edited(world, {
        signature: { ...world.a.manifest.signature, algorithm: pick(["none", "hmac", "", null], x) },
      }),
  },
  "another head of the log, rightly signed": {
    codes: /^E_ART_HASH$/,
    make: (world) => signed(world, { auditHead: { seq: 1, hash: "f".repeat(32) } }),
  },
};

/** Mutates `runs` times; throws for the first artifact that is accepted or refused for another reason. */
export function mutate(runs: number): void {
  const world = testWorld();
  const kinds = Object.keys(MUTATIONS);
  const n = fc.nat({ max: 100_000 });
  fc.assert(
    fc.property(fc.constantFrom(...kinds), n, n, n, (kind, x, y, z) => {
      const { codes, make } = MUTATIONS[kind];
      const code = refusedWith(make(world, x, y, z), world);
      if (!codes.test(code)) throw new Error(`${kind} was refused with ${code}`);
    }),
    { numRuns: runs },
  );
}

export function refusedWith(files: Files, { a, known }: World): string {
  try {
    checkArtifact(files, a.id, known);
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  return "nothing";
}

/** Makes and reads `runs` intact artifacts of drawn contents. */
export function accept(runs: number): void {
  const [mine, other] = [testKey(), testKey()];
  fc.assert(
    fc.property(fc.nat({ max: 1_000_000 }), (salt) => {
      const { a, known } = testWorld(salt, mine, other);
      const { model, features, state }: Artifact = checkArtifact(a.files, a.id, known);
      const parts = testParts("a", salt);
      return model === parts.model && features.salt === salt && state.stage === "CANDIDATE";
    }),
    { numRuns: runs },
  );
}
