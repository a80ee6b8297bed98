import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { synthetic } from "../../datasets/load.ts";
import { engineConfig } from "../../engine/config.ts";
import { HOUR } from "../../engine/market/bars.ts";
import { FEATURE_SCHEMA } from "../../engine/scoring/feature-schema.ts";
import { readArtifact } from "../artifacts/artifact.ts";
import { artifactIds } from "../artifacts/artifact-folder.ts";
import { type AuditPlace, readAudit } from "../artifacts/audit-log.ts";
import { testHome } from "../artifacts/test-artifacts.ts";
import { sha256 } from "../runs/canonical.ts";
import { openXgboost } from "./libxgboost.ts";
import { parseRecipe } from "./recipe.ts";
import { samplesOf } from "./samples.ts";
import { parseModel } from "./stored-model.ts";
import { inputsOf, type TrainOptions, train } from "./train.ts";
import { readTrials, trialsPath } from "./trials.ts";
import { walkForward } from "./walk-forward.ts";

/** In the downtime, after the test home's own records. */
const NIGHT = Date.UTC(2026, 0, 1, 3, 30);
const NOON = Date.UTC(2026, 0, 1, 12);

/** One fold, in bars of 4 h. */
const dataset = synthetic({ pairs: ["BTC", "ETH"], interval: 4 * HOUR, rows: 3070, planted: true });
const config = engineConfig.parse({});

const code = (c: string) => expect.objectContaining({ code: c });

function trained(place: AuditPlace, change: Partial<TrainOptions> = {}) {
  const recipe = parseRecipe({ model: "logistic" });
  return train({ dataset, config, recipe, place, name: "score", now: () => NIGHT, ...change });
}

const told = (place: AuditPlace) => readAudit(place).records.slice(2); // log and key were made
const read = (place: AuditPlace, id: string, file: string) =>
  readFileSync(join(place.home, "artifacts", id, file));

describe("a training", () => {
  it("gives a CANDIDATE of the last fold's model, with all that it takes to make it again", async () => {
    const { place } = testHome();
    const { state, report, folds, isNewTrial, forced } = await trained(place);
    expect([state.id, state.stage, isNewTrial, forced]).toEqual(["score-v1", "CANDIDATE", true, false]);
    const { model, features, training, manifest } = readArtifact(
      place.home,
      state.id,
      readAudit(place).records,
    );
    expect(
      parseModel(
        model,
        FEATURE_SCHEMA.features.map((f) => f.name),
      ),
    ).toEqual(folds.at(-1)!.trained.model);
    expect(features).toEqual(FEATURE_SCHEMA);
    expect(training).toEqual(JSON.parse(JSON.stringify(report)));
    expect(manifest.inputs).toEqual(inputsOf(dataset.panel, config));

    const { pairs, labels, recipe, seed } = report;
    const again = await walkForward(samplesOf(dataset.panel, config, { pairs, labels }), recipe, { seed });
    expect(Buffer.from(again.at(-1)!.trained.bytes).toString()).toBe(model);
    expect(again.map((fold) => fold.trained.threshold)).toEqual(report.thresholds);
  });

  it("made twice gives the same bytes, and is one trial", async () => {
    const [a, b] = [testHome(), testHome()];
    await trained(a.place);
    await trained(b.place);
    const { state, isNewTrial } = await trained(b.place);
    expect([state.id, isNewTrial]).toEqual(["score-v2", false]);
    for (const file of ["model.json", "features.json", "training.json"]) {
      const one = read(a.place, "score-v1", file);
      expect(one.equals(read(b.place, "score-v1", file)), file).toBe(true);
      expect(one.equals(read(b.place, "score-v2", file)), file).toBe(true);
    }
  });

  it("of another recipe or seed is another trial, whose number stands in the artifact", async () => {
    const { place } = testHome();
    await trained(place);
    await trained(place, { seed: 5 });
    const { report } = await trained(place, { recipe: parseRecipe({ model: "logistic", lambda: 5 }) });
    expect(report.trials).toBe(3);
    expect(readTrials(place.home, readAudit(place).records).trials.at(-1)).toMatchObject({
      id: report.trial,
      recipe: { model: "logistic", lambda: 5 },
      pooled: report.pooled,
    });
  });

  it("tells the audit log of start, decision and end", async () => {
    const { place } = testHome();
    const { state, report, folds } = await trained(place);
    const records = told(place);
    expect(records.map(({ kind }) => kind)).toEqual([
      "training-started",
      "training-decided",
      "artifact-created",
      "training-ended",
    ]);
    expect(records[0].payload).toMatchObject({ name: "score", forced: false, recipe: report.recipe });
    const { bytes, threshold } = folds.at(-1)!.trained;
    expect(records[1].payload).toMatchObject({ trial: report.trial, model: sha256(bytes), threshold });
    expect(records[1].payload.trials).toEqual(readTrials(place.home, []).head);
    expect(records[3].payload).toMatchObject({
      outcome: "trained",
      artifact: state.id,
      digest: state.digest,
    });
  });
});

