import { describe, expect, it } from "vitest";
import { CHEATERS, EVENT_CHEATERS, HONEST_EVENTS, runningSum } from "./cheaters.test-data.ts";
import { ema } from "./indicators/ema.ts";
import type { Slot } from "./kernel.ts";
import { CASE_ROWS, LAW_CASES } from "./law-cases.ts";
import { createInputs } from "./law-inputs.ts";
import { type InputColumn, kernelSubject, number, runAll, type Subject } from "./law-run.ts";
import { type LawSample, sampleLaws } from "./law-sample.ts";
import { describeViolation } from "./laws.ts";
import { createPlan } from "./plan.ts";
import { trendGap } from "./regime/trend.ts";
import { BLOCK_ROWS } from "./session.ts";

/** The laws over what a run in one block put out. */
const sample = (subject: Subject, seed = 1): LawSample =>
  sampleLaws({ ...subject, expected: runAll(subject, [BLOCK_ROWS]).outputs }, { seed });
const violations = ({ laws }: LawSample) =>
  laws.flatMap((l) => (l.violation === null ? [] : [describeViolation(l.violation)]));

describe("sampleLaws", () => {
  it.each(LAW_CASES.map((c) => [c.name, c] as const))("lets an honest kernel pass: %s", (_, c) => {
    expect(violations(sample(c.subject(CASE_ROWS, 1, "staggered")))).toEqual([]);
  });

  it.each(HONEST_EVENTS.map((s) => [s.name, s] as const))("lets honest events pass: %s", (_, subject) => {
    expect(violations(sample(subject))).toEqual([]);
  });

  it.each([...CHEATERS, ...EVENT_CHEATERS].map((c) => [`${c.name}: ${c.law}`, c] as const))(
    "catches a cheater: %s",
    (_, c) => {
      const broken = sample(c.subject).laws.filter((l) => l.violation !== null);
      expect(broken.map((l) => l.law)).toContain(c.law);
    },
  );

  it("gives the same for the same seed, and looks elsewhere for another", () => {
    const subject = LAW_CASES[0].subject(CASE_ROWS, 1, "usual");
    expect(sample(subject, 1)).toEqual(sample(subject, 1));
    expect(sample(subject, 2).laws).not.toEqual(sample(subject, 1).laws);
  });

  it("puts every law to some trial", () => {
    for (const { law, trials } of sample(crossing(false)).laws) expect(trials, law).toBeGreaterThan(0);
  });

  it("has nothing to say against no rows and a single row", () => {
    for (const rows of [0, 1, 2]) {
      const inputs = { x: number(new Float64Array(rows).fill(7)) };
      expect(violations(sample(kernelSubject("sum", runningSum, inputs)))).toEqual([]);
    }
  });

  it("finds a number of the finished run that no block size gives, and where it stands", () => {
    const subject = crossing(false);
    const expected = runAll(subject, [BLOCK_ROWS]).outputs;
    expected.columns.get("gap")![321] += 1e-9;
    const { violation } = sampleLaws({ ...subject, expected }).laws[0];
    expect(violation).toMatchObject({ law: "chunk invariance", output: "gap", row: 321 });
  });

  it("finds an output of the finished run that the system does not have", () => {
    const subject = crossing(false);
    const expected = runAll(subject, [BLOCK_ROWS]).outputs;
    const columns = new Map([...expected.columns, ["slope", expected.columns.get("gap")!]]);
    const { violation } = sampleLaws({ ...subject, expected: { ...expected, columns } }).laws[0];
    expect(violation).toMatchObject({ output: "slope", found: "no such output" });
  });

  it.each([1, -1])("finds events that the finished run has too few or too many: %i", (more) => {
    const [subject] = HONEST_EVENTS;
    const { rows, columns, events } = runAll(subject, [BLOCK_ROWS]).outputs;
    const [[path, log]] = events;
    const table = { ...log.table, n: log.table.n + more };
    const expected = { rows, columns, events: new Map([[path, { table, rows: log.rows }]]) };
    const { violation } = sampleLaws({ ...subject, expected }).laws[0];
    expect(violation).toMatchObject({ law: "chunk invariance", output: "alarms" });
  });

  it("finds a peek in a column that is no output, and names it instead of what it leads to", () => {
    const { violation } = sample(crossing(true)).laws.find((l) => l.law === "no look-ahead")!;
    expect(violation?.output).toBe("peek");
  });

  it("finds a kernel that writes into another's column, though every block size gives the same", () => {
    const scribble: Change = ({ x }, { y }, rows) => {
      for (let i = 0; i < rows; i++) {
        y[i] = x[i];
        if (x[i] > 0) x[i] = 1;
      }
    };
    const { laws } = sample(changing(scribble));
    expect(laws.filter((l) => l.violation !== null).map((l) => l.law)).toEqual(["purity"]);
    const { violation } = laws.find((l) => l.law === "purity")!;
    expect(violation).toMatchObject({ output: "changing, which reads fast.ema5", found: 1 });
    expect(violation!.row).toBeGreaterThanOrEqual(0);
    const copy: Change = ({ x }, { y }, rows) => y.set(x.subarray(0, rows));
    expect(violations(sample(changing(copy)))).toEqual([]);
  });

  it("judges an output that is an input, as the age of an outside index is", () => {
    const honest = crossing(false);
    const build = () => {
      const wired = honest.build();
      const { close } = wired.inputs as { close: Slot };
      return { ...wired, outputs: { ...(wired.outputs as object), close } };
    };
    const subject: Subject = { ...honest, build };
    expect(violations(sample(subject))).toEqual([]);
    const expected = runAll(subject, [BLOCK_ROWS]).outputs;
    expected.columns.get("close")![77] += 1;
    const { violation } = sampleLaws({ ...subject, expected }).laws[0];
    expect(violation).toMatchObject({ law: "chunk invariance", output: "close", row: 77 });
  });

  it("finds a system that is wired once for all its builds", () => {
    const wired = crossing(false).build();
    expect(violations(sample({ ...crossing(false), build: () => wired })).join()).toMatch(/one plan twice/);
  });

  it("says so when a build throws on other rows, and leaves the data as it was", () => {
    const honest = crossing(false);
    const { values } = (honest.inputs as unknown as { close: InputColumn }).close;
    const before = values.slice();
    const build = () => {
      if (values.some((x, i) => x !== before[i])) throw new Error("unknown prices");
      return honest.build();
    };
    const { laws } = sample({ ...honest, build });
    expect(laws.find((l) => l.law === "no look-ahead")?.violation?.found).toBe("threw unknown prices");
    expect(values).toEqual(before);
  });

  it("puts back what a kernel wrote into the data it was made with", () => {
    const inputs = { x: createInputs(300, 5, "usual").price() };
    const before = inputs.x.values.slice();
    const subject = kernelSubject<{ x: Float64Array }, { y: Float64Array }, { row: number }>(
      "scribbler",
      ({ x: data }) => ({
        name: "scribbler",
        params: {},
        lookback: 0,
        writes: { y: "y" },
        init: () => ({ row: 0 }),
        advance(s, { x }, { y }, rows) {
          for (let i = 0; i < rows; i++, s.row++) {
            y[i] = x[i];
            if (s.row < 300) data[s.row] = 1;
          }
        },
      }),
      inputs,
    );
    const expected = { rows: 300, columns: new Map([["y", before]]), events: new Map() };
    const { laws } = sampleLaws({ ...subject, expected });
    expect(laws.find((l) => l.law === "purity")?.violation).toMatchObject({ output: "x", row: 0 });
    expect(inputs.x.values).toEqual(before);
  });

  it("tells how far it is, never back, and ends at the end", () => {
    const told: number[] = [];
    let end = 0;
    const subject = crossing(false);
    sampleLaws(
      { ...subject, expected: runAll(subject, [BLOCK_ROWS]).outputs },
      {
        onProgress(done, of) {
          told.push(done);
          end = of;
        },
      },
    );
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(end);
  });
});

