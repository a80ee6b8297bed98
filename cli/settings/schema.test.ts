import { expect, test } from "vitest";
import { parseMoment, settings } from "./schema.ts";

test("every setting has a unit and a description", () => {
  const bare = settings.filter((s) => s.unit === "" || s.description === "").map((s) => s.path);
  expect(bare).toEqual([]);
  expect(settings.length).toBeGreaterThan(50);
});

test("every name of a setting can be told apart in the environment, whatever its case", () => {
  const names = settings.map((s) => s.path.replaceAll(".", "__").toUpperCase());
  expect(new Set(names).size).toBe(names.length);
  expect(settings.filter((s) => s.path.includes("__"))).toEqual([]);
});

test.each([
  ["2024-02-29", Date.UTC(2024, 1, 29)],
  ["2024-01-31T06:00:00Z", Date.UTC(2024, 0, 31, 6)],
  ["2024-01-31T06:00:00+01:00", Date.UTC(2024, 0, 31, 5)],
  ["2024-01-31T06:00:00.250Z", Date.UTC(2024, 0, 31, 6, 0, 0, 250)],
  ["2023-02-29", undefined],
  ["2024-01-31T06:00:00", undefined],
  ["2024-01-31T25:00:00Z", undefined],
  ["31.01.2024", undefined],
  ["1706659200000", undefined],
  ["", undefined],
])("the moment %j is %s", (text, time) => {
  expect(parseMoment(text)).toBe(time);
});
