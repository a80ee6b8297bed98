import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scanDecimal } from "./decimal.ts";

function read(text: string): number {
  const bytes = Buffer.from(text, "latin1");
  const cursor = { end: -1 };
  const value = scanDecimal(bytes, 0, bytes.length, cursor);
  return cursor.end === bytes.length ? value : Number.NaN;
}

const digits = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: min, maxLength: max });
const decimal = fc
  .tuple(fc.constantFrom("", "-"), digits(1, 22), fc.option(digits(1, 25)))
  .map(([sign, whole, part]) => `${sign}${whole.replace(/^0+(?=\d)/, "")}${part === null ? "" : `.${part}`}`);

describe("scanDecimal", () => {
  test("gives the double of Number() for every plain decimal", () => {
    fc.assert(
      fc.property(decimal, (text) => {
        const expected = Number(text);
        expect(read(text)).toBe(expected === 0 ? 0 : expected);
      }),
      { numRuns: 2000 },
    );
  });

  test("reads back every double that JavaScript prints without a plus sign in its exponent", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1e20, noNaN: true }), (x) => {
        expect(read(String(x))).toBe(x);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ["2.9e-7", 2.9e-7],
    ["1e-05", 1e-5],
    ["1E+1", 10],
    ["4.25E+2", 425],
    ["1E-8", 1e-8],
    ["-0", 0],
    ["-0.0", 0],
    ["3529536.4586280505", 3529536.4586280505],
    ["9007199254740993", 9007199254740992],
  ])("reads %s", (text, value) => {
    expect(read(text)).toBe(value);
  });

  const BAD =
    "1e3 1E3 1e+3 1.23E+05 1.2E-05 0x10 0b1 0o7 +1 .5 5. 1. 1..2 1.2.3 1,5 1_000 00 01 -01 -.5 -- - NaN nan Infinity -Infinity inf null true 1e 1e- 1E+ 1e-1234 1f ١٢";
  test.each(["", " ", " 1", "1 ", "1\t", "1\0", ...BAD.split(" ")])("takes %j for no number", (text) => {
    expect(read(text)).toBeNaN();
  });

  test("accepts nothing that Number() would not read as the same value", () => {
    const near = fc.string({ unit: fc.constantFrom(..."0123456789.-+eExX_, "), maxLength: 12 });
    fc.assert(
      fc.property(near, (text) => {
        const value = read(text);
        if (!Number.isNaN(value)) expect(value).toBe(Number(text) + 0);
      }),
      { numRuns: 5000 },
    );
  });
});
