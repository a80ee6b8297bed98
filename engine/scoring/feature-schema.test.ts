import { expect, it } from "vitest";
import { FEATURE_NAMES, FEATURE_SCHEMA } from "./feature-schema.ts";

it("names every feature once", () => {
  expect(new Set(FEATURE_NAMES).size).toBe(FEATURE_NAMES.length);
  expect(FEATURE_SCHEMA.features.map((f) => f.name)).toEqual(FEATURE_NAMES);
});

it("says of every feature what it is, its unit, its bounds and what NaN means", () => {
  for (const { name, unit, dtype, range, definition, missing } of FEATURE_SCHEMA.features) {
    expect(name).toMatch(/^[a-z][A-Za-z0-9]*$/);
    expect(dtype).toBe("f64");
    for (const text of [unit, definition, missing]) expect(text.length, name).toBeGreaterThan(1);
    if (range !== null) expect(range[0], name).toBeLessThan(range[1]);
  }
});

it("is plain JSON, so that its text is one and the same wherever it is hashed", () => {
  expect(JSON.parse(JSON.stringify(FEATURE_SCHEMA))).toEqual(FEATURE_SCHEMA);
});
