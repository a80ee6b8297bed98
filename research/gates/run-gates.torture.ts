import { expect, test } from "vitest";
import { load } from "../../datasets/load.ts";
import { engineConfig } from "../../engine/config.ts";
import { NOW } from "../artifacts/test-artifacts.ts";
import { parseRecipe } from "../training/recipe.ts";
import { train } from "../training/train.ts";
import { readTrials } from "../training/trials.ts";
import { promote } from "./promote.ts";
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
  return { verdicts, report, go: () => promote({ place, id: state.id, now: NOW }).stage };
}

test("a planted component that can be predicted leads to APPROVED", async () => {
  const { verdicts, go } = await judged(true, 27);
  expect(verdicts).toBe("PASS PASS PASS PASS");
  expect([go(), go()]).toEqual(["VALIDATION", "APPROVED"]);
});

test("without it the same recipe is refused by gate 3", async () => {
  const { report, go } = await judged(false, 27);
  const gate = report.gates[2];
  expect(gate.verdict).toBe("FAIL");
  // what fails is the model, not the machinery
  const facts = gate.checks.filter((check) => check.op === "<=");
  expect(facts.map((check) => check.verdict)).toEqual(["PASS", "PASS", "PASS"]);
  go();
  expect(go).toThrow(expect.objectContaining({ code: "E_GATE_VERDICT" }));
});
