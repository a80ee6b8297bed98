import { classification, confusion } from "../metrics/classification.ts";
import { recordReturns, recordTrial, type TrialInputs } from "../training/trials.ts";
import { hashOf, NOW } from "./test-artifacts.ts";

/** For tests: notes a trial with its returns, one of its own for each process and turn; gives its id. */
export function writeTrial(home: string, turn: number): string {
  const inputs: TrialInputs = {
    data: hashOf(process.pid),
    config: hashOf("config"),
    code: hashOf("code"),
    pairs: ["BTC"],
    recipe: { model: "logistic", lambda: 1 + turn },
    labels: { horizon: 96, window: 240, multiple: 1, least: 0.03 },
    seed: turn,
  };
  const pooled = classification(confusion([], []));
  const { id } = recordTrial(home, inputs, { folds: [], pooled }, NOW);
  const values = Array.from({ length: (turn * 31) % 200 }, (_, k) => k / 1e4);
  recordReturns(home, id, { first: NOW, values, sharpe: null }, NOW);
  return id;
}
