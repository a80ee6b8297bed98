import { test } from "vitest";
import { accept, mutate } from "./test-mutations.ts";

test("10,000 intact artifacts are accepted", () => {
  accept(10_000);
});

test("100,000 mutated artifacts are refused, each for its reason", () => {
  mutate(100_000);
});
