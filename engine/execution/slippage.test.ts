import { expect, it } from "vitest";
import { halfSpreadOf, impactOf, latencyDrift, slippageSettings } from "./slippage.ts";

const defaults = slippageSettings.parse({});

it("takes the pair's usual half-spread, and never less than half a tick", () => {
  expect(halfSpreadOf(100, 0.01, 0.0001)).toBe(0.0001); // half a tick is 0.00005
  expect(halfSpreadOf(10, 0.01, 0.0001)).toBe(0.0005);
  expect(halfSpreadOf(50, 0.01, 0.0001)).toBe(0.0001); // both are the same
});

it("drifts by 0.399 deviations of the time that the order travels", () => {
  // half the mean of |N(0, 1)|, sqrt(2 / pi) / 2 = 0.39894
  expect(defaults.drift).toBeCloseTo(Math.sqrt(2 / Math.PI) / 2, 3);
  // s = 1 % an hour, 360 ms: 0.399 * 0.01 * sqrt(360 / 3,600,000) = 0.399 * 0.01 * 0.01
  expect(latencyDrift(defaults.drift, 0.01, 360, 3_600_000)).toBeCloseTo(3.99e-5, 15);
});

it("drifts alike whichever bar the deviation was measured on", () => {
  const hourly = latencyDrift(defaults.drift, 0.01, 400, 3_600_000);
  const daily = latencyDrift(defaults.drift, 0.01 * Math.sqrt(24), 400, 86_400_000);
  expect(daily).toBeCloseTo(hourly, 15);
});

it("pays two thirds of the square-root impact", () => {
  // Donier & Bonart 2015: Y sD sqrt(Q / VD); the mean of sqrt over the path is 2/3
  expect(impactOf(defaults.impact, 0.03, 1, 10_000)).toBeCloseTo((2 / 3) * 0.03 * 0.01, 15);
  expect(impactOf(2, 0.03, 1, 10_000)).toBeCloseTo((4 / 3) * 0.03 * 0.01, 15);
});

it("pays twice the impact for four times the quantity", () => {
  expect(impactOf(1, 0.03, 4, 10_000)).toBeCloseTo(2 * impactOf(1, 0.03, 1, 10_000), 15);
});
