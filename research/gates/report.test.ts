import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { testParts } from "../artifacts/test-artifacts.ts";
import { plain } from "../metrics/figure.ts";
import { canonicalJson, sha256 } from "../runs/canonical.ts";
import { defaultBounds } from "./bounds.ts";
import type { Check, GateResult } from "./gate.ts";
import { type GateReport, readGateReport, reportPath, writeGateReport } from "./report.ts";
import { shortDetail } from "./test-folds.ts";
import { gatesHome, testReport } from "./test-gates.ts";

const detail = shortDetail();

function written() {
  const { home, write } = gatesHome();
  const state = write(testParts());
  const report = testReport(state, [], { detail });
  const hash = writeGateReport(home, report);
  return { home, state, report, hash, path: reportPath(home, state.id, hash) };
}

describe("a report with its detail", () => {
  test("is read back number by number as it was written", () => {
    const { home, state, report, hash } = written();
    expect(readGateReport(home, state.id, hash)).toEqual(plain(report));
    expect(readGateReport(home, state.id, hash).detail).toEqual(plain(detail));
  });

  test("is one of a few hundred kilobytes at most", () => {
    expect(readFileSync(written().path).length).toBeLessThan(1 << 18);
  });

  test("is refused where a number of the detail was changed", () => {
    const { home, state, hash, path } = written();
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace('"threshold":0.7', '"threshold":0.6'));
    expect(() => readGateReport(home, state.id, hash)).toThrow(
      expect.objectContaining({ code: "E_GATE_REPORT", message: expect.stringContaining("sha256") }),
    );
  });

  test.each<[string, RegExp, (plain: Record<string, never>) => unknown]>([
    ["without a member", /detail/, ({ roc: _, ...rest }) => rest],
    ["with a member too many", /detail/, (rest) => ({ ...rest, verdict: "PASS" })],
    [
      "with a share above 1",
      /detail/,
      (rest) => ({ ...rest, roc: [{ falsePositiveRate: 0, truePositiveRate: 2 }] }),
    ],
    [
      "with a figure that is a text",
      /detail/,
      (rest) => ({ ...rest, needed: [{ what: "folds", days: "90" }] }),
    ],
    [
      "with a value without a reason",
      /detail/,
      (rest) => ({ ...rest, needed: [{ what: "folds", days: { value: null } }] }),
    ],
    [
      "with columns of different lengths",
      /columns/,
      (rest) => ({ ...rest, equity: { time: [0, 1], withModel: [1, 1], without: [1] } }),
    ],
    [
      "with an unknown recipe",
      /recipe/,
      (rest) => ({ ...rest, model: { ...(rest.model as object), recipe: { model: "oracle" } } }),
    ],
    ["that is left out", /detail/, () => undefined],
  ])("is refused %s, though its hash is right", (_, why, forge) => {
    const { home, state, report } = written();
    const text = `${canonicalJson({ ...plain(report), detail: forge(plain(detail) as never) })}\n`;
    const forged = sha256(text);
    writeFileSync(reportPath(home, state.id, forged), text);
    expect(() => readGateReport(home, state.id, forged)).toThrow(
      expect.objectContaining({ code: "E_GATE_REPORT", message: expect.stringMatching(why) }),
    );
  });
});

/** Reads back a report whose gates somebody else made, under its own hash. */
function forger(bounds = defaultBounds(), settings: GateReport["settings"] = []) {
  const { home, write } = gatesHome();
  const state = write(testParts());
  const report = testReport(state, [], { bounds, settings });
  writeGateReport(home, report);
  return (make: (gate: GateResult) => object) => {
    const text = `${canonicalJson(plain({ ...report, gates: report.gates.map(make) }))}\n`;
    const hash = sha256(text);
    writeFileSync(reportPath(home, state.id, hash), text);
    return () => readGateReport(home, state.id, hash).verdict;
  };
}
const refused = (message: RegExp) =>
  expect.objectContaining({ code: "E_GATE_REPORT", message: expect.stringMatching(message) });

