import { expect, it } from "vitest";
import { overfitting } from "./overfitting.ts";
import { noise } from "./test-series.ts";

it("PBO is one half on average over 300 matrices of noise, and near 0 over 100 with one true edge", () => {
  let sum = 0;
  for (let m = 0; m < 300; m++) sum += overfitting(noise(50, 730, m), 16).pbo.value as number;
  // one matrix scatters by 0.17: four of the mean's
  expect(Math.abs(sum / 300 - 0.5)).toBeLessThan(0.04);

  let withEdge = 0;
  for (let m = 0; m < 100; m++) {
    const configs = noise(50, 730, 1000 + m);
    configs[17] = configs[17].map((z) => z + 0.25); // annual Sharpe 4.8
    withEdge += overfitting(configs, 16).pbo.value as number;
  }
  expect(withEdge / 100).toBeLessThan(0.02);
});

it("PBO of 730 days and 500 configurations goes through all 12,870 splits", () => {
  const found = overfitting(noise(500, 730, 1), 16);
  expect(found.splits).toBe(12_870);
  expect(found.rank.every((r) => r >= 1 && r <= 500)).toBe(true);
  // halves and their complements come in pairs: all are there once
  const half = found.splits / 2;
  for (let k = 0; k < half; k++)
    expect(found.inSample[k]).toBeGreaterThanOrEqual(found.outOfSample[found.splits - 1 - k]);
});
