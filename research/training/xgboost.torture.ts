import { expect, it } from "vitest";
import { openXgboost } from "./libxgboost.ts";
import { parseRecipe } from "./recipe.ts";
import { madeSamples } from "./test-samples.ts";
import { walkForward } from "./walk-forward.ts";
import { trainXgboost } from "./xgboost.ts";

const isThere = await openXgboost().then(
  () => true,
  () => false,
);

it.skipIf(!isThere)("hands its memory back: 60 trainings on 8 MB each", async () => {
  const n = 100_000;
  const columns = Array.from({ length: 20 }, (_, j) =>
    Float64Array.from({ length: n }, (_, i) => Math.sin(i * (j + 1))),
  );
  const set = {
    names: columns.map((_, j) => `f${j}`),
    columns,
    label: Uint8Array.from(columns[3], (v) => (v > 0 ? 1 : 0)),
  };
  const train = () =>
    trainXgboost(
      set,
      { rounds: 2, maxDepth: 2, patience: 1 },
      { validation: { ...set, rows: [0, 1, 2, 3, 4, 5, 6, 7] } },
    );
  for (let k = 0; k < 10; k++) await train();
  const before = process.memoryUsage().rss;
  for (let k = 0; k < 60; k++) await train();
  expect(process.memoryUsage().rss - before).toBeLessThan(200e6); // of 480 MB that were handed over
});

it.skipIf(!isThere)("stands twenty walks in threads, every other one ended half-way", async () => {
  const samples = madeSamples(365 + 3 * 90 + 1);
  const trees = parseRecipe({ model: "xgboost", rounds: 30, minChildWeight: 1 });
  const enough = (done: number) => {
    if (done === 1) throw new Error("enough");
  };
  const alone = await walkForward(samples, trees, { seed: 1, threads: 1 });
  for (let k = 0; k < 10; k++) {
    expect(await walkForward(samples, trees, { seed: 1, threads: 2 + (k % 2) })).toEqual(alone);
    const ended = walkForward(samples, trees, { seed: 1, threads: 3, onProgress: enough });
    await expect(ended).rejects.toThrow("enough");
  }
});
