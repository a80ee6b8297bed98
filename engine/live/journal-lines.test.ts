import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEvents } from "../events.ts";
import type { Slot } from "../kernel.ts";
import { FILL_FIELDS } from "../portfolio/events.ts";
import { firstDifference, inputText, NO_LINE, outputText, parseLine, seal, unseal } from "./journal-lines.ts";
import type { LiveBar, LiveRow } from "./row.ts";
import { nothingSaid, type RowOutput } from "./runner.ts";
import { testSystem } from "./test-live.ts";

const bytes = (line: string) => Buffer.from(line.slice(0, -1));

describe("a journal's line", () => {
  const any = fc.double({ noDefaultInfinity: false, noNaN: false });
  const bar = fc.option(fc.tuple(any, any, any, any, any), { nil: null });

  test("brings every number back bit for bit, also NaN, -0 and the infinities", () => {
    fc.assert(
      fc.property(fc.array(bar), any, any, fc.nat(), fc.nat(2), (pairs, value, age, at, operator) => {
        const row: LiveRow = { time: 3_600_000, pairs, outside: { value, age } };
        const said = operator === 0 ? undefined : { operator, taken: 7 };
        const text = inputText(row, at, said ?? nothingSaid(7), true);
        expect(parseLine(text)).toStrictEqual({ kind: "input", at, row, ...(said && { said }) });
      }),
      { numRuns: 500 },
    );
    const odd: LiveBar = [-0, Number.NaN, Number.POSITIVE_INFINITY, 5e-324, 1.7976931348623157e308];
    const [parsed] = [parseLine(inputText({ time: 0, pairs: [odd] }, 0, nothingSaid(0), false))];
    expect(parsed).toStrictEqual({ kind: "input", at: 0, row: { time: 0, pairs: [odd] } });
  });

  test("is opened by what sealed it, and by nothing else", () => {
    const { line, hash } = seal('{"row":1', NO_LINE);
    expect(unseal(bytes(line))).toEqual({ open: '{"row":1', previous: NO_LINE, hash });
    for (let at = 0; at < line.length - 1; at++) {
      const changed = bytes(line);
      changed[at] ^= 1;
      expect(unseal(changed)).toBeUndefined();
      expect(unseal(bytes(line).subarray(0, at))).toBeUndefined();
    }
  });

  test.each([
    "{",
    "[]",
    "{}",
    '{"row":-1,"equity":1}',
    '{"row":0,"time":1,"pairs":[[1,2]]}',
    '{"row":0,"time":"x"}',
  ])("that says %s is no line", (text) => {
    expect(parseLine(text.slice(0, -1))).toBeUndefined();
  });
});

test("the first difference of two outputs names table, field and both values", () => {
  const fills = createEvents(FILL_FIELDS);
  const none = createEvents([]);
  const system = testSystem();
  const values = new Map([[system.portfolio.equity, 100]]);
  const out = {
    row: 3,
    time: 0,
    orders: none,
    fills,
    cancels: none,
    refusals: none,
    value: (slot: Slot) => values.get(slot) ?? 0,
  } as unknown as RowOutput;
  const empty = outputText(out, system);
  fills.at.price[fills.next()] = 42.5;
  const filled = outputText(out, system);
  fills.at.price[0] = 43;
  const dearer = outputText(out, system);
  values.set(system.portfolio.equity, 99);

  expect(firstDifference(filled, filled)).toBeUndefined();
  expect(firstDifference(filled, dearer)).toEqual({
    table: "fills",
    field: "price of entry 0",
    journaled: 42.5,
    found: 43,
  });
  expect(firstDifference(empty, filled)).toMatchObject({ table: "fills", journaled: undefined, found: 0 });
  expect(firstDifference(filled, outputText(out, system))).toEqual({
    table: "money",
    field: "equity",
    journaled: 100,
    found: 99,
  });
});
