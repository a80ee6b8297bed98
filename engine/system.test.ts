import { describe, expect, it } from "vitest";
import { engineConfig } from "./config.ts";
import type { Slot } from "./kernel.ts";
import { createInputs } from "./law-inputs.ts";
import { clock, type Subject } from "./law-run.ts";
import { checkLaws, describeViolation } from "./laws.ts";
import { DAY, HOUR, MINUTE } from "./market/bars.ts";
import type { Ports } from "./plan.ts";
import { createSystem, rulesOf, type SystemOptions } from "./system.ts";

/** Short windows, so that some hundred rows hold warm-up, regimes, entries, refusals and a halt. */
const quick = engineConfig.parse({
  eligibility: { age: 40, window: 24 },
  regime: {
    index: { seed: 24, half_life: 12, scale: 0.05 },
    trend: { fast: 10, slow: 25, beyond: 0.004, inside: 0.002 },
    decline_window: 24,
    dwell: 6,
    recovery: 2,
  },
  strategies: {
    trend_follower: { fast: 10, slow: 25 },
    volatility_swing: { breakout: 12, breakdown: 6, fast_atr: 6, slow_atr: 24, expansion: 1 },
    mean_reversion: { window: 24 },
    defensive_hedge: { ema: 20 },
    stable_allocator: { window: 30 },
    recovery: { ema: 12, low: 24, base: 30, rebound: 0.01 },
  },
  risk: { correlation_window: 24, drawdown: 0.02, reset_after_days: 1 },
});
const SYMBOLS = ["BTC", "ETH", "XRP"];

function subject(rows: number, interval: number, decisionHours: number, first: number): Subject {
  const make = createInputs(rows, 7, "usual");
  const config = { ...quick, decision: { interval: decisionHours } };
  const time = clock(Float64Array.from({ length: rows }, (_, i) => first + (i + 1) * interval));
  return {
    name: `system on ${interval / MINUTE} min`,
    rows,
    inputs: { time, pairs: SYMBOLS.map(() => make.bars()) },
    warmUp: "at most",
    build() {
      const system = createSystem({ config, symbols: SYMBOLS, interval });
      const { time: at, pairs } = system.inputs;
      return {
        plan: system.plan,
        inputs: { time: at, pairs } as unknown as Ports<Slot>,
        outputs: { signals: system.signals, money: system.portfolio } as unknown as Ports<Slot>,
      };
    },
  };
}

describe("the whole system", () => {
  it("obeys every law on hourly bars", () => {
    expect(checkLaws(subject(900, HOUR, 1, Date.UTC(2023, 0, 1))).map(describeViolation)).toEqual([]);
  });

  it("obeys every law on quarter hours with hourly decisions", () => {
    expect(checkLaws(subject(1400, 15 * MINUTE, 1, Date.UTC(2023, 0, 1))).map(describeViolation)).toEqual([]);
  });
});

describe("createSystem", () => {
  const options: SystemOptions = { config: engineConfig.parse({}), symbols: ["BTC", "ETH"], interval: HOUR };

  it("runs on every interval of Kraken's archive", () => {
    for (const minutes of [1, 5, 15, 30, 60, 240, 720, 1440]) {
      const system = createSystem({ ...options, interval: minutes * MINUTE });
      expect(system.plan.nodes.length).toBeGreaterThan(1);
    }
  });

  it("turns MeanReversion off where its 72 h hold fewer than 6 bars, and says so", () => {
    expect(createSystem(options).notes).toEqual([]);
    expect(createSystem({ ...options, interval: DAY }).notes).toEqual([
      "MeanReversion is off: its 72 h hold 3 bars, and it needs 6",
    ]);
  });

  it("loads the reference without trading it", () => {
    const system = createSystem({ ...options, traded: ["ETH"] });
    expect(system.traded).toEqual(["ETH"]);
    expect(system.signals.pairs).toHaveLength(1);
  });

  it("refuses a panel without the reference pair, and names it", () => {
    expect(() => createSystem({ ...options, symbols: ["ETH"] })).toThrow(/BTC is not in the panel/);
  });

  it("refuses spans that are no whole bars, and names the setting", () => {
    const config = engineConfig.parse({ strategies: { recovery: { ema: 100 } } });
    expect(() => createSystem({ ...options, config, interval: DAY })).toThrow(
      /strategies\.recovery\.ema: 100 h/,
    );
  });

  it("refuses a bar that does not divide a day", () => {
    expect(() => createSystem({ ...options, interval: 7 * HOUR })).toThrow(/bars of 420 min/);
  });

  it("refuses a pair without rules, and says which are missing", () => {
    expect(() => rulesOf(options.config, "LTC")).toThrow(/pairs\.LTC: .*tick/);
    const LTC = {
      tick: 0.01,
      lot_decimals: 8,
      cost_decimals: 5,
      ordermin: 0.05,
      costmin: 0.5,
      half_spread: 0.0003,
    };
    expect(rulesOf(engineConfig.parse({ pairs: { LTC } }), "LTC")).toEqual(LTC);
  });

  it("has another plan for another config, and the same for the same", () => {
    const hash = (input: object) => createSystem({ ...options, config: engineConfig.parse(input) }).plan.hash;
    expect(hash({})).toBe(hash({}));
    for (const other of [
      { risk: { drawdown: 0.1 } },
      { seed: 2 },
      { fees: { schedule: [{ from: 0, tiers: [{ volume: 0, maker: 0, taker: 0.001 }] }] } },
      { regime: { dwell: 48 } },
      { selector: { NEUTRAL: ["Recovery", "cash"] as [string, string] } },
      { execution: { latency: { max: 400 } } },
    ]) {
      expect(hash(other), JSON.stringify(other)).not.toBe(hash({}));
    }
  });
});
