import fc from "fast-check";
import { expect, test } from "vitest";
import { strictJson } from "./strict-json.ts";

const read = (text: string) => strictJson(Buffer.from(text));

test("what JSON.stringify writes is read back, whatever its keys and strings hold", () => {
  const safe = fc.json({ maxDepth: 5 }).filter((text) => !/__proto__|constructor|prototype/.test(text));
  fc.assert(
    fc.property(safe, fc.integer({ min: 0, max: 2 }), (text, indent) => {
      const value = JSON.parse(text);
      expect(read(JSON.stringify(value, null, indent))).toEqual(value);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['{"__proto__":{"polluted":1}}', /the key "__proto__" at offset 1/],
  ['{"a":[{"\\u005f_proto__":1}]}', /the key "\\u005f_proto__" at offset 7/],
  ['{"constructor":1}', /the key "constructor"/],
  ['{"a":{"prototype" : 1}}', /the key "prototype"/],
  ['{"a":1,"b":2,"a":3}', /the key "a" twice in an object, at offset 13/],
  ['{"a":1,"\\u0061":3}', /twice/],
  ["[1e999]", /a number beyond a double/],
  ['{"a":-1e999}', /a number beyond a double/],
  ["[NaN]", /no JSON/],
  ['{"a":1', /no JSON/],
  ['{"a', /no JSON/],
  ['{"a\\', /no JSON/],
  ["", /no JSON/],
  ["\ufeff{}", /no JSON/],
])("%s is refused", (text, why) => {
  expect(() => read(text)).toThrow(why);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test("64 levels are read, one more and a hundred thousand are refused", () => {
  const nested = (n: number) => "[".repeat(n) + "]".repeat(n);
  expect(read(nested(64))).toBeInstanceOf(Array);
  expect(() => read(nested(65))).toThrow("more than 64 levels at offset 64");
  expect(() => read('{"a":'.repeat(100_000))).toThrow("more than 64 levels");
});

test("the same key in two objects, and brackets and colons inside of strings, are no fault", () => {
  expect(read('[{"a":1},{"a":"}:{"},"\\":"]')).toEqual([{ a: 1 }, { a: "}:{" }, '":']);
});

test("bytes that are no UTF-8 are refused", () => {
  expect(() => strictJson(Uint8Array.of(0x22, 0xff, 0x22))).toThrow("no UTF-8");
});
