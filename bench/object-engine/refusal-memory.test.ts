import { expect, test } from "vitest";
import { defaultConfig } from "../../engine/config.ts";
import { HOUR } from "../../engine/market/bars.ts";
import { RefusalMemory } from "./refusal-memory.ts";
import type { Wish } from "./selector.ts";

const wish: Wish = { strategy: "Recovery", desire: 0.5, weight: 0.01 };

/** Whether a refusal at hour 0 is still remembered after a review. */
function remembers(hours: number, at: Wish | undefined, quiet = false, rule = "correlation"): boolean {
  const memory = new RefusalMemory(defaultConfig().retry);
  memory.remember("BTC", { time: 0, strategy: "Recovery", desire: 0.5, rule });
  memory.review(hours * HOUR, "BTC", at, quiet);
  return memory.has("BTC");
}

test("a refused entry is not asked again for 72 h", () => {
  expect([1, 71, 72].map((hours) => remembers(hours, wish))).toEqual([true, true, false]);
});

test("it is asked again when the desire changes by a fifth or the owner changes", () => {
  expect(remembers(1, { ...wish, desire: 0.59 })).toBe(true);
  expect(remembers(1, { ...wish, desire: 0.61 })).toBe(false);
  expect(remembers(1, { ...wish, strategy: "MeanReversion" })).toBe(false);
  expect(remembers(1, undefined)).toBe(false);
});

test("a downtime refusal is forgotten once the window is over, another is not", () => {
  expect(remembers(1, wish, true, "downtime")).toBe(true);
  expect(remembers(2, wish, false, "downtime")).toBe(false);
  expect(remembers(2, wish, false, "correlation")).toBe(true);
});
