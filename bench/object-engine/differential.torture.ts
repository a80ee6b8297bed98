import { expect, test } from "vitest";
import { difference, drawn } from "./differential.test-data.ts";

// A z-score of 0 or a price on the tick may round to the other side in one of the two; nothing else may differ.
test("agrees with the engine on nearly all of 100 synthetic markets under drawn configs", () => {
  const rules = new Set<string>();
  const parted: string[] = [];
  for (let seed = 100; seed < 200; seed++) {
    const { panel, config } = drawn(seed, 9000);
    const found = difference(panel, config);
    if (found.first !== undefined) parted.push(`seed ${seed}: ${found.first}`);
    expect(found.equity, `seed ${seed}`).toBeLessThan(1e-6);
    for (const rule of found.rules) rules.add(rule);
  }
  expect(parted.length, parted.join("\n")).toBeLessThanOrEqual(2);
  expect(rules.size).toBeGreaterThan(6);
});
