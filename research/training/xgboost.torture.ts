import { expect, it } from "vitest";
import { openXgboost } from "./libxgboost.ts";
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
    trainXgboost(set, { rounds: 2, maxDepth: 2, patience: 1 }, { ...set, rows: [0, 1, 2, 3, 4, 5, 6, 7] });
  for (let k = 0; k < 10; k++) await train();
  const before = process.memoryUsage().rss;
  for (let k = 0; k < 60; k++) await train();
  expect(process.memoryUsage().rss - before).toBeLessThan(200e6); // of 480 MB that were handed over
});
