import { expect, test } from "vitest";
import { difference, drawn } from "./differential.test-data.ts";

test("agrees with the engine on 100 synthetic markets under drawn configs", () => {
  const rules = new Set<string>();
  for (let seed = 100; seed < 200; seed++) {
    const { panel, config } = drawn(seed, 9000);
    const found = difference(panel, config);
    expect(found.first, `seed ${seed}`).toBeUndefined();
    expect(found.equity, `seed ${seed}`).toBeLessThan(1e-6);
    for (const rule of found.rules) rules.add(rule);
  }
  expect(rules.size).toBeGreaterThan(6);
});