type Change = (input: { x: Float64Array }, output: { y: Float64Array }, rows: number) => void;

/** A kernel that is given an average, and may change it. */
function changing(change: Change): Subject {
  const inputs = { close: createInputs(500, 3, "usual").price() };
  return {
    name: "changing",
    rows: 500,
    warmUp: "at most",
    inputs,
    build() {
      const plan = createPlan();
      const close = plan.input("close");
      const fast = plan.add(ema(5), { x: close }, "fast").y;
      const kernel = {
        name: "changing",
        params: {},
        lookback: 0,
        writes: { y: "y" },
        init: () => null,
        advance: (_: null, input: { x: Float64Array }, output: { y: Float64Array }, rows: number) =>
          change(input, output, rows),
      };
      const { y } = plan.add(kernel, { x: fast });
      return { plan, inputs: { close }, outputs: { y } };
    },
  };
}

/** The distance of two averages as the only output; `peeks`: a column between looks at the next row. */
function crossing(peeks: boolean): Subject {
  const inputs = { close: createInputs(500, 3, "usual").price() };
  return {
    name: "crossing",
    rows: 500,
    warmUp: "at most",
    inputs,
    build() {
      const plan = createPlan();
      const close = plan.input("close");
      const next = plan.add(
        {
          name: "peek",
          params: {},
          lookback: 0,
          writes: { y: "peek" },
          init: () => null,
          advance(_: null, { x }: { x: Float64Array }, { y }: { y: Float64Array }, rows: number) {
            for (let i = 0; i < rows; i++) y[i] = peeks && i + 1 < rows ? x[i + 1] : x[i];
          },
        },
        { x: close },
      ).y;
      const fast = plan.add(ema(5), { x: next }, "fast").y;
      const slow = plan.add(ema(20), { x: close }, "slow").y;
      const gap = plan.add(trendGap(), { fast, slow }).gap;
      return { plan, inputs: { close }, outputs: { gap } };
    },
  };
}
