import fc from "fast-check";
import { expect, it } from "vitest";
import { jsonInScript, pack32, pack64, packedBytes } from "./embed.ts";

it("packs doubles and singles as little-endian bytes", () => {
  // IEEE 754: 1 is 3f f0 00 .. as a double, 3f 80 00 00 as a single
  expect(pack64([1])).toEqual({
    f: 64,
    n: 1,
    d: Buffer.from([0, 0, 0, 0, 0, 0, 0xf0, 0x3f]).toString("base64"),
  });
  expect(pack32([1])).toEqual({ f: 32, n: 1, d: Buffer.from([0, 0, 0x80, 0x3f]).toString("base64") });
});

it("gives back what was packed, and one NaN for every NaN", () => {
  fc.assert(
    fc.property(fc.array(fc.double()), (values) => {
      const { n, d } = pack64(values);
      const bytes = new Uint8Array(Buffer.from(d, "base64"));
      expect([...new Float64Array(bytes.buffer)]).toEqual(values);
      expect([n, d.length]).toEqual([values.length, packedBytes(values.length, 64)]);
    }),
  );
  const odd = new Float64Array(new Uint8Array([1, 2, 3, 4, 5, 6, 0xf8, 0xff]).buffer);
  expect(pack64(odd)).toEqual(pack64([Number.NaN]));
});

it("writes JSON that can neither end its script element nor a line, and that reads back the same", () => {
  const nasty = fc.constantFrom("</script>", "<!--", "\u2028", "&amp;", "]]>");
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string({ unit: "binary" }), nasty)), (texts) => {
      const json = jsonInScript([texts, Object.fromEntries(texts.map((t) => [t, 1]))]);
      return !/[<>&\u2028\u2029]/.test(json) && JSON.stringify(JSON.parse(json)[0]) === JSON.stringify(texts);
    }),
  );
});
