import { describe, expect, test } from "vitest";
import { EMPTY, headText, parseHead, sealRecord } from "./audit-chain.ts";
import { check, TAMPERING, tamper, testLog } from "./test-tampering.ts";

const { lines, head } = testLog(5);
const codes = (faults: readonly { code: string }[]) => faults.map((fault) => fault.code);

test("an intact log is read to its head, with every record", () => {
  const read = check(lines, { last: head });
  expect(read).toMatchObject({ faults: [], torn: 0, head });
  expect(read.records.map(({ seq, payload }) => [seq, payload.k])).toEqual(
    [0, 1, 2, 3, 4].map((k) => [k + 1, k]),
  );
});

describe("tampering", () => {
  test.each(Object.keys(TAMPERING))("is detected: %s", (kind) => {
    expect(check(TAMPERING[kind](lines, 2, 3), { last: head }).faults).not.toEqual([]);
  });

  test("of every kind, at random places, with fitting hashes and without, is detected without exception", () => {
    tamper(10_000);
  });

  test("of a line names its seq", () => {
    const { faults, records } = check(TAMPERING["line edited"](lines, 2, 3), { last: head });
    expect(faults).toMatchObject([{ code: "E_AUDIT_CHAIN", context: { seq: 3 } }]);
    expect(records).toHaveLength(2);
  });

  test("with the head file as well is seen by what an artifact remembers", () => {
    const other = testLog(5, "other");
    const witness = { where: "manifest.json", seq: 4, hash: JSON.parse(lines[3]).hash as string };
    expect(check(lines, { last: head }, [witness]).faults).toEqual([]);
    expect(check(other.lines, { last: other.head }).faults).toEqual([]); // nobody else remembers: the honest limit
    const { faults } = check(other.lines, { last: other.head }, [witness]);
    expect(faults).toMatchObject([{ code: "E_AUDIT_HEAD", context: { place: "manifest.json" } }]);
    expect(codes(check([], undefined, [witness]).faults)).toEqual(["E_AUDIT_HEAD"]);
  });

  test("by removing the head file is seen", () => {
    expect(codes(check(lines, undefined).faults)).toEqual(["E_AUDIT_HEAD"]);
    expect(codes(check(lines, parseHead(Buffer.from("{}"))).faults)).toEqual(["E_AUDIT_HEAD"]);
    expect(check([], undefined).faults).toEqual([]);
  });

  test("by adding a record that fits is seen, for the head file does not know it", () => {
    const more = sealRecord(head, new Date(0).toISOString(), "forced", {});
    expect(codes(check([...lines, more.line], { last: head }).faults)).toEqual(["E_AUDIT_HEAD"]);
  });

  test("by adding anything else behind the end is seen, whether a record was being added or not", () => {
    const next = sealRecord(head, new Date(0).toISOString(), "forced", {});
    for (const more of ["x", "{", next.line.slice(0, -1)])
      expect(codes(check([...lines, more], { last: head }).faults)).toEqual(["E_AUDIT_HEAD"]);
    const file = { last: head, next: next.head };
    for (const more of [`${next.line}x`, "x".repeat(next.line.length)])
      expect(codes(check([...lines, more], file).faults)).toEqual(["E_AUDIT_HEAD"]);
    expect(codes(check(["x"], undefined).faults)).toEqual(["E_AUDIT_HEAD"]);
  });
});

describe("a record that was being added", () => {
  const next = sealRecord(head, new Date(0).toISOString(), "forced", { what: "x" });
  const file = { last: head, next: next.head };

  test("may be there, absent, or cut at any byte", () => {
    expect(check([...lines, next.line], file)).toMatchObject({ faults: [], torn: 0, head: next.head });
    for (let cut = 0; cut < next.line.length; cut++) {
      expect(check([...lines, next.line.slice(0, cut)], file)).toMatchObject({ faults: [], torn: cut, head });
    }
  });

  test("may be no other one, and may not take the one before with it", () => {
    const other = sealRecord(head, new Date(0).toISOString(), "forced", { what: "y" });
    expect(codes(check([...lines, other.line], file).faults)).toEqual(["E_AUDIT_HEAD"]);
    expect(codes(check(lines.slice(0, -1), file).faults)).toEqual(["E_AUDIT_HEAD"]);
  });
});

test.each([
  [{ seq: 1 }, 'the member "seq"'],
  [{ hash: "" }, 'the member "hash"'],
  [JSON.parse('{"a":{"__proto__":1}}'), "__proto__"],
  [{ a: Number.NaN }, "NaN"],
  [{ a: "x".repeat(1 << 20) }, "at most 1048576"],
])("a record may not hold %#", (payload, why) => {
  expect(() => sealRecord(EMPTY, new Date(0).toISOString(), "forced", payload)).toThrow(why);
});

test("a record of no known kind is not written and not read", () => {
  expect(() => sealRecord(EMPTY, new Date(0).toISOString(), "approved" as never, {})).toThrow(
    'the kind "approved"',
  );
  expect(() => sealRecord(EMPTY, "yesterday", "forced", {})).toThrow("no ISO time");
});

test("a head file is read as it was written, and in no other spelling", () => {
  for (const file of [{ last: head }, { last: EMPTY, next: head }]) {
    expect(parseHead(Buffer.from(headText(file)))).toEqual(file);
    expect(parseHead(Buffer.from(` ${headText(file)}`))).toBe("corrupt");
  }
  expect(parseHead(Buffer.from(headText({ last: head }).replace('"format":1', '"format":2')))).toBe(
    "corrupt",
  );
});