describe("the downtime", () => {
  it("outside of it a training is refused with the time, and leaves nothing", async () => {
    const { place } = testHome();
    await expect(trained(place, { now: () => NOON })).rejects.toThrow(/^train: it is 2026-01-01 12:00 UTC/);
    expect([told(place), artifactIds(place.home)]).toEqual([[], []]);
  });

  it("a forced training says so in the log, before it begins", async () => {
    const { place } = testHome();
    const { forced } = await trained(place, { now: () => NOON, force: true });
    expect(forced).toBe(true);
    const [first, second] = told(place);
    expect([first.kind, first.payload.what]).toEqual(["forced", "training"]);
    expect([second.kind, second.payload.forced]).toEqual(["training-started", true]);
  });

  it("a training that it ends upon makes no model, and the log says why", async () => {
    const { place } = testHome();
    let time = Date.UTC(2026, 0, 1, 4, 59);
    const onProgress = () => {
      time = Date.UTC(2026, 0, 1, 5);
    };
    await expect(trained(place, { now: () => time, onProgress })).rejects.toThrow(code("E_TRAIN_WINDOW"));
    expect(artifactIds(place.home)).toEqual([]);
    expect(told(place).at(-1)).toMatchObject({
      kind: "training-ended",
      payload: { outcome: "failed", error: "E_TRAIN_WINDOW" },
    });
  });
});

describe("a training is refused", () => {
  it("where the median barrier is too near, and the log says so", async () => {
    const { place } = testHome();
    await expect(trained(place, { labels: { least: 0.5 } })).rejects.toThrow(code("E_LABEL_BARRIER"));
    expect(told(place).map(({ kind, payload }) => [kind, payload.error])).toEqual([
      ["training-started", undefined],
      ["training-ended", "E_LABEL_BARRIER"],
    ]);
  });

  it("without a key, with a name that is none, or once trials were taken out, before anything is trained", async () => {
    const { place } = testHome();
    await expect(trained(place, { name: "../x" })).rejects.toThrow(code("E_ART_ID"));
    await trained(place);
    const { length } = told(place);
    rmSync(trialsPath(place.home));
    await expect(trained(place)).rejects.toThrow(code("E_TRIALS_HEAD"));
    rmSync(join(place.home, "keys", "signing-key.pem"));
    await expect(trained(place)).rejects.toThrow(code("E_KEY_MISSING"));
    expect(told(place)).toHaveLength(length);
  });
});

const isThere = await openXgboost().then(
  () => true,
  (error) => {
    if (process.env.FATHOM_REQUIRE_DATA === "1") throw error;
    return false;
  },
);

describe.skipIf(!isThere)("trees (skipped: needs koffi and libxgboost; apt-get install libxgboost0)", () => {
  it("train to the same bytes, which the artifact holds and the engine reads", async () => {
    const [a, b] = [testHome(), testHome()];
    const recipe = parseRecipe({ model: "xgboost", rounds: 20 });
    const { folds, report } = await trained(a.place, { recipe });
    await trained(b.place, { recipe });
    const bytes = read(a.place, "score-v1", "model.json");
    expect(bytes.equals(read(b.place, "score-v1", "model.json"))).toBe(true);
    expect(bytes.equals(folds.at(-1)!.trained.bytes)).toBe(true);
    const { model } = readArtifact(a.place.home, "score-v1", readAudit(a.place).records);
    expect(
      parseModel(
        model,
        FEATURE_SCHEMA.features.map((f) => f.name),
      ).kind,
    ).toBe("trees");
    expect(report.libraries.xgboost).toMatch(/^\d+\.\d+\.\d+$/);
  });
});
