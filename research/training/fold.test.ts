import fc from "fast-check";
import { expect, it } from "vitest";
import { HOUR } from "../../engine/market/bars.ts";
import { holdOut } from "../splits/gate-folds.ts";
import { chooseThreshold, scoreSamples, trainFold } from "./fold.ts";
import { fitRecipe, parseRecipe } from "./recipe.ts";
import { madeSamples } from "./test-samples.ts";

const choose = (pairs: readonly (readonly [score: number, label: number])[]) =>
  chooseThreshold(
    Uint8Array.from(pairs, ([, label]) => label),
    Float64Array.from(pairs, ([score]) => score),
  );

it("chooses the highest F1 of those with a precision of 0.70, though another without has a higher one", () => {
  // at .8: 2 of 2, F1 4/6; at .6: 3 of 4 (.75), F1 6/8; at .3: 4 of 6 (.67), F1 8/10
  const scores = [
    [0.9, 1],
    [0.8, 1],
    [0.7, 0],
    [0.6, 1],
    [0.5, 0],
    [0.3, 1],
    [0.1, 0],
  ] as const;
  expect(choose(scores)).toBe(0.6);
});

it("counts a precision of exactly 0.70 as enough", () => {
  const seven = Array.from({ length: 10 }, (_, k) => [0.5, k < 7 ? 1 : 0] as const);
  expect(choose([[0.9, 1], ...seven, [0.2, 0]])).toBe(0.5); // 8 of 11 at .5
  expect(choose([...seven, [0.2, 1], [0.2, 0]])).toBe(0.5); // 7 of 10; at .2 it is 8 of 12 with a higher F1
});

it("chooses the highest F1 where no score has the precision", () => {
  // at .9: 0 of 1; at .6: 1 of 2, F1 2/4; at .4: 1 of 3; at .3: 2 of 4, F1 4/6
  expect(
    choose([
      [0.9, 0],
      [0.6, 1],
      [0.4, 0],
      [0.3, 1],
    ]),
  ).toBe(0.3);
});

it("takes the higher of two that are alike", () => {
  // at .8: 1 of 2, F1 2/4; at .6: 2 of 6, F1 4/8
  expect(
    choose([
      [0.8, 1],
      [0.8, 0],
      [0.6, 1],
      [0.6, 0],
      [0.6, 0],
      [0.6, 0],
    ]),
  ).toBe(0.8);
});

it("gives the highest score where nothing is positive", () => {
  expect(
    choose([
      [0.4, 0],
      [0.2, 0],
    ]),
  ).toBe(0.4);
});

it("is what a search of every distinct score finds", () => {
  const sample = fc.tuple(
    fc.integer({ min: 0, max: 12 }).map((x) => x / 12),
    fc.integer({ min: 0, max: 1 }),
  );
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 40 }), (pairs) => {
      const positives = pairs.filter(([, y]) => y === 1).length;
      const judged = [...new Set(pairs.map(([score]) => score))].map((t) => {
        const yes = pairs.filter(([score]) => score >= t);
        const hits = yes.filter(([, y]) => y === 1).length;
        return { t, precise: 10 * hits >= 7 * yes.length, f1: (2 * hits) / (positives + yes.length) };
      });
      const precise = judged.filter((c) => c.precise);
      const best = (precise.length > 0 ? precise : judged).sort((a, b) => b.f1 - a.f1 || b.t - a.t)[0];
      expect(choose(pairs)).toBe(best.t);
    }),
  );
});

it("chooses on the last fifth by a model that saw none of it, and keeps a model of all rows", async () => {
  const samples = madeSamples(60);
  const train = Int32Array.from({ length: 500 }, (_, k) => k);
  const recipe = parseRecipe({ model: "logistic", lambda: 1 });
  const { fit, held } = holdOut(samples.time, train, 0.2, samples.horizon);
  expect([fit[0], held[0], held[held.length - 1]]).toEqual([0, 400, 499]);
  expect(samples.time[fit[fit.length - 1]] + 96 * HOUR).toBeLessThan(samples.time[held[0]]);

  const found = await trainFold(samples, train, recipe, 1);
  const first = await fitRecipe({ ...samples, rows: fit }, recipe, 1);
  const labels = Uint8Array.from(held, (k) => samples.label[k]);
  expect(found.threshold).toBe(chooseThreshold(labels, scoreSamples(first.model, samples, held)));
  expect(found.bytes).toEqual((await fitRecipe({ ...samples, rows: train }, recipe, 1)).bytes);
  expect(found.bytes).not.toEqual(first.bytes);
});
