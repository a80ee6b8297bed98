import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import * as fs from "node:fs";
import { join } from "node:path";
import { FathomError } from "../../engine/errors.ts";
import { type FileOps, makeDirectory, PART, sweep, writeDurable } from "../../engine/live/durable.ts";
import type { AuditRecord } from "./audit-chain.ts";
import { type AuditLog, utc } from "./audit-log.ts";
import { readPlain } from "./plain-file.ts";
import { hasKeys, isHex, isTime } from "./shape.ts";
import { strictJson } from "./strict-json.ts";

/** A public key in this home's list. `key` is the 32 bytes as hex, `id` the first 32 hex of their sha256. */
export interface TrustedKey {
  readonly id: string;
  readonly key: string;
  /** ISO time at which it was trusted. */
  readonly added: string;
}

/** Signs with this home's private key. */
export interface Signer {
  readonly id: string;
  /** Ed25519 over the text's UTF-8, 128 hex. */
  sign(text: string): string;
}

const SECRET = "signing-key.pem";
const TRUSTED = "trusted.json";
const LARGEST = 1 << 16;
/** What stands before the 32 bytes of an Ed25519 public key in DER (RFC 8410). */
const DER = Buffer.from("302a300506032b6570032100", "hex");

const keysFolder = (home: string) => join(home, "keys");

export const keyId = (key: string): string =>
  createHash("sha256").update(Buffer.from(key, "hex")).digest("hex").slice(0, 32);

export const publicHex = (key: KeyObject): string =>
  createPublicKey(key).export({ type: "spki", format: "der" }).subarray(DER.length).toString("hex");

/** Files that nobody else may read, from the first moment on. */
const privately = (ops: FileOps): FileOps => ({
  ...ops,
  openSync: ((path: string, flags: string) => ops.openSync(path, flags, 0o600)) as FileOps["openSync"],
});

/**
 * Makes this home's Ed25519 key: `<home>/keys/signing-key.pem` (PKCS8, mode 0600) and its public half in
 * `trusted.json`, noted in the log. The private file comes last: a key is there once it is.
 * @param now ms UTC.
 * @throws FathomError E_KEY_EXISTS, E_IO_*
 */
export function createKey(home: string, log: AuditLog, now: number, ops: FileOps = fs): TrustedKey {
  const folder = keysFolder(home);
  const path = join(folder, SECRET);
  if (fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined) {
    throw new FathomError(
      "E_KEY_EXISTS",
      `keys: found ${path}; nothing was made: move it away first, artifacts that it signed stay valid`,
      { path },
    );
  }
  const { privateKey } = generateKeyPairSync("ed25519");
  const key = publicHex(privateKey);
  const made: TrustedKey = { id: keyId(key), key, added: utc(now) };
  makeDirectory(folder, ops);
  sweep(folder, (name) => name.endsWith(PART));
  log.append("key-created", { key: made.id, publicKey: key }, now);
  const trusted = [...trustedKeys(home).values(), made];
  writeDurable(join(folder, TRUSTED), `${JSON.stringify({ keys: trusted }, null, 2)}\n`, ops);
  writeDurable(path, privateKey.export({ type: "pkcs8", format: "pem" }) as string, privately(ops));
  return made;
}

/** @throws FathomError E_KEY_MISSING, E_KEY_READABLE where others may read it, E_KEY_CORRUPT, E_PATH_SYMLINK, E_PATH_FILE */
export function openSigner(home: string): Signer {
  const path = join(keysFolder(home), SECRET);
  const pem = readSecret(path);
  let secret: KeyObject;
  try {
    secret = createPrivateKey(pem);
  } catch {
    throw corrupt(path, "no private key");
  }
  if (secret.asymmetricKeyType !== "ed25519")
    throw corrupt(path, `a key of type ${secret.asymmetricKeyType}`);
  return {
    id: keyId(publicHex(secret)),
    sign: (text) => sign(null, Buffer.from(text), secret).toString("hex"),
  };
}

/** Id of this home's own key, undefined where it has none. @throws what openSigner throws otherwise. */
export function ownKey(home: string): string | undefined {
  const path = join(keysFolder(home), SECRET);
  return fs.lstatSync(path, { throwIfNoEntry: false }) === undefined ? undefined : openSigner(home).id;
}

function readSecret(path: string): Buffer {
  const found = readPlain(path, LARGEST);
  if (found === undefined) {
    throw new FathomError(
      "E_KEY_MISSING",
      `keys: found no ${path}, expected the key that signs artifacts; make one with fathom keys create`,
      { path },
    );
  }
  const { bytes, mode } = found;
  // Windows has no such bits: what it reports says nothing about who may read.
  if (process.platform !== "win32" && (mode & 0o077) !== 0) {
    throw new FathomError(
      "E_KEY_READABLE",
      `keys: ${path} has mode ${mode.toString(8).padStart(4, "0")}: others may read it or write it; it is not used. ` +
        "If nobody did, chmod 600 it; else move it away and make a new one",
      { path, mode },
    );
  }
  return bytes;
}

/**
 * The public keys in this home's list, by id; none where there is no file.
 * @throws FathomError E_KEY_CORRUPT, E_PATH_SYMLINK, E_PATH_FILE
 */
export function trustedKeys(home: string): ReadonlyMap<string, TrustedKey> {
  const path = join(keysFolder(home), TRUSTED);
  const file = readPlain(path, LARGEST);
  if (file === undefined) return new Map();
  if (file.size > LARGEST) throw corrupt(path, `${file.size} bytes`);
  let found: unknown;
  try {
    found = strictJson(file.bytes);
  } catch (error) {
    throw corrupt(path, (error as Error).message);
  }
  const list = hasKeys(found, ["keys"]) && Array.isArray(found.keys) ? found.keys : undefined;
  if (list === undefined) throw corrupt(path, "no list of keys");
  const wrong = list.findIndex((k) => !isTrusted(k));
  if (wrong >= 0) throw corrupt(path, `entry ${wrong} that is no { id, key, added } whose id is its key's`);
  return new Map((list as TrustedKey[]).map((k) => [k.id, k]));
}

/**
 * Those of the trusted keys whose making the log tells: one that was written into the list past the log signs nothing.
 * @throws FathomError what trustedKeys throws.
 */
export function believedKeys(home: string, records: readonly AuditRecord[]): ReadonlyMap<string, TrustedKey> {
  const made = new Set(
    records.flatMap(({ kind, payload }) => (kind === "key-created" ? [payload.publicKey] : [])),
  );
  return new Map([...trustedKeys(home)].filter(([, { key }]) => made.has(key)));
}

const isTrusted = (k: unknown): boolean =>
  hasKeys(k, ["added", "id", "key"]) && isHex(k.key, 64) && isTime(k.added) && k.id === keyId(k.key);

const corrupt = (path: string, what: string) =>
  new FathomError("E_KEY_CORRUPT", `keys: found ${what} in ${path}; put the file back as it was`, { path });

/** Whether `value` (128 hex) is the key's signature of the text. */
export function isSignedBy({ key }: TrustedKey, text: string, value: string): boolean {
  if (!isHex(value, 128)) return false;
  const der = Buffer.concat([DER, Buffer.from(key, "hex")]);
  const publicKey = createPublicKey({ key: der, type: "spki", format: "der" });
  return verify(null, Buffer.from(text), publicKey, Buffer.from(value, "hex"));
}
