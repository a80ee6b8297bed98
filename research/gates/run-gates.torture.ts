import { describe, expect, test } from "vitest";
import { load } from "../../datasets/load.ts";
import { engineConfig } from "../../engine/config.ts";
import { NOW } from "../artifacts/test-artifacts.ts";
import { parseRecipe } from "../training/recipe.ts";
import { train } from "../training/train.ts";
import { readTrials } from "../training/trials.ts";
import { promote } from "./promote.ts";
import type { GateReport } from "./report.ts";
import { runGates } from "./run-gates.ts";
import { gatesHome } from "./test-gates.ts";

/** Trains on three years of all ten made pairs, and judges what came of it. */
async function judged(planted: boolean, seed: number) {
  const { home, place } = gatesHome();
  const now = () => NOW;
  const config = engineConfig.parse({ seed });
  const dataset = await load({ home, data: "synthetic", planted, seed });
  const recipe = parseRecipe({ model: "logistic" });
  const { state } = await train({ dataset, config, recipe, place, name: "score", now, force: true });
  const { report } = await runGates({ place, id: state.id, now });
  const [trial] = readTrials(home, []).trials;
  expect(trial.returns?.values).toHaveLength(630);
  const verdicts = report.gates.map((gate) => gate.verdict).join(" ");
  const figure = (name: string) =>
    report.gates[2].checks.find((check) => check.name === name)?.value.value?.toFixed(3);
  const { without, difference } = report.detail!.sharpe;
  console.log(
    `seed ${seed}${planted ? ", planted" : ""}: ${verdicts}; precision ${figure("precision")}, recall ${figure("recall")}, ` +
      `Sharpe ${figure("Sharpe")}, without ${without.value.value?.toFixed(3)}, difference from ${difference.interval.low?.toFixed(3)}`,
  );
  return { verdicts, report, go: () => promote({ place, id: state.id, now: NOW }).stage };
}

/** What fails is the model, not the machinery: these checks are facts, and hold. */
const facts = (report: GateReport) =>
  report.gates[2].checks.filter((check) => check.op === "<=").map((check) => check.verdict);

describe("a planted component that can be predicted", () => {
  test.each([27, 1, 2, 3])("leads to APPROVED and raises the Sharpe ratio, seed %i", async (seed) => {
    const { verdicts, report, go } = await judged(true, seed);
    expect(verdicts).toBe("PASS PASS PASS PASS");
    expect(report.detail!.sharpe.difference.interval.low).toBeGreaterThan(0);
    expect([go(), go()]).toEqual(["VALIDATION", "APPROVED"]);
  });
});

describe("without it the same recipe is refused by gate 3", () => {
  test.each(Array.from({ length: 20 }, (_, k) => k + 1))("seed %i", async (seed) => {
    const { report, go } = await judged(false, seed);
    expect(["FAIL", "INSUFFICIENT"]).toContain(report.gates[2].verdict);
    expect(new Set(facts(report))).toEqual(new Set(["PASS"]));
    expect(go()).toBe("VALIDATION");
    expect(go).toThrow(expect.objectContaining({ code: "E_GATE_VERDICT" }));
  });
});
