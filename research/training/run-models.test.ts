import { beforeAll, describe, expect, it } from "vitest";
import { load } from "../../datasets/load.ts";
import { engineConfig } from "../../engine/config.ts";
import { HOUR } from "../../engine/market/bars.ts";
import { backtest } from "../backtest.ts";
import { openModel, trainedOn } from "./open-model.ts";
import { frozenModels, walkedModels, withModels } from "./run-models.ts";
import { trainedHome } from "./test-trained.ts";

const code = (c: string) => expect.objectContaining({ code: c });

let made: Awaited<ReturnType<typeof trainedHome>>;
beforeAll(async () => {
  made = await trainedHome();
  return made.remove;
});

describe("the models of a frozen artifact", () => {
  it("are the last fold's, with its threshold, from its edge on", () => {
    const { place, state, folds, dataset, config } = made;
    const { model, models } = frozenModels(openModel(place, state.id), dataset, config);
    const { edge, trained } = folds[1];
    expect(models).toEqual([{ from: edge, model: trained.model, threshold: trained.threshold }]);
    expect(model).toEqual({ artifact: state.id, digest: state.digest, mode: "frozen" });
  });

  it("let nothing be bought before the edge, and the run begins there", () => {
    const { place, state, folds, dataset, config } = made;
    const judged = frozenModels(openModel(place, state.id), dataset, config);
    const { replay } = backtest(withModels(dataset, judged), { config, ...judged });
    // 05:00 is no close of a 4 h bar
    expect(replay.panel.time[replay.firstRow]).toBe(folds[1].edge + 3 * HOUR);
    expect(replay.orders.n).toBeGreaterThan(0);
    for (let k = 0; k < replay.orders.n; k++)
      expect(replay.orders.at.time[k]).toBeGreaterThanOrEqual(folds[1].edge);
  });

  it("are refused on bars that end before it, and say so", async () => {
    const { place, state, folds, config } = made;
    const early = await load({ ...made.dataset.origin!, to: folds[1].edge - HOUR });
    expect(() => frozenModels(openModel(place, state.id), early, config)).toThrow(code("E_MODEL_SPAN"));
  });

  it("tell of pairs, bars and settings that the training did not know", () => {
    const { place, state, dataset } = made;
    const found = openModel(place, state.id);
    const { notes } = frozenModels(
      found,
      { ...dataset, traded: ["BTC", "ETH", "SOL"], origin: { ...dataset.origin!, data: "kraken" } },
      engineConfig.parse({ regime: { dwell: 8 }, risk: { correlation: 0.9 } }),
    );
    expect(notes.slice(1)).toEqual([
      "score-v1 was not trained on SOL.",
      "score-v1 was trained on other bars than these: on those of synthetic, seed 27, planted.",
      "score-v1 was trained under other settings of regime.dwell, risk.correlation.",
    ]);
    expect(frozenModels(found, dataset, made.config).notes).toHaveLength(1);
  });

  it("are refused for decisions of another length: a volatility by the hour is none by four hours", async () => {
    const { place, state, folds, config } = made;
    const found = openModel(place, state.id);
    const to = folds[1].edge + HOUR;
    const hourly = await load({ ...made.dataset.origin!, interval: HOUR, from: to - 8 * HOUR, to });
    expect(() => frozenModels(found, hourly, config)).toThrow(code("E_MODEL_INTERVAL"));
    const every4 = engineConfig.parse({ decision: { interval: 4 } });
    expect(frozenModels(found, hourly, every4).models).toEqual(
      frozenModels(found, made.dataset, config).models,
    );
  });
});

describe("the models of a recipe walked forward", () => {
  it("are those of the training's folds, bit for bit, each from its edge", async () => {
    const { home, place, state, folds } = made;
    const found = openModel(place, state.id);
    const { dataset, config } = await trainedOn(home, found);
    const { models } = await walkedModels(found, dataset, config);
    expect(models).toEqual(
      folds.map(({ edge, trained }) => ({ from: edge, model: trained.model, threshold: trained.threshold })),
    );
  });

  it("are refused where the bars give another model than the artifact's", async () => {
    const { place, state, config } = made;
    const other = await load({ ...made.dataset.origin!, seed: 4 });
    await expect(walkedModels(openModel(place, state.id), other, config)).rejects.toThrow(
      code("E_MODEL_REPEAT"),
    );
  });
});
