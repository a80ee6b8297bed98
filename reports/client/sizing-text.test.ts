import { expect, it } from "vitest";
import { sizingOf } from "./order-facts.js";
import { runOf } from "./page.test-data.ts";
import { sizingTexts } from "./sizing-text.js";

/** What the page says of an order of strategy A: 0.5 desire, 0.05 unit, 2 multiplier and 0.6 allocation make 0.03. */
function said(target: number, judged?: { score: number; threshold: number }, cap = 0.05): string[] {
  const of = (x: number) => Float64Array.of(x);
  const order = {
    desire: of(0.5),
    target: of(target),
    strategy: of(0),
    first: of(0),
    second: of(1),
    share: of(0.6),
  };
  const run = runOf({
    strategies: ["A", "B"],
    sizing: { unit: 0.05, cap, multipliers: { A: 2 } },
    ...(judged && { model: { release: 0.1, least: 0.5 } }),
    orders: { ...order, ...(judged && { score: of(judged.score), threshold: of(judged.threshold) }) },
  });
  return sizingTexts("A", sizingOf(run, 0)!).map(({ text }) => text);
}

const SUM = "A: 0.5 desire × 5.00% unit × 60.00% allocation × 2 multiplier = 3.0000% of equity";

it("says nothing of a model where none judges", () => {
  expect(said(0.03)).toEqual([`${SUM}, within the cap of 5.00%.`]);
  expect(said(0.01)).toEqual([`${SUM}, within the cap of 5.00%; the order's target is 1.0000%.`]);
});

it("writes out what a model's factor leaves of the weight", () => {
  // 0.5 + 0.5 * (0.8 - 0.6) / (1 - 0.6) = 0.75; 3 % * 0.75 = 2.25 %
  expect(said(0.0225, { score: 0.8, threshold: 0.6 })).toEqual([
    `${SUM}, within the cap of 5.00%.`,
    "The model's score was 0.8, above its threshold of 0.6: it left 0.75 of that weight.",
    "Model: 3.0000% × 0.75 (0.5 + (1 − 0.5) × (0.8 − 0.6) ÷ (1 − 0.6)) = 2.2500% of equity.",
  ]);
});

it("takes the factor of the weight as it is capped", () => {
  const [weight, , model] = said(0.015, { score: 0.8, threshold: 0.6 }, 0.02);
  expect(weight).toBe(`${SUM}, capped at 2.00%.`);
  expect(model).toMatch(/^Model: 2\.0000% × 0\.75 .* = 1\.5000% of equity\.$/);
});

it("says why a score below the threshold bought: the pair had been let in", () => {
  expect(said(0.015, { score: 0.55, threshold: 0.6 }).slice(1)).toEqual([
    "The model's score was 0.55, below its threshold of 0.6; the pair had been let in at an earlier close and is given up only below 0.5: it left 0.5 of that weight.",
    "Model: 3.0000% × 0.5 = 1.5000% of equity.",
  ]);
});

it("leaves the least at a score that is the threshold, also at 1", () => {
  for (const threshold of [0.6, 1])
    expect(said(0.015, { score: threshold, threshold }).slice(1)).toEqual([
      `The model's score was ${threshold}, at its threshold of ${threshold}: it left 0.5 of that weight.`,
      "Model: 3.0000% × 0.5 = 1.5000% of equity.",
    ]);
});

it("tells a target that none of this explains at the end", () => {
  const texts = said(0.01, { score: 0.6, threshold: 0.6 });
  expect(texts.map((text) => text.includes("the order's target is 1.0000%"))).toEqual([false, false, true]);
});
