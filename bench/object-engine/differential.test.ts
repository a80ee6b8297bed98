import { expect, test } from "vitest";
import { panelFromBars } from "../../datasets/panel.ts";
import { krakenHourly, usdtHourly } from "../../datasets/real-bars.test-data.ts";
import { defaultConfig, engineConfig } from "../../engine/config.ts";
import { HOUR } from "../../engine/market/bars.ts";
import { difference, drawn } from "./differential.test-data.ts";

const kraken = krakenHourly();
test.skipIf(kraken === undefined)("agrees with the engine on nine years of Kraken XBT and ETH", () => {
  const found = difference(panelFromBars(kraken ?? []), defaultConfig());
  expect(found.first).toBeUndefined();
  expect(found.equity).toBeLessThan(1e-12);
  expect(found.fills).toBeGreaterThan(2000);
});

const usdt = usdtHourly();
test.skipIf(usdt === undefined)("agrees with the engine on ten pairs over two years", () => {
  const span = { from: Date.UTC(2020, 8, 22) + HOUR, to: Date.UTC(2022, 9, 11) };
  const config = engineConfig.parse({ execution: { volume_scale: 0.025 } });
  const found = difference(panelFromBars(usdt ?? [], span), config);
  expect(found.first).toBeUndefined();
  expect(found.equity).toBeLessThan(1e-10);
  expect(found.fills).toBeGreaterThan(1000);
});

test("agrees with the engine on synthetic markets under drawn configs", () => {
  for (let seed = 1; seed <= 6; seed++) {
    const { panel, config } = drawn(seed, 4000);
    const found = difference(panel, config);
    expect(found.first, `seed ${seed}`).toBeUndefined();
    expect(found.equity, `seed ${seed}`).toBeLessThan(1e-9);
  }
});
