import { describe, expect, it } from "vitest";
import { CHEATERS, EVENT_CHEATERS, HONEST_EVENTS, runningSum } from "./cheaters.test-data.ts";
import { ema } from "./indicators/ema.ts";
import { CASE_ROWS, LAW_CASES } from "./law-cases.ts";
import { createInputs, STYLES } from "./law-inputs.ts";
import { kernelSubject, number, runAll, type Subject } from "./law-run.ts";
import { checkLaws, describeViolation, LAWS, type LawName, warmUp } from "./laws.ts";
import { createPlan } from "./plan.ts";

const violations = (subject: Subject) => checkLaws(subject).map(describeViolation);

describe.each(LAW_CASES.map((c) => [c.name, c] as const))("%s", (_, c) => {
  it.each(STYLES)("obeys every law on %s data", (style) => {
    expect(violations(c.subject(CASE_ROWS, 1, style))).toEqual([]);
  });

  it("puts out finite numbers, so that the laws have something to judge", () => {
    const { columns } = runAll(c.subject(CASE_ROWS, 1, "usual"), [CASE_ROWS]).outputs;
    for (const [path, column] of columns) expect(Number.isFinite(column[CASE_ROWS - 1]), path).toBe(true);
  });
});

describe("the laws", () => {
  it.each([...CHEATERS, ...EVENT_CHEATERS].map((c) => [c.name, c] as const))(
    "catch a cheater: %s",
    (_, c) => {
      const verdict = LAWS[c.law](c.subject, {});
      expect(verdict?.law).toBe(c.law);
    },
  );

  it("each catch some cheater", () => {
    const named = new Set<LawName>(CHEATERS.map((c) => c.law));
    expect([...named].sort()).toEqual(Object.keys(LAWS).sort());
  });

  it.each(HONEST_EVENTS.map((s) => [s.name, s] as const))("let honest events pass: %s", (_, subject) => {
    expect(violations(subject)).toEqual([]);
  });

  it("let the kernel pass that the cheaters bend", () => {
    expect(
      violations(kernelSubject("sum", runningSum, { x: createInputs(300, 1, "usual").price() })),
    ).toEqual([]);
  });

  it("name law, output, row, what was found and what was expected", () => {
    const late = CHEATERS.find((c) => c.name === "not finite at its lookback")!;
    expect(describeViolation(warmUp(late.subject)!)).toBe(
      "warm-up: not finite at its lookback: y at row 3: found first finite row 3, expected row 0 (lookback)",
    );
  });

  it("leave the subject's data as it was, also when it throws", () => {
    const { subject } = CHEATERS.find((c) => c.name === "throws far from usual prices")!;
    const { x } = subject.inputs as unknown as { x: { values: Float64Array } };
    const before = x.values.slice();
    checkLaws(subject);
    expect(x.values).toEqual(before);
  });

  it("have nothing to say against no rows and a single row", () => {
    for (const rows of [0, 1, 2]) {
      const inputs = { x: number(new Float64Array(rows).fill(7)) };
      expect(violations(kernelSubject("ema", () => ema(3), inputs))).toEqual([]);
    }
  });

  it("judge a whole plan by the same code", () => {
    expect(violations(crossing(false))).toEqual([]);
  });

  it("find a peek inside a whole plan, at the output that it reaches", () => {
    const verdicts = checkLaws(crossing(true));
    expect(verdicts.map((v) => v.law)).toContain("no look-ahead");
    expect(verdicts.find((v) => v.law === "no look-ahead")?.output).toBe("gap");
  });

  it("find a system that is wired once for all its builds", () => {
    const wired = crossing(false).build();
    const verdict = LAWS.checkpoint({ ...crossing(false), build: () => wired }, {});
    expect(verdict?.found).toBe("one plan twice");
  });
});

/** Two averages of two pairs and their distance, as a wiring of several kernels with several inputs. */
function crossing(peeks: boolean): Subject {
  const m = createInputs(500, 3, "staggered");
  const inputs = { time: m.time(60_000), pairs: [m.bars(), m.bars()], halted: m.codes(0, 1) };
  return {
    name: "crossing",
    rows: m.rows,
    warmUp: "at most",
    inputs,
    build() {
      const plan = createPlan();
      const slot = (name: string) => plan.input(name);
      const pairs = [0, 1].map((p) => ({
        open: slot(`open${p}`),
        high: slot(`high${p}`),
        low: slot(`low${p}`),
        close: slot(`close${p}`),
        volume: slot(`volume${p}`),
      }));
      const wired = { time: slot("time"), pairs, halted: slot("halted") };
      const fast = plan.add(ema(5), { x: pairs[0].close }).y;
      const slow = plan.add(ema(20), { x: pairs[1].close }).y;
      const gap = plan.add(
        {
          name: "gap",
          params: {},
          lookback: 0,
          writes: { gap: "gap" },
          init: () => null,
          advance(
            _: null,
            input: { a: Float64Array; b: Float64Array },
            out: { gap: Float64Array },
            rows: number,
          ) {
            for (let i = 0; i < rows; i++) {
              const next = peeks && i + 1 < rows ? input.a[i + 1] : input.a[i];
              out.gap[i] = next - input.b[i];
            }
          },
        },
        { a: fast, b: slow },
      ).gap;
      return { plan, inputs: wired, outputs: { fast, gap } };
    },
  };
}
