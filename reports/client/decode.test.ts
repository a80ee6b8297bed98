import { deflateSync } from "node:zlib";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { smallPrices } from "../candles.ts";
import { type Column, packPage } from "../embed.ts";
import { decodeCandles, decodeNumbers, decodeRun, decodeTable, rowAt, unpackPage } from "./decode.js";

/** A column as it comes out of the page. */
async function throughPage(column: Column) {
  const { raw, bytes } = await unpackPage(packPage({ table: { before: Float64Array.of(0.5), column } }));
  return decodeTable(raw.table, bytes).column as Column;
}
const bitsOf = (column: Column) => [...new BigUint64Array(Float64Array.from(column).buffer)];

it("gives back every double and single to the bit", async () => {
  const any = fc.double({ noNaN: true });
  const whole = fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.integer({ min: -3, max: 3 }), fc.constant(-0));
  const values = fc.oneof(fc.array(any), fc.array(whole), fc.array(fc.oneof(any, whole)));
  await fc.assert(
    fc.asyncProperty(values, fc.boolean(), async (list, isSorted) => {
      if (isSorted) list.sort((a, b) => a - b);
      for (const column of [Float64Array.from(list), Float32Array.from(list)]) {
        expect(bitsOf(await throughPage(column))).toEqual(bitsOf(column));
      }
    }),
  );
});

it("gives back one NaN for every NaN", async () => {
  const odd = new Float64Array(new Uint8Array([1, 2, 3, 4, 5, 6, 0xf8, 0xff]).buffer);
  expect(packPage({ odd })).toBe(packPage({ odd: Float64Array.of(Number.NaN) }));
  expect(await throughPage(odd)).toEqual(odd);
});

it("gives back the prices of bars to the bit, of few decimals and of any", async () => {
  const decimal = (digits: number, most: number) =>
    fc.integer({ min: 0, max: most }).map((k) => Number(`${k}e-${digits}`));
  const price = fc.oneof(decimal(0, 70_000), decimal(2, 7e6), decimal(5, 3e9), decimal(10, 2 ** 31 - 1));
  const bar = (x: fc.Arbitrary<number>) => fc.record({ open: x, high: x, low: x, close: x });
  const bars = fc.oneof(fc.array(bar(price)), fc.array(bar(fc.double())));
  await fc.assert(
    fc.asyncProperty(bars, async (list) => {
      const column = (name: "open" | "high" | "low" | "close") => Float64Array.from(list, (b) => b[name]);
      const prices = {
        open: column("open"),
        high: column("high"),
        low: column("low"),
        close: column("close"),
      };
      const { raw, bytes } = await unpackPage(packPage({ bars: smallPrices(prices) }));
      const { open, high, low, close } = decodeCandles(raw.bars, bytes);
      for (const [name, found] of Object.entries({ open, high, low, close })) {
        expect(bitsOf(found)).toEqual(bitsOf(prices[name as keyof typeof prices]));
      }
    }),
  );
});

it("reads what was written elsewhere", async () => {
  // 1.5 and -2 are 3f c0 00 00 and c0 00 00 00 as singles; 0x0103 and -1 have the codes 0x0206 and 1
  const planes = [0, 0, 0, 0, 0xc0, 0, 0x3f, 0xc0, /**/ 6, 1, 2, 0];
  const json = '{"f":{"n":2,"at":0,"f":32},"w":{"n":2,"at":8,"w":2}}';
  const text = deflateSync(Buffer.from([json.length, 0, 0, 0, ...Buffer.from(json), ...planes]));
  const { raw, bytes } = await unpackPage(text.toString("base64"));
  expect([...decodeNumbers(bytes, raw.f)]).toEqual([1.5, -2]);
  expect([...decodeNumbers(bytes, raw.w)]).toEqual([0x103, -1]);
});

it("says what it found where the bytes of a column are not there", () => {
  expect(() => decodeNumbers(new Uint8Array(8), { f: 32, n: 3, at: 0 })).toThrow(
    "found 8 bytes, expected 3 numbers of 4 bytes from 0",
  );
});

it("keeps lists of names and takes an absent table for an empty one", async () => {
  const { raw, bytes } = await unpackPage(
    packPage({ t: { kinds: ["entry"], order: Float64Array.of(4, 5) } }),
  );
  expect(decodeTable(raw.t, bytes)).toMatchObject({ n: 2, kinds: ["entry"] });
  expect(decodeTable(undefined, bytes).n).toBe(0);
});

it("finds candles by any name, and none by the names of an object's own machinery", async () => {
  const candles = Object.fromEntries([["__proto__", { time: Float64Array.of(7) }]]);
  const run = decodeRun(await unpackPage(packPage({ candles })));
  expect(run.candlesOf("__proto__")?.time[0]).toBe(7);
  expect(run.candlesOf("constructor")).toBeUndefined();
});

it("finds the last row at or before a time", () => {
  const times = [10, 20, 20, 30];
  expect([9, 10, 19, 20, 29, 30, 99].map((t) => rowAt(times, t))).toEqual([-1, 0, 0, 2, 2, 3, 3]);
});
