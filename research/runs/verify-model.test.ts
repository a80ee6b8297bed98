import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { testFolder } from "../../engine/live/test-folder.ts";
import { auditPlace } from "../artifacts/audit-log.ts";
import { type Backtest, backtest } from "../backtest.ts";
import { openModel } from "../training/open-model.ts";
import { frozenModels, type RunModels, walkedModels, withModels } from "../training/run-models.ts";
import { trainedHome } from "../training/test-trained.ts";
import { parity } from "./parity.ts";
import { flipBit, testRun } from "./test-runs.ts";
import { verifyRun, verifyStored } from "./verify.ts";

let made: Awaited<ReturnType<typeof trainedHome>>;
let frozen: Backtest;
let judged: RunModels;
const write = ({ models, model }: Partial<RunModels>) =>
  testRun(made.home, withModels(made.dataset, judged), { config: made.config, models, model });

beforeAll(async () => {
  made = await trainedHome();
  judged = frozenModels(openModel(made.place, made.state.id), made.dataset, made.config);
  frozen = await write(judged);
  return made.remove;
});

/** Verifies in a copy of the home in which something happened to the artifact. */
async function afterwards(happens: (artifact: string) => void) {
  const home = testFolder();
  cpSync(made.home, home, { recursive: true });
  happens(join(home, "artifacts", made.state.id));
  return verifyStored(home, frozen.run, { place: auditPlace(home) });
}

describe("a run with a model", () => {
  it("is made again from the artifact and found the same", async () => {
    const found = await verifyStored(made.home, frozen.run);
    // its proof was a quick one, which the figures say
    expect(found.changed).toEqual(["figures"]);
    expect(found.model).toEqual({
      same: true,
      evidence: `score-v1 ${made.state.digest.slice(0, 12)}, frozen: 1 model, every number`,
    });
    expect(found.result.same).toBe(true);
  });

  it("that was walked forward is trained again fold by fold and found the same", async () => {
    const walked = await walkedModels(openModel(made.place, made.state.id), made.dataset, made.config);
    const { run } = await testRun(made.home, withModels(made.dataset, walked), {
      config: made.config,
      models: walked.models,
      model: walked.model,
    });
    expect(run).not.toBe(frozen.run);
    const found = await verifyStored(made.home, run);
    expect(found.model).toEqual({
      same: true,
      evidence: expect.stringMatching(/^score-v1 [0-9a-f]{12}, walk-forward: 2 models, every number$/),
    });
    expect(found.result.same).toBe(true);
  });

  it("is not verified by an artifact that was touched, and only the model is to blame", async () => {
    const found = await afterwards((artifact) => flipBit(join(artifact, "model.json")));
    expect(found.changed).toEqual(["model"]);
    expect(found.model.evidence).toMatch(/^E_ART_HASH: artifact score-v1: model.json/);
    expect(found.result.same).toBe(null);
  });

  it("is not verified without its artifact", async () => {
    const found = await afterwards((artifact) => rmSync(artifact, { recursive: true }));
    expect(found.changed).toEqual(["model"]);
  });

  it("is not verified by another home's artifact of the same name", async () => {
    const other = await trainedHome(500);
    try {
      const found = await verifyStored(made.home, frozen.run, { place: other.place });
      expect(found.changed).toEqual(["model"]);
      expect(found.model.evidence).toMatch(/^E_MODEL_DIGEST: /);
    } finally {
      other.remove();
    }
  });

  it("whose models came from a script says that no command can load them", async () => {
    const [{ from, model, threshold }] = judged.models;
    const models = [{ from, model, threshold: threshold - 0.01 }];
    const { run } = await write({ models });
    const found = await verifyStored(made.home, run);
    expect(found.model).toEqual({ same: null, evidence: expect.stringMatching(/^E_RUN_MODELS: /) });
    expect(found.verified).toBe(false);
  });

  it("made again by a script with another threshold has other models and another result", async () => {
    const [{ from, model, threshold }] = judged.models;
    const models = [{ from, model, threshold: threshold - 0.1 }];
    const again = backtest(withModels(made.dataset, judged), {
      config: made.config,
      models,
      model: judged.model,
    });
    const found = await verifyRun(made.home, frozen.run, again);
    expect(found.changed).toEqual(["model", "result"]);
  });
});

it("scores are compared with the live runner's", () => {
  const { build, replay } = frozen;
  const { panel, columns } = replay;
  const score = Float64Array.from(columns.pairs[1].score!);
  score[2900] += 2 ** -53;
  const pairs = columns.pairs.map((pair, p) => (p === 1 ? { ...pair, score } : pair));
  const found = parity(build(), panel, { ...replay, columns: { ...columns, pairs } });
  expect(found.difference).toMatchObject({ what: "score", pair: "ETH", row: 2900 });
});
