import { expect, it } from "vitest";
import { column, runKernel } from "../test-data.ts";
import { stableAllocator, stableAllocatorSettings } from "./stable-allocator.ts";

function desires(
  index: number,
  peak: number,
  pairs: readonly { volatility: number; eligible?: number }[],
): number[] {
  const { calm, desire } = stableAllocatorSettings.parse({});
  const out = runKernel(
    stableAllocator(pairs.length, calm, desire),
    {
      index: column([index]),
      peak: column([peak]),
      pairs: pairs.map((p) => ({ volatility: column([p.volatility]), eligible: column([p.eligible ?? 1]) })),
    },
    1,
  );
  return out.pairs.map((p) => p.desire[0]);
}
const THREE = [{ volatility: 0.03 }, { volatility: 0.01 }, { volatility: 0.02 }];

it("wants half of the calmest pair and nothing else", () => {
  expect(desires(40, 50, THREE)).toEqual([0, 0.5, 0]);
});

it("waits until the index is at most 0.9 of its peak", () => {
  expect(desires(45, 50, THREE)).toEqual([0, 0.5, 0]);
  expect(desires(45.01, 50, THREE)).toEqual([0, 0, 0]);
  expect(desires(50, 50, THREE)).toEqual([0, 0, 0]);
});

it("breaks ties in universe order", () => {
  expect(desires(40, 50, [{ volatility: 0.02 }, { volatility: 0.01 }, { volatility: 0.01 }])).toEqual([
    0, 0.5, 0,
  ]);
});

it("passes over pairs that are not eligible", () => {
  const pairs = [{ volatility: 0.03 }, { volatility: 0.01, eligible: 0 }, { volatility: 0.02 }];
  expect(desires(40, 50, pairs)).toEqual([0, 0, 0.5]);
  expect(
    desires(
      40,
      50,
      THREE.map((p) => ({ ...p, eligible: 0 })),
    ),
  ).toEqual([0, 0, 0]);
});

it("is unknown for a pair whose volatility is, and takes the calmest of the others", () => {
  const unknown = Number.NaN;
  expect(desires(40, 50, [{ volatility: unknown }, { volatility: 0.02 }])).toEqual([unknown, 0.5]);
});

it("is unknown for every pair until the index is known", () => {
  const unknown = Number.NaN;
  expect(desires(unknown, unknown, THREE)).toEqual([unknown, unknown, unknown]);
});

it("has the numbers of the text", () => {
  expect(stableAllocatorSettings.parse({})).toEqual({ window: 720, calm: 0.9, desire: 0.5 });
});
