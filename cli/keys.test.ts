import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testKey } from "../research/artifacts/test-artifacts.ts";
import { main } from "./main.ts";
import { testIo } from "./test-io.ts";

async function fathom(io: ReturnType<typeof testIo>, ...args: string[]) {
  const before = io.out().length;
  return { exit: await main(args, io), out: io.out().slice(before) };
}

test("keys create makes the key once, and show tells which are believed", async () => {
  const io = testIo({});
  expect((await fathom(io, "keys", "show")).out).toMatch(/^no keys in .*; fathom keys create makes one\n$/);
  const made = (await fathom(io, "keys", "create")).out;
  const [, id, key] = /^key ([0-9a-f]{32}) was made\npublic key ([0-9a-f]{64})\n$/.exec(made)!;
  expect((await fathom(io, "keys", "show")).out).toMatch(
    new RegExp(`\n${id} +${key} +1970-01-01T00:00:00.000Z +yes +yes\n`),
  );
  expect((await fathom(io, "keys", "create")).exit).toBe(1);
  expect(io.err()).toMatch(/^E_KEY_EXISTS: keys: found .*signing-key\.pem; nothing was made/);
  const json = JSON.parse((await fathom(io, "keys", "show", "--json")).out);
  expect(json).toMatchObject({ own: id, keys: [{ id, key, own: true, believed: true }] });
});

test("keys show marks a key that was written into the list past the log", async () => {
  const io = testIo({});
  await fathom(io, "keys", "create");
  const path = join(io.cwd, ".fathom", "keys", "trusted.json");
  const { keys } = JSON.parse(readFileSync(path, "utf8"));
  const { trusted } = testKey();
  writeFileSync(path, JSON.stringify({ keys: [...keys, trusted] }));
  expect((await fathom(io, "keys", "show")).out).toMatch(
    new RegExp(`\n${keys[0].id} .* yes +yes *\n${trusted.id} .* no +not in the log: not believed\n`),
  );
  expect(JSON.parse((await fathom(io, "keys", "show", "--json")).out)).toMatchObject({
    faults: [],
    keys: [
      { id: keys[0].id, believed: true },
      { id: trusted.id, own: false, believed: false },
    ],
  });
});

test("keys show says that a log is broken, and believes what its whole records tell", async () => {
  const io = testIo({});
  await fathom(io, "keys", "create");
  const log = join(io.cwd, ".fathom", "audit", "log.jsonl");
  writeFileSync(log, readFileSync(log, "utf8").replace("key-created", "key-creates"));
  expect((await fathom(io, "keys", "show")).out).toContain("not in the log: not believed");
  expect(io.err()).toMatch(/^E_AUDIT_CHAIN: .*\nNOT TO BE TRUSTED: /);
});

test("no output holds the private key", async () => {
  const io = testIo({});
  for (const args of [["create", "--json"], ["show"], ["create"]]) await fathom(io, "keys", ...args);
  expect(io.out() + io.err()).not.toMatch(/PRIVATE|MC4CAQ/);
});

test("--head-file puts the head of the log where it says", async () => {
  const io = testIo({});
  expect((await fathom(io, "keys", "create", "--head-file", "usb/head.json")).exit).toBe(0);
  expect(existsSync(join(io.cwd, "usb", "head.json"))).toBe(true);
  expect((await fathom(io, "audit", "verify", "--head-file", "usb/head.json")).exit).toBe(0);
  expect((await fathom(io, "audit", "verify")).exit).toBe(1);
  expect(io.err()).toMatch(/E_AUDIT_HEAD: audit: found a log of 2 records and no head file/);
});

test("audit.head_file does so for every command, and --head-file outranks it", async () => {
  const io = testIo({ env: { FATHOM_AUDIT__HEAD_FILE: "usb/head.json" } });
  for (const args of [
    ["keys", "create"],
    ["audit", "verify"],
    ["audit", "log"],
    ["artifacts", "list"],
  ]) {
    expect((await fathom(io, ...args)).exit).toBe(0);
    expect(io.err()).toBe("");
  }
  expect(existsSync(join(io.cwd, ".fathom", "audit-head.json"))).toBe(false);
  expect((await fathom(io, "audit", "verify", "--head-file", "other.json")).exit).toBe(1);
});