describe("a report is refused, though its hash is right,", () => {
  test("for a PASS on a check that is none of that gate's, or that its value does not keep", () => {
    const forged = forger();
    for (const [change, message] of [
      [{ value: 0.6 }, /gate 3: PASS of precision,/],
      [{ op: "<=" }, /gate 3: PASS by precision <= 0.65 in the place of precision >= 0.65,/],
      [{ bound: 0.5 }, /gate 3: PASS by precision >= 0.5 in the place of precision >= 0.65,/],
      [{ name: "luck" }, /gate 3: PASS by luck >= 0.65 in the place of precision >= 0.65,/],
      [{ value: { value: null, why: "no samples" } }, /gate 3: PASS of precision,/],
      [{ value: "0.7" }, /gates.2.checks.\d+.value: /],
      [{ op: "!=" }, /gates.2.checks.\d+.op: /],
      [{ override: true }, /gates.2.checks.\d+: /],
    ] as const)
      expect(
        forged(({ checks, ...gate }) => ({
          ...gate,
          checks: checks.map((check) => ({ ...check, ...(check.name === "precision" && change) })),
        })),
      ).toThrow(refused(message));
  });

  test.each([1, 2, 3, 4])(
    "for a PASS of gate %i on one check less, one more, or a made-up one alone",
    (n) => {
      const forged = forger();
      const among = (of: (checks: readonly Check[]) => readonly Check[]) =>
        forged((gate) => (gate.gate === n ? { ...gate, checks: of(gate.checks) } : gate));
      expect(among((checks) => checks.slice(0, -1))).toThrow(refused(/PASS by no check in the place of/));
      expect(among((checks) => [...checks, checks[0]])).toThrow(refused(/in the place of none,/));
      expect(among(([check]) => [{ ...check, name: "it is good" }])).toThrow(refused(/PASS by it is good/));
    },
  );

  test("for a PASS without the checks of DSR and PBO, where its bounds ask for them", () => {
    const without = (name: string) => (gate: GateResult) => ({
      ...gate,
      checks: gate.checks.filter((check) => check.name !== name),
    });
    const forged = forger({ ...defaultBounds(), dsr: 0.5, pbo: 0.5 });
    expect(forged((gate) => gate)()).toBe("PASS");
    expect(forged(without("DSR"))).toThrow(refused(/PASS by PBO <= 0.5 in the place of DSR >= 0.5,/));
    expect(forged(without("PBO"))).toThrow(refused(/PASS by no check in the place of PBO <= 0.5,/));
  });

  test("for a PASS without a Sharpe ratio at the default costs, where its settings price fills", () => {
    const own = { path: "risk.pairs", value: "9", usual: "6", isOfCosts: false };
    expect(forger(defaultBounds(), [own])((gate) => gate)()).toBe("PASS");
    const cheap = { path: "execution.price", value: "best", usual: "modelled", isOfCosts: true };
    expect(forger(defaultBounds(), [own, cheap])((gate) => gate)).toThrow(
      refused(/PASS by no check in the place of Sharpe at the default costs > 1,/),
    );
  });

  test("for another base rate than the one that precision was held to, or none", () => {
    const forged = forger();
    const other = (value: number) => (gate: GateResult) => ({
      ...gate,
      reported: gate.reported.map((figure) => ({ ...figure, value })),
    });
    expect(forged(other(0.1))).toThrow(refused(/above base rate > 0.4 in the place of .* > 0.1,/));
    expect(forged((gate) => ({ ...gate, reported: [] }))).toThrow(refused(/in the place of .* > NaN,/));
  });
});

test("a report that is no plain file, or too large to be one, is refused unread", () => {
  const { home, state, hash, path } = written();
  truncateSync(path, 1 << 23);
  expect(() => readGateReport(home, state.id, hash)).toThrow(
    refused(/8388608 bytes, expected at most 4194304/),
  );
  rmSync(path);
  mkdirSync(path);
  expect(() => readGateReport(home, state.id, hash)).toThrow(
    expect.objectContaining({ code: "E_PATH_FILE" }),
  );
});
