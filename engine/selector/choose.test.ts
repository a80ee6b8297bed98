import { expect, it } from "vitest";
import { defaultConfig } from "../config.ts";
import { REGIMES, type Regime } from "../regime/classify.ts";
import { builtInStrategies } from "../strategies/registry.ts";
import { column, runKernel } from "../test-data.ts";
import { CASH, choose, type SelectorSettings, selectorSettings } from "./choose.ts";

const NAMES = builtInStrategies(defaultConfig().strategies).map((s) => s.name);
const defaults = selectorSettings.parse({});

function chosen(regime: number, confidence = 0, recovery = 0, settings: SelectorSettings = defaults) {
  const out = runKernel(
    choose(settings, NAMES),
    { regime: column([regime]), confidence: column([confidence]), recovery: column([recovery]) },
    1,
  );
  const name = (k: number) => (k < 0 ? CASH : NAMES[k]);
  return { first: name(out.first[0]), second: name(out.second[0]), share: out.share[0] };
}

const TABLE: [Regime, string, string][] = [
  ["RISK_ON", "TrendFollower", "cash"],
  ["NEUTRAL", "VolatilitySwing", "MeanReversion"],
  ["RISK_OFF", "DefensiveHedge", "MeanReversion"],
  ["PANIC", "StableAllocator", "DefensiveHedge"],
];

it.each(TABLE)("puts in %s %s first and %s second", (regime, first, second) => {
  expect(chosen(REGIMES.indexOf(regime))).toMatchObject({ first, second });
});

it.each(TABLE)("puts Recovery before the first of %s, %s, in the recovery phase", (regime, first) => {
  expect(chosen(REGIMES.indexOf(regime), 0, 1)).toMatchObject({ first: "Recovery", second: first });
});

it.each([
  [0, 0.5],
  [0.25, 0.55],
  [0.5, 0.6],
  [1, 0.7],
])("gives the first at confidence %d a share of %d, and so both 30-70 %%", (confidence, share) => {
  const found = chosen(1, confidence);
  expect(found.share).toBeCloseTo(share, 15);
  for (const s of [found.share, 1 - found.share]) {
    expect(s).toBeGreaterThanOrEqual(0.3);
    expect(s).toBeLessThanOrEqual(0.7);
  }
});

it("takes the table of the config", () => {
  const settings = selectorSettings.parse({ NEUTRAL: ["cash", "Recovery"], recovery: "TrendFollower" });
  expect(chosen(1, 0, 0, settings)).toMatchObject({ first: "cash", second: "Recovery" });
  expect(chosen(1, 0, 1, settings)).toMatchObject({ first: "TrendFollower", second: "cash" });
});

it("is unknown while the regime is", () => {
  const out = runKernel(
    choose(defaults, NAMES),
    { regime: column([Number.NaN]), confidence: column([Number.NaN]), recovery: column([Number.NaN]) },
    1,
  );
  expect([out.first[0], out.second[0], out.share[0]]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
});

it("refuses a strategy that is not there, and offers the nearest", () => {
  const settings = selectorSettings.parse({ PANIC: ["StableAlocator", "cash"] });
  expect(() => choose(settings, NAMES)).toThrow(
    /^selector\.PANIC: found StableAlocator, expected one of .* or cash\. Did you mean StableAllocator\?$/,
  );
  expect(() => choose(selectorSettings.parse({ recovery: "none" }), NAMES)).toThrow(
    /^selector\.recovery: found none/,
  );
});

it("refuses shares that leave the second less than nothing, with both values", () => {
  const refused = selectorSettings.safeParse({ first_share: 0.8, confidence_share: 0.3 });
  expect(refused.error?.issues.map((i) => i.message)).toEqual([
    "first_share and confidence_share must not sum to more than 1, found 0.8 and 0.3",
  ]);
  expect(selectorSettings.safeParse({ first_share: 0.4 }).success).toBe(false); // never the smaller
  expect(selectorSettings.safeParse({ first_share: 0.7, confidence_share: 0.3 }).success).toBe(true);
});
