import { expect, test } from "vitest";
import { walk } from "./test-sequences.ts";

test("100,000 random sequences of commands end as the reference says", () => {
  expect(walk(100_000)).toBeGreaterThan(1000);
});
