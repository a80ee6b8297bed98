import { describe, expect, it } from "vitest";
import * as settings from "./settings.ts";

const cases = [
  ["fraction", settings.fraction(0.2, "d"), 0.2, "fraction"],
  ["hours", settings.hours(72, "d"), 72, "h"],
  ["usd", settings.usd(50, "d"), 50, "USD"],
  ["ratio", settings.ratio(1.5, "d"), 1.5, "ratio"],
  ["points", settings.points(20, "d"), 20, "VIX points"],
  ["count", settings.count(6, "d"), 6, "count"],
  ["milliseconds", settings.milliseconds(50, "d"), 50, "ms"],
  ["days", settings.days(14, "d"), 14, "d"],
  ["flag", settings.flag(true, "d"), true, "true/false"],
] as const;

describe("settings", () => {
  it.each(cases)("%s states its default, unit and description", (_, schema, fallback, unit) => {
    expect(schema.parse(undefined)).toBe(fallback);
    expect(schema.meta()).toMatchObject({ unit, description: "d" });
  });

  it.each(cases.filter(([name]) => name !== "flag"))("%s takes only finite numbers", (_, schema) => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, "1", null, -1]) {
      expect(schema.safeParse(bad).success, String(bad)).toBe(false);
    }
  });

  it("refuses percent where a fraction belongs", () => {
    expect(settings.fraction(0.2, "d").safeParse(20).success).toBe(false);
  });

  it("refuses part of a count", () => {
    expect(settings.count(6, "d").safeParse(2.5).success).toBe(false);
  });

  it("refuses a word for a flag", () => {
    expect(settings.flag(true, "d").safeParse("true").success).toBe(false);
  });
});
