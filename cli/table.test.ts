import { expect, test } from "vitest";
import { formatTable } from "./table.ts";

test("columns are aligned: text to the left, numbers to the right", () => {
  const rows = [
    { pair: "BTC", rows: 78_888, first: "2013-10-06" },
    { pair: "MATIC", rows: 12, first: null },
  ];
  expect(formatTable(rows)).toBe(
    ["pair    rows  first", "BTC    78888  2013-10-06", "MATIC     12  -", ""].join("\n"),
  );
});

test("text of numbers, with signs, separators and percent signs, is aligned as numbers", () => {
  expect(formatTable([{ x: "+1,234.5" }, { x: "-2%" }, { x: "1e-9" }])).toBe(
    ["       x", "+1,234.5", "     -2%", "    1e-9", ""].join("\n"),
  );
});

test("a column with one word in it is text, and a column of missing cells too", () => {
  expect(
    formatTable([
      { x: 10, y: null },
      { x: "none", y: undefined },
    ]),
  ).toBe(["x     y", "10    -", "none  -", ""].join("\n"));
});

test("an escape sequence or a line break in a cell cannot leave its cell", () => {
  expect(formatTable([{ file: "a\n\u001b[2Jb\u0085c\u2028d" }])).toBe("file\na??[2Jb?c?d\n");
});

test("wide letters outside of the basic plane count as one", () => {
  expect(
    formatTable([
      { a: "🙂", b: "x" },
      { a: "yy", b: "z" },
    ]),
  ).toBe("a   b\n🙂   x\nyy  z\n");
});

test("a blank line parts groups of rows", () => {
  const rows = [{ s: "a.x" }, { s: "a.y" }, { s: "b.x" }];
  expect(formatTable(rows, (row, before) => row.s[0] !== before.s[0])).toBe("s\na.x\na.y\n\nb.x\n");
});

test("no rows give nothing", () => {
  expect(formatTable([])).toBe("");
});
