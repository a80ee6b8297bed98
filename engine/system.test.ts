import { describe, expect, it } from "vitest";
import { engineConfig } from "./config.ts";
import type { Slot } from "./kernel.ts";
import { createInputs } from "./law-inputs.ts";
import { clock, code, type Subject } from "./law-run.ts";
import { checkLaws, describeViolation, LAWS } from "./laws.ts";
import { DAY, HOUR, MINUTE } from "./market/bars.ts";
import { krakenRules } from "./market/pair-rules.ts";
import type { Ports } from "./plan.ts";
import { OPERATOR } from "./portfolio/operator.ts";
import { QUICK_WINDOWS } from "./quick-config.test-data.ts";
import { perPair } from "./strategies/strategy.ts";
import { createSystem, rulesOf, type SystemOptions } from "./system.ts";

/** A drawdown that is soon reached, so that some hundred rows hold a halt too. */
const quick = engineConfig.parse({
  ...QUICK_WINDOWS,
  risk: { correlation_window: 24, drawdown: 0.02, reset_after_days: 1 },
});
const SYMBOLS = ["BTC", "ETH", "XRP"];

function subject(
  rows: number,
  interval: number,
  decisionHours: number,
  first: number,
  symbols = SYMBOLS,
  settings = quick,
): Subject {
  const make = createInputs(rows, 7, "usual");
  const config = { ...settings, decision: { interval: decisionHours } };
  const said = new Float64Array(rows);
  said[Math.floor(rows * 0.7)] = OPERATOR.halt;
  said[Math.floor(rows * 0.72)] = OPERATOR.reset;
  const time = clock(Float64Array.from({ length: rows }, (_, i) => first + (i + 1) * interval));
  return {
    name: `system on ${interval / MINUTE} min`,
    rows,
    inputs: { time, operator: code(said), pairs: symbols.map(() => make.bars()) },
    warmUp: "at most",
    build() {
      const system = createSystem({ config, symbols, interval });
      const { time: at, operator, pairs } = system.inputs;
      return {
        plan: system.plan,
        inputs: { time: at, operator, pairs } as unknown as Ports<Slot>,
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

describe("the whole system over more pairs than a word has bits", () => {
  const others = Array.from({ length: 33 }, (_, k) => `P${k}`);
  const settings = {
    ...quick,
    pairs: Object.fromEntries(others.map((symbol) => [symbol, krakenRules.XRP])),
    risk: { ...quick.risk, pairs: 40, correlation: 1, drawdown: 0.05 },
  };
  const many = subject(400, HOUR, 1, Date.UTC(2023, 0, 1), ["BTC", ...others], settings);

  it("goes on from a checkpoint in the middle of a run as if nothing had happened", () => {
    expect(LAWS.checkpoint(many)).toBeNull();
  });

  it("does the same beside another session of its plan that is advanced in turn", () => {
    expect(LAWS.purity(many)).toBeNull();
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

  it("refuses a pair that is named twice", () => {
    expect(() => createSystem({ ...options, traded: ["ETH", "BTC", "ETH"] })).toThrow(/found ETH twice/);
  });

  it("refuses strategies whose names are taken or mean cash, and more than 32", () => {
    const make = (...names: string[]) =>
      createSystem({ ...options, strategies: names.map((n) => perPair(n, 1, (_, pair) => pair.bars.close)) });
    expect(() => make("TrendFollower")).toThrow(/name TrendFollower twice/);
    expect(() => make("Mine", "Mine")).toThrow(/name Mine twice/);
    expect(() => make("cash")).toThrow(/name cash/);
    expect(() => make("ETH")).toThrow(/name ETH \(a pair's\)/);
    const names = Array.from({ length: 27 }, (_, k) => `S${k}`);
    expect(make(...names.slice(1)).strategies).toHaveLength(32);
    expect(() => make(...names)).toThrow(/found 33 strategies/);
  });

  it("refuses a strategy without one desire a pair, and names it", () => {
    const short = { name: "Short", multiplier: 1, desires: () => [] };
    expect(() => createSystem({ ...options, strategies: [short] })).toThrow(
      /Short: .* 0 columns for 2 pairs/,
    );
  });

  it("refuses a multiplier of a strategy that is not there", () => {
    const config = engineConfig.parse({ sizing: { multipliers: { TrendFolower: 3 } } });
    expect(() => createSystem({ ...options, config })).toThrow(/multipliers: .*Did you mean TrendFollower/);
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
