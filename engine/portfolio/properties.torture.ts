import { expect, it } from "vitest";
import { RULES } from "../risk/limits.ts";
import { checkScenario, drawScenario } from "./properties.test-data.ts";

it("keeps equity, limits and fills right over a million fills of drawn configs", () => {
  let fills = 0;
  const bound = new Set<string>();
  for (let seed = 1_000; fills < 1_000_000; seed++) {
    const checked = checkScenario(drawScenario(seed, 3000));
    fills += checked.fills;
    for (const rule of checked.bound) bound.add(rule);
  }
  expect(RULES.filter((r) => !bound.has(r))).toEqual([]);
});
