import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultBounds, gateBounds } from "./bounds.ts";
import {
  type Check,
  faults,
  gateResult,
  judge,
  keeps,
  notRun,
  type Op,
  type Verdict,
  worst,
} from "./gate.ts";

const check = (value: Check["value"], op: Op, bound: number) => ({ name: "x", value, op, bound });

describe("a bound", () => {
  test("is kept by its own value with >= and <=, and not with >", () => {
    expect(keeps(0.65, ">=", 0.65)).toBe(true);
    expect(keeps(0.65, "<=", 0.65)).toBe(true);
    expect(keeps(1, ">", 1)).toBe(false);
  });

  test("is kept by no NaN, and a bound of NaN by nothing", () => {
    fc.assert(
      fc.property(fc.constantFrom<Op>(">=", ">", "<="), fc.double(), (op, x) => {
        expect(keeps(Number.NaN, op, x)).toBe(false);
        expect(keeps(x, op, Number.NaN)).toBe(false);
      }),
    );
  });

  test("that is an acceptance threshold cannot be set looser than its default, only stricter", () => {
    const bounds = defaultBounds();
    for (const loose of [
      { precision: 0.64 },
      { recall: 0 },
      { f1: 0.61 },
      { sharpe: 0.99 },
      { psr: 0.9 },
      { days: 179 },
      { folds: 3 },
      { positives: 99 },
      { weight: 0.08 },
      { leverage: 1.01 },
      { drawdown: 0.21 },
      { top3: 0.6 },
      { precision: Number.NaN },
    ])
      expect(gateBounds.safeParse(loose).success, JSON.stringify(loose)).toBe(false);
    expect(gateBounds.parse({ precision: 0.7, drawdown: 0.1 })).toEqual({
      ...bounds,
      precision: 0.7,
      drawdown: 0.1,
    });
  });
});

describe("a check", () => {
  test("without a value fails, and says why there is none", () => {
    const judged = judge(check({ value: null, why: "no samples" }, ">=", 0));
    expect(judged).toMatchObject({ verdict: "FAIL", why: "no samples" });
  });

  test("with a value of NaN fails", () => {
    expect(judge(check({ value: Number.NaN }, "<=", 1)).verdict).toBe("FAIL");
  });

  test("is INSUFFICIENT where there is too little to judge by, whatever its value", () => {
    for (const value of [0, 1]) {
      const judged = judge(check({ value }, ">=", 0.5), { lack: "3 folds" });
      expect(judged).toMatchObject({ verdict: "INSUFFICIENT", why: "3 folds" });
    }
  });

  test("of faults passes at 0 alone, and an uncounted one fails", () => {
    expect(faults("x", 0).verdict).toBe("PASS");
    expect(faults("x", 1, 5, "the first").verdict).toBe("FAIL");
    expect(faults("x", Number.NaN).verdict).toBe("FAIL");
  });
});

describe("a gate", () => {
  test("fails where one check fails, else is INSUFFICIENT where one is, else passes", () => {
    expect(worst(["PASS", "INSUFFICIENT", "FAIL", "NOT_RUN"])).toBe("FAIL");
    expect(worst(["PASS", "NOT_RUN", "INSUFFICIENT"])).toBe("INSUFFICIENT");
    expect(worst(["PASS", "NOT_RUN"])).toBe("NOT_RUN");
    expect(worst(["PASS", "PASS"])).toBe("PASS");
  });

  test("without a check was not run", () => {
    expect(gateResult(1, []).verdict).toBe("NOT_RUN");
    expect(notRun(3)).toMatchObject({ gate: 3, name: "out-of-sample", verdict: "NOT_RUN" });
  });

  test("passes only where every check does, in any order", () => {
    const verdict = fc.constantFrom<Verdict>("PASS", "FAIL", "INSUFFICIENT", "NOT_RUN");
    fc.assert(
      fc.property(fc.array(verdict, { minLength: 1 }), (verdicts) => {
        expect(worst(verdicts) === "PASS").toBe(verdicts.every((v) => v === "PASS"));
        expect(worst([...verdicts].reverse())).toBe(worst(verdicts));
      }),
    );
  });
});
