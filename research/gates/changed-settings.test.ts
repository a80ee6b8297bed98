import { expect, test } from "vitest";
import { type EngineConfigInput, engineConfig } from "../../engine/config.ts";
import { labelSettings } from "../training/labels.ts";
import { atDefaultCosts, changedSettings } from "./changed-settings.ts";

const changed = (config: EngineConfigInput = {}, labels = {}) =>
  changedSettings(engineConfig.parse(config), labelSettings.parse(labels));

test("with the defaults nothing is told", () => {
  expect(changed()).toEqual([]);
});

test("what was set is told beside its default, what decides on costs first", () => {
  expect(
    changed(
      { seed: 5, risk: { correlation: 1 }, execution: { price: "best", slippage: { impact: 0 } } },
      { horizon: 24 },
    ),
  ).toEqual([
    { path: "execution.price", value: "best", usual: "modelled", isOfCosts: true },
    { path: "execution.slippage.impact", value: "0", usual: "1", isOfCosts: true },
    { path: "seed", value: "5", usual: "27", isOfCosts: false },
    { path: "risk.correlation", value: "1", usual: "0.7", isOfCosts: false },
    { path: "labels.horizon", value: "24", usual: "96", isOfCosts: false },
  ]);
});

test("a fee schedule is one setting", () => {
  const schedule = [{ from: 0, tiers: [{ volume: 0, maker: 0, taker: 0 }] }];
  const [fees, ...others] = changed({ fees: { schedule } });
  expect(others).toEqual([]);
  expect(fees).toMatchObject({ path: "fees.schedule", isOfCosts: true });
  expect(JSON.parse(fees.value)).toEqual(schedule);
});

test("rules of a pair are held to its built-in ones, and a pair that is not built in has none", () => {
  const rules = { tick: 0.01, lot_decimals: 8, cost_decimals: 5, ordermin: 1, costmin: 1, half_spread: 0 };
  const found = changed({ pairs: { BTC: { half_spread: 0, tick: 0.1 }, LTC: rules } });
  // Kraken's half-spread of BTC is one basis point, its tick 0.1 (domain)
  expect(found.filter(({ path }) => path.startsWith("pairs.BTC"))).toEqual([
    { path: "pairs.BTC.half_spread", value: "0", usual: "0.0001", isOfCosts: true },
  ]);
  expect(found.filter(({ path }) => path.startsWith("pairs.LTC")).map(({ usual }) => usual)).toEqual(
    Array(6).fill(null),
  );
});

test("at default costs fills, fees and built-in pairs are what they are by default, and all else stays", () => {
  const LTC = { half_spread: 0.001 };
  const config = engineConfig.parse({
    seed: 5,
    execution: { price: "best", participation: 1 },
    fees: { schedule: [{ from: 0, tiers: [{ volume: 0, maker: 0, taker: 0 }] }] },
    pairs: { BTC: { half_spread: 0 }, LTC },
    risk: { position: 0.02 },
  });
  expect(atDefaultCosts(config)).toEqual(
    engineConfig.parse({ seed: 5, pairs: { LTC }, risk: { position: 0.02 } }),
  );
});
