import { expect, it } from "vitest";
import { defaultConfig, engineConfig } from "./config.ts";
import { FathomError } from "./errors.ts";
import type { Slots } from "./kernel.ts";
import { BAR_FIELDS, type BarColumns, DAY, HOUR, MINUTE } from "./market/bars.ts";
import { createMarket, relationBars, wholeBars } from "./market-view.ts";
import { createPlan } from "./plan.ts";

function market(interval: number) {
  const plan = createPlan();
  const time = plan.input("time");
  const pair = (symbol: string) => ({
    symbol,
    bars: Object.fromEntries(BAR_FIELDS.map((f) => [f, plan.input(`${symbol}.${f}`)])) as Slots<BarColumns>,
  });
  const reference = pair("BTC");
  return createMarket(plan, defaultConfig(), time, [reference, pair("ETH")], reference, interval);
}

it("counts a span in hours as bars", () => {
  expect(wholeBars(72, HOUR, "x")).toBe(72);
  expect(wholeBars(72, DAY, "x")).toBe(3);
  expect(wholeBars(1.5, 30 * MINUTE, "x")).toBe(3);
});

it.each([
  [36, DAY, /^regime\.dwell: 36 h are 1\.5 decision bars of 24 h, expected a whole number from 1; .* 24 h$/],
  [0, HOUR, /^regime\.dwell: 0 h are 0 decision bars of 1 h/],
  [-24, DAY, /^regime\.dwell: -24 h are -1 decision bars/],
  [Number.NaN, HOUR, /^regime\.dwell: NaN h/],
])("refuses %s h on bars of %s ms, naming the setting and both", (hours, interval, message) => {
  let thrown: unknown;
  try {
    wholeBars(hours, interval, "regime.dwell");
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(FathomError);
  expect((thrown as FathomError).code).toBe("E_CFG_SPAN");
  expect((thrown as FathomError).message).toMatch(message);
});

it("names the setting when a market's span is not whole", () => {
  expect(() => market(7 * HOUR).regime).toThrow(/^regime\.index\.return_hours: 24 h/);
  expect(() => market(7 * HOUR).pairs[0].eligible).toThrow(/^eligibility\.age: 1200 h/);
  expect(() => market(7 * HOUR).bars(10)).toThrow(/^a span: 10 h/);
});

it("measures relations over 720 h, and over 90 days on daily bars", () => {
  const config = defaultConfig();
  expect(relationBars(config, HOUR)).toBe(720);
  expect(relationBars(config, 12 * HOUR)).toBe(60);
  expect(relationBars(config, DAY)).toBe(90);
  expect(relationBars(engineConfig.parse({ risk: { correlation_window_daily: 60 } }), DAY)).toBe(60);
});

it("wires regime and eligibility once, and only when asked for", () => {
  const view = market(HOUR);
  expect(view.plan.nodes).toHaveLength(0);
  const { eligible } = view.pairs[1];
  expect(view.plan.nodes.map((n) => n.kernel.name)).toEqual(["eligibility"]);
  expect(view.pairs[1].eligible).toBe(eligible);
  const { regime } = view;
  const wired = view.plan.nodes.length;
  expect(view.regime).toBe(regime);
  expect([view.index, view.indexPeak, view.gap].every((slot) => slot.id >= 0)).toBe(true);
  expect(view.plan.nodes).toHaveLength(wired);
  expect(view.plan.nodes.map((n) => n.kernel.name)).toContain("classify");
});

it("wires every default span on hourly and on daily bars", () => {
  for (const interval of [HOUR, DAY]) expect(() => market(interval).regimeSlots).not.toThrow();
});
