import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testFolder } from "../../engine/live/test-folder.ts";
import { createKey, isSignedBy, openSigner, ownKey, trustedKeys } from "./keys.ts";
import { NOW, testHome, testKey } from "./test-artifacts.ts";

const code = (c: string) => expect.objectContaining({ code: c });

test("a key that was made is private, trusted and noted in the log", () => {
  const { home, using } = testHome();
  expect(statSync(join(home, "keys", "signing-key.pem")).mode & 0o777).toBe(0o600);
  const { id } = openSigner(home);
  const key = trustedKeys(home).get(id)!;
  expect(ownKey(home)).toBe(id);
  using((log) => {
    expect(log.records.at(-1)).toMatchObject({
      kind: "key-created",
      payload: { key: id, publicKey: key.key },
    });
    expect(() => createKey(home, log, NOW)).toThrow(code("E_KEY_EXISTS"));
  });
});

test("a second key is made once the first was moved away, and both stay trusted", () => {
  const { home, using } = testHome();
  renameSync(join(home, "keys", "signing-key.pem"), join(home, "old.pem"));
  using((log) => createKey(home, log, NOW));
  expect(trustedKeys(home).size).toBe(2);
});

test("a signature holds for its text and its key alone", () => {
  const [one, two] = [testKey(), testKey()];
  const value = one.signer.sign("text");
  expect(isSignedBy(one.trusted, "text", value)).toBe(true);
  expect(isSignedBy(one.trusted, "Text", value)).toBe(false);
  expect(isSignedBy(two.trusted, "text", value)).toBe(false);
  expect(isSignedBy(one.trusted, "text", value.toUpperCase())).toBe(false);
});

test("signatures are those of RFC 8032, section 7.1, test 1", () => {
  const key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
  const value =
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";
  const trusted = { id: "", key, added: "" };
  expect(isSignedBy(trusted, "", value)).toBe(true);
  expect(isSignedBy(trusted, " ", value)).toBe(false);
});

test.skipIf(process.platform === "win32").each([0o644, 0o640, 0o604, 0o660])(
  "a private key of mode %o is not used",
  (mode) => {
    const { home } = testHome();
    chmodSync(join(home, "keys", "signing-key.pem"), mode);
    expect(() => openSigner(home)).toThrow(code("E_KEY_READABLE"));
  },
);

test("a list of keys beyond its size, and a folder in a key's place, are refused", () => {
  const { home } = testHome();
  const path = (name: string) => join(home, "keys", name);
  truncateSync(path("trusted.json"), 2 ** 32);
  expect(() => trustedKeys(home)).toThrow(code("E_KEY_CORRUPT"));
  for (const [name, read] of [
    ["trusted.json", () => trustedKeys(home)],
    ["signing-key.pem", () => openSigner(home)],
  ] as const) {
    rmSync(path(name));
    mkdirSync(path(name));
    expect(read).toThrow(code("E_PATH_FILE"));
  }
});

test("no key, another kind of key, no key at all in the file and a link are told apart", () => {
  expect(() => openSigner(testFolder())).toThrow(code("E_KEY_MISSING"));
  const { home } = testHome();
  const path = join(home, "keys", "signing-key.pem");
  writeFileSync(path, "-----BEGIN PRIVATE KEY-----\n");
  expect(() => openSigner(home)).toThrow(code("E_KEY_CORRUPT"));
  rmSync(path);
  symlinkSync(join(home, "elsewhere"), path);
  expect(() => openSigner(home)).toThrow(code("E_PATH_SYMLINK"));
});

test("a file of trusted keys in which an id is not its key's is refused", () => {
  const { home } = testHome();
  const path = join(home, "keys", "trusted.json");
  const text = readFileSync(path, "utf8");
  for (const wrong of [
    text.replace(/"key": "./, (found) => `${found.slice(0, -1)}${found.endsWith("0") ? "1" : "0"}`),
    text.replace('"keys"', '"kays"'),
    "[]",
    "{",
  ]) {
    writeFileSync(path, wrong);
    expect(() => trustedKeys(home)).toThrow(code("E_KEY_CORRUPT"));
  }
  expect(trustedKeys(testFolder()).size).toBe(0);
});
