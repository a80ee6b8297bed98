import { expect, it } from "vitest";
import { RULES } from "../risk/limits.ts";
import { checkScenario, drawScenario } from "./properties.test-data.ts";

it("keeps equity, limits and fills right over 10,000 fills of drawn configs, and every limit binds", () => {
  let fills = 0;
  const bound = new Set<string>();
  for (let seed = 1; fills < 10_000 || seed <= 60; seed++) {
    const checked = checkScenario(drawScenario(seed, 400));
    fills += checked.fills;
    for (const rule of checked.bound) bound.add(rule);
  }
  expect(RULES.filter((r) => !bound.has(r))).toEqual([]);
});
