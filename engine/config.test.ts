import { expect, it } from "vitest";
import { z } from "zod";
import { defaultConfig, engineConfig } from "./config.ts";

interface Def {
  readonly type: string;
  readonly innerType?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
  readonly items?: readonly z.core.$ZodType[];
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
}

interface Leaf {
  readonly path: string;
  readonly type: string;
  readonly unit?: unknown;
  readonly description?: unknown;
  readonly hasDefault: boolean;
}

/** Every value of the schema that a person can set, with what is said of it. */
function leavesOf(schema: z.core.$ZodType, path: string, said: object, hasDefault: boolean): Leaf[] {
  const def = schema._zod.def as unknown as Def;
  const meta = { ...z.globalRegistry.get(schema), ...said };
  if (def.innerType) return leavesOf(def.innerType, path, meta, hasDefault || def.type === "default");
  if (def.shape) {
    return Object.entries(def.shape).flatMap(([key, child]) =>
      leavesOf(child, path === "" ? key : `${path}.${key}`, {}, false),
    );
  }
  if (def.element) return leavesOf(def.element, `${path}[]`, {}, true);
  if (def.valueType) return leavesOf(def.valueType, `${path}.*`, meta, true);
  if (def.items) return [{ path, type: "tuple", ...meta, hasDefault }];
  return [{ path, type: def.type, ...meta, hasDefault }];
}
const leaves = leavesOf(engineConfig, "", {}, false);

it("walks the whole schema", () => {
  const paths = leaves.map((l) => l.path);
  for (const path of [
    "seed",
    "regime.levels.panic",
    "regime.sure",
    "selector.PANIC",
    "strategies.mean_reversion.floor",
    "sizing.multipliers.*",
    "execution.latency.max",
    "fees.schedule[].tiers[].taker",
    "downtime.transition",
    "pairs.*.lot_decimals",
  ]) {
    expect(paths).toContain(path);
  }
  expect(leaves.length).toBeGreaterThan(90);
});

it("says of every setting its unit and what it does", () => {
  const silent = leaves.filter((l) => !l.unit || !l.description).map((l) => l.path);
  expect(silent).toEqual([]);
});

it("has a default for every setting outside lists and tables", () => {
  const without = leaves.filter((l) => !l.hasDefault && !/\*|\[\]/.test(l.path)).map((l) => l.path);
  expect(without).toEqual([]);
});

it("parses its defaults, which parse to themselves", () => {
  const config = defaultConfig();
  expect(engineConfig.parse(config)).toEqual(config);
  expect(config.account.initial_cash).toBe(100_000);
  expect(config.decision.interval).toBe(1);
  expect(config.execution).toMatchObject({ participation: 0.1, life: 3, volume_scale: 1 });
  expect(config.execution.slippage).toEqual({ impact: 1, impact_days: 30, drift: 0.399, drift_window: 240 });
  expect(config.downtime).toEqual({ start: 180, end: 300, transition: 15 });
  expect(config.eligibility).toEqual({ age: 1200, window: 720, present: 2 / 3 });
});

it("shares nothing between two parses of the defaults", () => {
  defaultConfig().selector.RISK_ON[0] = "cash";
  defaultConfig().strategies.trend_follower.fast = 1;
  expect(defaultConfig().selector.RISK_ON[0]).toBe("TrendFollower");
  expect(defaultConfig().strategies.trend_follower.fast).toBe(480);
});

it.each([
  [{ regime: { levels: { risk_on: 30, risk_off: 20 } } }, ["30", "20"]],
  [{ regime: { trend: { inside: 0.05 } } }, ["0.05", "0.02"]],
  [{ regime: { trend: { slow: 100 } } }, ["480", "100"]],
  [{ regime: { panic_hold: 0.2 } }, ["0.2", "0.15"]],
  [{ strategies: { trend_follower: { slow: 400 } } }, ["480", "400"]],
  [{ strategies: { volatility_swing: { fast_atr: 300 } } }, ["300", "240"]],
  [{ strategies: { mean_reversion: { floor: -1 } } }, ["-1", "-2"]],
  [{ selector: { first_share: 0.9 } }, ["0.9", "0.2"]],
  [{ execution: { latency: { min: 501 } } }, ["501", "500"]],
  [{ downtime: { start: 301 } }, ["301", "300"]],
  [{ downtime: { transition: 181 } }, ["181", "180"]],
])("refuses reversed thresholds with both values: %o", (config, values) => {
  const { error } = engineConfig.safeParse(config);
  expect(error?.issues).toHaveLength(1);
  for (const value of values) expect(error?.issues[0].message).toContain(value);
});

it.each([
  { max_drawdown: 0.2 },
  { risk: { positon: 0.05 } },
  { risk: { position: 5 } }, // percent
  { risk: { position: Number.NaN } },
  { risk: { position: "0.05" } },
  { risk: { leverage: 2 } },
  { account: { initial_cash: 0 } },
  { seed: 0.5 },
  { seed: 2 ** 32 },
  { execution: { volume_scale: 0 } },
  { regime: { sure: 0 } },
  { fees: { schedule: [] } },
  { pairs: { BTC: { tick: 0 } } },
])("refuses %o", (config) => {
  expect(engineConfig.safeParse(config).success).toBe(false);
});
