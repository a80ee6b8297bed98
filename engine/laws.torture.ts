import { describe, expect, it } from "vitest";
import { HONEST_EVENTS } from "./cheaters.test-data.ts";
import { CASE_ROWS, LAW_CASES } from "./law-cases.ts";
import { STYLES } from "./law-inputs.ts";
import { checkLaws, describeViolation } from "./laws.ts";
import { BLOCK_ROWS } from "./session.ts";

const SEEDS = 10;

describe.each(LAW_CASES.map((c) => [c.name, c] as const))("%s", (_, c) => {
  it.each(STYLES)("obeys every law on %s data of many seeds and lengths", (style) => {
    for (let seed = 2; seed < 2 + SEEDS; seed++) {
      for (const rows of [3, 17 + seed, CASE_ROWS + 31 * seed]) {
        const found = checkLaws(c.subject(rows, seed, style), { cuts: 24, seed });
        expect(found.map(describeViolation), `seed ${seed}, ${rows} rows`).toEqual([]);
      }
    }
  });

  it("obeys every law on data of several full blocks", () => {
    const subject = c.subject(2 * BLOCK_ROWS + 333, 99, "staggered");
    const blocks = [2, 3, 5, 7, 13, 100, 2047, 2048, 2049, subject.rows];
    expect(checkLaws(subject, { cuts: 24, seed: 99, blocks }).map(describeViolation)).toEqual([]);
  });
});

describe("kernels with events", () => {
  it.each(HONEST_EVENTS.map((s) => [s.name, s] as const))("obey every law at every row: %s", (_, subject) => {
    for (let seed = 1; seed <= 10; seed++) {
      expect(checkLaws(subject, { cuts: subject.rows, seed }).map(describeViolation)).toEqual([]);
    }
  });
});
