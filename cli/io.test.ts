import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { createIo, noFigure } from "./io.ts";
import { testIo } from "./test-io.ts";

/** A stream that claims to be a terminal of 80 columns and keeps what is drawn on it. */
function fakeTerminal() {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 });
  let drawn = "";
  stream.on("data", (chunk) => {
    drawn += chunk;
  });
  const around = { stdout: () => {}, stderr: () => {}, env: {}, cwd: "/" };
  return { stream, around, drawn: () => drawn };
}

test("a document is one piece of JSON with a line end", () => {
  const io = testIo({});
  expect(io.jsonWritten()).toBe(false);
  io.json({ a: [1, "x", null, true], sharpe: noFigure("fewer than 30 days"), left: undefined });
  expect(JSON.parse(io.out())).toEqual({
    a: [1, "x", null, true],
    sharpe: { value: null, why: "fewer than 30 days" },
  });
  expect(io.out().endsWith("}\n")).toBe(true);
  expect(io.jsonWritten()).toBe(true);
});

test("a second document is refused", () => {
  const io = testIo({});
  io.json({});
  expect(() => io.json({})).toThrow(/called twice/);
  expect(io.out()).toBe("{}\n");
});

test.each([
  ["NaN", Number.NaN, /E_JSON_NUMBER|found NaN at runs\[1\]\.sharpe/],
  ["Infinity", Number.POSITIVE_INFINITY, /found Infinity at runs\[1\]\.sharpe/],
  ["-Infinity", Number.NEGATIVE_INFINITY, /found -Infinity at runs\[1\]\.sharpe/],
  ["a bigint", 1n, /found bigint at runs\[1\]\.sharpe/],
  ["a date", new Date(0), /found Date at runs\[1\]\.sharpe/],
  ["a map", new Map(), /found Map at runs\[1\]\.sharpe/],
  ["a column", new Float64Array(2), /found Float64Array at runs\[1\]\.sharpe/],
  ["a function", () => 1, /found function at runs\[1\]\.sharpe/],
  ["undefined in a list", [1, undefined], /found undefined at runs\[1\]\.sharpe\[1\]/],
])("%s never reaches a document", (_, value, message) => {
  const io = testIo({});
  expect(() => io.json({ runs: [{}, { sharpe: value }] })).toThrow(message);
  expect(io.out()).toBe("");
});

test("progress is silent where nobody watches", () => {
  const io = testIo({});
  const progress = io.progress("bars", 10);
  progress.update(5);
  progress.stop();
  expect(io.isTTY).toBe(false);
  expect(io.out() + io.err()).toBe("");
});

test("progress on a terminal shows label, value and rate, and leaves cursor and wrapping alone", async () => {
  const { stream, around, drawn } = fakeTerminal();
  let now = 0;
  const io = createIo({ ...around, terminal: stream, now: () => now });
  const progress = io.progress("bars", 1_000_000);
  now = 2000;
  await new Promise((done) => setTimeout(done, 150)); // cli-progress draws ten times a second
  progress.update(500_000);
  progress.stop();
  expect(io.isTTY).toBe(true);
  expect(drawn()).toContain("bars [");
  expect(drawn()).toContain("500000/1000000 | 250.0k/s");
  for (const sequence of ["\u001b[?25l", "\u001b[?7l"]) expect(drawn()).not.toContain(sequence);
});
