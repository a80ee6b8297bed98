import * as fc from "fast-check";
import { expect, it } from "vitest";
import { decodeNumbers, decodeRun, decodeTable, rowAt } from "./decode.js";
import { pack } from "./page.test-data.ts";

it("gives back the bits of doubles and singles", () => {
  fc.assert(
    fc.property(fc.array(fc.double()), (values) => {
      expect(decodeNumbers(pack(values))).toEqual(Float64Array.from(values));
      expect(decodeNumbers(pack(values, 32))).toEqual(Float32Array.from(values));
    }),
  );
});

it("reads base64 written elsewhere", () => {
  // 1.5 and -2 as little-endian singles: 00 00 c0 3f, 00 00 00 c0
  expect(Array.from(decodeNumbers({ f: 32, n: 2, d: "AADAPwAAAMA=" }))).toEqual([1.5, -2]);
});

it("says what it found where the count or the width is wrong", () => {
  expect(() => decodeNumbers({ f: 32, n: 3, d: "AADAPwAAAMA=" })).toThrow(
    "found 8 bytes, expected 3 floats of 32 bits",
  );
  expect(() => decodeNumbers({ f: 16, n: 4, d: "AADAPwAAAMA=" })).toThrow("of 16 bits");
});

it("keeps lists of names and takes an absent table for an empty one", () => {
  expect(decodeTable({ kinds: ["entry"], order: pack([4, 5]) })).toMatchObject({ n: 2, kinds: ["entry"] });
  expect(decodeTable(undefined).n).toBe(0);
});

it("finds candles by any name, and none by the names of an object's own machinery", () => {
  const raw = JSON.parse(`{"intervalMs":1,"candles":{"__proto__":{"time":${JSON.stringify(pack([7]))}}}}`);
  expect(decodeRun(raw).candlesOf("__proto__")?.time[0]).toBe(7);
  expect(decodeRun({ candles: {} }).candlesOf("constructor")).toBeUndefined();
});

it("finds the last row at or before a time", () => {
  const times = [10, 20, 20, 30];
  expect([9, 10, 19, 20, 29, 30, 99].map((t) => rowAt(times, t))).toEqual([-1, 0, 0, 2, 2, 3, 3]);
});
