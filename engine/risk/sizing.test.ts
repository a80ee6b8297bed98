import { expect, it } from "vitest";
import { bandSettings, outsideBand, sizingSettings } from "./sizing.ts";

const { min_usd, share } = bandSettings.parse({});
const isOutside = (target: number, held: number) => outsideBand(target, held, min_usd, share);

it("changes a position that is off by 20 % of the larger of target and position", () => {
  expect(isOutside(1000, 800)).toBe(true);
  expect(isOutside(1000, 800.01)).toBe(false);
  expect(isOutside(800, 1000)).toBe(true);
  expect(isOutside(800.01, 1000)).toBe(false);
});

it("changes nothing that is off by less than $50", () => {
  expect(isOutside(50, 0)).toBe(true);
  expect(isOutside(49.99, 0)).toBe(false);
  expect(isOutside(120, 70)).toBe(true);
  expect(isOutside(120, 70.01)).toBe(false);
});

it("asks for the greater of both", () => {
  expect(isOutside(240, 190)).toBe(true); // 20 % are 48
  expect(isOutside(260, 210)).toBe(false); // 20 % are 52
});

it("changes nothing that is not known", () => {
  expect(isOutside(Number.NaN, 100)).toBe(false);
});

it("has the numbers of the text", () => {
  expect({ min_usd, share }).toEqual({ min_usd: 50, share: 0.2 });
  expect(sizingSettings.parse({})).toEqual({ unit: 0.05, cap: 0.05, multipliers: {} });
});
