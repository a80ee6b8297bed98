import * as fc from "fast-check";
import { expect, it } from "vitest";
import { csvCell, csvText } from "./csv.js";

it("writes text that a spreadsheet would run as a formula behind an apostrophe", () => {
  for (const start of ["=", "+", "-", "@", "\t", "\r", "\n"]) {
    expect(csvCell(`${start}1+1`).replace(/^"/, "")[0]).toBe("'");
  }
  expect(csvCell('=HYPERLINK("x")')).toBe(`"'=HYPERLINK(""x"")"`);
});

it("leaves numbers numbers, also below zero", () => {
  expect([csvCell(-12.5), csvCell(1e-7), csvCell(Number.NaN)]).toEqual(["-12.5", "1e-7", ""]);
});

it("gives back every text when read as RFC 4180", () => {
  const read = (text: string) => (text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text);
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."=+-@\t\r\n\",;'a é€1") }), (text) => {
      expect(read(csvCell(text)).replace(/^'(?=[=+\-@\t\r\n])/, "")).toBe(
        text.replace(/^'(?=[=+\-@\t\r\n])/, ""),
      );
    }),
  );
});

it("ends every record with CRLF", () => {
  expect(
    csvText([
      ["a", 1],
      ["b,c", 2],
    ]),
  ).toBe('a,1\r\n"b,c",2\r\n');
});
