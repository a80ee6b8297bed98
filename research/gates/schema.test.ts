import { describe, expect, test } from "vitest";
import { FEATURE_NAMES, FEATURE_SCHEMA } from "../../engine/scoring/feature-schema.ts";
import type { LogisticModel } from "../../engine/scoring/model.ts";
import { schemaChecks, valueChecks } from "./schema.ts";

const ROWS = 20;
const KNOWN = 5;

const failed = (checks: readonly { readonly name: string; readonly verdict: string }[]) =>
  checks.flatMap((check) => (check.verdict === "PASS" ? [] : [check.name]));

describe("a schema", () => {
  const { version, features } = FEATURE_SCHEMA;
  const other = (k: number, change: object) => features.map((f, j) => (j === k ? { ...f, ...change } : f));

  test("that is the engine's passes, also read back from JSON", () => {
    expect(failed(schemaChecks({ ...FEATURE_SCHEMA }))).toEqual([]);
    expect(failed(schemaChecks(JSON.parse(JSON.stringify(FEATURE_SCHEMA))))).toEqual([]);
  });

  test("of another version, or with another member, fails", () => {
    for (const found of [{ version: version + 1, features }, { features }, { version, features, extra: 1 }])
      expect(failed(schemaChecks(found))).toEqual(["schema of another version"]);
  });

  test("with a feature fewer, more, moved or renamed fails, and the first is named", () => {
    const [first, second, ...rest] = features;
    for (const list of [
      features.slice(1),
      features.slice(0, -1),
      [...features, first],
      [second, first, ...rest],
      other(0, { name: "momentum25" }),
      [],
      undefined,
      [null, ...features.slice(1)],
    ])
      expect(failed(schemaChecks({ version, features: list }))).toContain("features missing, added or moved");
    const checks = schemaChecks({ version, features: [second, first, ...rest] });
    expect(checks[1]).toMatchObject({ value: { value: 2 }, why: expect.stringContaining("momentum72") });
  });

  test.each([
    { dtype: "f32" },
    { unit: "percent" },
    { range: [0, 1] },
    { range: [Number.NaN, 1] },
    { definition: "close / close 25 h before - 1" },
    { missing: "NaN means 0" },
    { more: true },
  ])("with a feature of another kind fails: %j", (change) => {
    const checks = schemaChecks({ version, features: other(0, change) });
    expect(failed(checks)).toEqual(["features of another type, unit, range or definition"]);
    expect(checks[2].why).toBe("momentum24");
  });
});

describe("values", () => {
  /** In range everywhere: 0 is in every feature's. */
  const columns = () => FEATURE_NAMES.map(() => new Float64Array(ROWS).fill(Number.NaN, 0, KNOWN));
  const model = (change: Partial<LogisticModel> = {}): LogisticModel => ({
    kind: "logistic",
    features: FEATURE_NAMES,
    mean: FEATURE_NAMES.map(() => 0),
    sd: FEATURE_NAMES.map(() => 1),
    weights: FEATURE_NAMES.map(() => 0.1),
    intercept: 0,
    ...change,
  });
  const at = (name: string) => (FEATURE_NAMES as readonly string[]).indexOf(name);
  const checked = (name: string, row: number, x: number) => {
    const pair = columns();
    pair[at(name)][row] = x;
    return valueChecks([columns(), pair], model());
  };

  test("that are a prefix of NaN and then in range pass, with what was looked at", () => {
    const checks = valueChecks([columns(), columns()], model());
    expect(failed(checks)).toEqual([]);
    expect(checks[0].n).toBe(2 * FEATURE_NAMES.length * (ROWS - KNOWN));
    expect(checks[3].n).toBe(2 * (ROWS - KNOWN));
  });

  test("out of range fail: the bounds themselves are in it", () => {
    expect(failed(checked("rsi24", 9, 100))).toEqual([]);
    const checks = checked("rsi24", 9, 100.0001);
    expect(failed(checks)).toEqual(["values out of range"]);
    expect(checks[1].why).toBe("rsi24 is 100.0001, expected 0 to 100");
  });

  test("that go missing after the warm-up, or are infinite, fail", () => {
    expect(failed(checked("momentum24", 9, Number.NaN))).toContain("values missing after the warm-up");
    expect(failed(checked("momentum24", 9, Number.POSITIVE_INFINITY))).toContain(
      "values missing after the warm-up",
    );
    // a longer warm-up of one feature is none
    expect(failed(checked("momentum24", KNOWN, Number.NaN))).toEqual([]);
  });

  test("of other features than the model reads, or in another order, fail before anything is scored", () => {
    for (const features of [FEATURE_NAMES.slice(1), [...FEATURE_NAMES].reverse()])
      expect(failed(valueChecks([columns()], model({ features })))).toEqual([
        "features that the model reads otherwise",
        "scores that are no number from 0 to 1",
      ]);
  });

  test("whose score is no number fail, and so does data without one known row", () => {
    const overflow = model({
      weights: FEATURE_NAMES.map((_, j) => (j < 2 ? 1e308 * (j === 0 ? 1 : -1) : 0)),
    });
    const pair = columns();
    for (const j of [0, 1]) pair[j].fill(1e10, KNOWN);
    expect(failed(valueChecks([pair], overflow))).toEqual(["scores that are no number from 0 to 1"]);
    const unknown = FEATURE_NAMES.map(() => new Float64Array(ROWS).fill(Number.NaN));
    expect(failed(valueChecks([unknown], model()))).toEqual(["scores that are no number from 0 to 1"]);
  });
});
