import { describe, expect, it } from "vitest";
import { defaultConfig } from "../config.ts";
import { sma } from "../indicators/sma.ts";
import type { Slot, Slots } from "../kernel.ts";
import { createInputs, STYLES, type Style } from "../law-inputs.ts";
import { runAll, type Subject } from "../law-run.ts";
import { checkLaws, describeViolation } from "../laws.ts";
import { BAR_FIELDS, type BarColumns, DAY, HOUR } from "../market/bars.ts";
import { createMarket, type MarketView } from "../market-view.ts";
import { createPlan, type Ports } from "../plan.ts";
import { REGIMES } from "../regime/classify.ts";
import { perPair, type Strategy } from "../strategies/strategy.ts";
import { createSystem } from "../system.ts";
import { FEATURE_NAMES, FEATURE_SCHEMA, type FeatureName } from "./feature-schema.ts";
import { addFeatures } from "./features.ts";

const SYMBOLS = ["BTC", "ETH", "XRP"];

function wire(interval: number, symbols = SYMBOLS) {
  const plan = createPlan();
  const time = plan.input("time");
  const pairs = symbols.map((symbol) => ({
    symbol,
    bars: Object.fromEntries(BAR_FIELDS.map((f) => [f, plan.input(`${symbol}.${f}`)])) as Slots<BarColumns>,
  }));
  const market = createMarket(plan, defaultConfig(), time, pairs, pairs[0], interval);
  return { plan, time, pairs, market, features: addFeatures(market) };
}

function subject(rows: number, interval: number, style: Style): Subject {
  const make = createInputs(rows, 11, style);
  return {
    name: `features on ${interval / HOUR} h, ${style}`,
    rows,
    inputs: { time: make.time(interval), pairs: SYMBOLS.map(() => make.bars()) },
    warmUp: "at most",
    build() {
      const { plan, time, pairs, market, features } = wire(interval);
      return {
        plan,
        inputs: { time, pairs: pairs.map((p) => p.bars) } as unknown as Ports<Slot>,
        outputs: { regime: market.regime, pairs: features.map((f) => f.slots) } as unknown as Ports<Slot>,
      };
    },
  };
}

/** Every feature of every pair, run at once. */
function columnsOf(of: Subject) {
  const { columns } = runAll(of, [of.rows]).outputs;
  return (p: number, name: FeatureName) =>
    columns.get(`pairs.${p}.${FEATURE_NAMES.indexOf(name)}`) as Float64Array;
}

/** 1200 h are 300 bars: enough rows stay after the warm-up. */
const BARS_OF_4_HOURS = 700;

describe("the features as one plan", () => {
  it.each(STYLES)("obey every law on %s data", (style) => {
    expect(checkLaws(subject(BARS_OF_4_HOURS, 4 * HOUR, style)).map(describeViolation)).toEqual([]);
  });

  it.each(STYLES)("are finite after 1200 h, and within the bounds of the schema, on %s data", (style) => {
    for (const [rows, hours] of [
      [1700, 1],
      [BARS_OF_4_HOURS, 4],
      [300, 12],
    ]) {
      const feature = columnsOf(subject(rows, hours * HOUR, style));
      const from = style === "staggered" ? Math.ceil(rows / 4) : 0;
      for (const { name, range } of FEATURE_SCHEMA.features) {
        for (let p = 0; p < SYMBOLS.length; p++) {
          for (const x of feature(p, name).subarray(from + 1200 / hours)) {
            if (!Number.isFinite(x)) expect(`${name} is ${x}`).toBe("finite");
            if (range !== null && !(x >= range[0] && x <= range[1]))
              expect(`${name} is ${x}`).toBe(range.join());
          }
        }
      }
    }
  });

  it("need 1199 hours before the first, and no more", () => {
    const { plan, features } = wire(HOUR);
    const lookbacks = features.flatMap((f) => f.slots.map((slot) => plan.lookback(slot)));
    expect(Math.max(...lookbacks)).toBe(1199);
  });
});

describe("a pair's features", () => {
  const rows = 1500;
  const base = subject(rows, HOUR, "usual");
  type Inputs = {
    time: unknown;
    pairs: { [K in keyof BarColumns]: { kind: string; values: Float64Array } }[];
  };
  const inputs = base.inputs as unknown as Inputs;
  const bars = (p: number) => inputs.pairs[p];

  /** The same bars with prices and volumes of one pair counted in other units. */
  function inOtherUnits(pair: number): Subject {
    const scaled = inputs.pairs.map((of, p) =>
      Object.fromEntries(
        BAR_FIELDS.map((f) => {
          const factor = p !== pair ? 1 : f === "volume" ? 1 / 256 : 1024;
          return [f, { kind: "number", values: of[f].values.map((x) => x * factor) }];
        }),
      ),
    );
    return { ...base, inputs: { ...inputs, pairs: scaled } as unknown as Subject["inputs"] };
  }

  it.each([0, 1])("are the same bits in whatever units pair %i is counted: one model serves all", (pair) => {
    const one = columnsOf(base);
    const other = columnsOf(inOtherUnits(pair));
    for (let p = 0; p < SYMBOLS.length; p++) {
      for (const name of FEATURE_NAMES) expect(other(p, name), name).toEqual(one(p, name));
    }
  });

  it("are what the schema says, computed by hand at a row", () => {
    const feature = columnsOf(base);
    const i = 1450;
    const p = 1;
    const close = bars(p).close.values;
    const volume = bars(p).volume.values;
    const reference = bars(0).close.values;
    const last = (x: Float64Array, n: number, at = i) => [...x.subarray(at - n + 1, at + 1)];
    const mean = (x: number[]) => x.reduce((a, b) => a + b, 0) / x.length;
    const sd = (x: number[]) => {
      const m = mean(x);
      return Math.sqrt(x.reduce((sum, v) => sum + (v - m) ** 2, 0) / (x.length - 1));
    };
    const returns = (x: Float64Array) => x.map((v, k) => (k === 0 ? Number.NaN : v / x[k - 1] - 1));
    const change = (x: Float64Array, n: number) => x[i] / x[i - n] - 1;
    const own = returns(close);
    const deviation = (n: number) => sd(last(own, n));
    const ema = (x: Float64Array, n: number) => {
      let e = mean([...x.subarray(0, n)]);
      for (let k = n; k <= i; k++) e += (2 / (n + 1)) * (x[k] - e);
      return e;
    };
    const z = (x: Float64Array, n: number) => (x[i] - mean(last(x, n))) / sd(last(x, n));
    const place = (n: number) => {
      const low = Math.min(...last(bars(p).low.values, n));
      return (close[i] - low) / (Math.max(...last(bars(p).high.values, n)) - low);
    };
    const logVolume = volume.map((v, k) => {
      if (k < 719) return Number.NaN;
      return Math.log(Math.max(v / mean(last(volume, 720, k)), 0.01));
    });
    const theirs = returns(reference);
    const [x, y] = [last(theirs, 720), last(own, 720)];
    const covariance = x.reduce((sum, v, k) => sum + (v - mean(x)) * (y[k] - mean(y)), 0) / 719;
    const expected: Partial<Record<FeatureName, number>> = {
      momentum24: change(close, 24),
      momentum720: change(close, 720),
      emaGap120: close[i] / ema(close, 120) - 1,
      trendGap: ema(close, 480) / ema(close, 1200) - 1,
      zScore72: z(close, 72),
      volatility240: deviation(240),
      volatilityGap24: deviation(24) / deviation(240) - 1,
      range168: place(168),
      range720: place(720),
      fromHigh720: close[i] / Math.max(...last(close, 720)) - 1,
      fromLow720: close[i] / Math.min(...last(close, 720)) - 1,
      volumeZ168: z(volume, 168),
      logVolume24: mean(last(logVolume, 24)),
      logVolume480: mean(last(logVolume, 480)),
      calmVolume72: mean(last(logVolume, 72)) - Math.log(deviation(72) / deviation(720)),
      beta720: covariance / sd(x) ** 2,
      correlation720: covariance / (sd(x) * sd(y)),
      strength168: change(close, 168) - change(reference, 168),
      strength720: change(close, 720) - change(reference, 720),
      indexGap: ema(reference, 480) / ema(reference, 1200) - 1,
    };
    for (const [name, value] of Object.entries(expected)) {
      expect(Math.abs(feature(p, name as FeatureName)[i] - value), name).toBeLessThan(
        1e-9 * (1 + Math.abs(value)),
      );
    }
  });

  it("say the regime as 1 of three, and NEUTRAL as none", () => {
    const of = subject(BARS_OF_4_HOURS, 4 * HOUR, "extreme");
    const feature = columnsOf(of);
    const regime = runAll(of, [of.rows]).outputs.columns.get("regime") as Float64Array;
    const seen = new Set<string>();
    for (let i = 300; i < of.rows; i++) {
      const name = REGIMES[regime[i]];
      seen.add(name);
      const codes = [feature(1, "riskOn")[i], feature(1, "riskOff")[i], feature(1, "panic")[i]];
      expect(codes).toEqual(["RISK_ON", "RISK_OFF", "PANIC"].map((n) => (n === name ? 1 : 0)));
    }
    expect(seen.size).toBeGreaterThan(1);
  });

  it("of the reference say that it moves with itself", () => {
    const feature = columnsOf(base);
    for (const [name, value] of [
      ["beta720", 1],
      ["strength168", 0],
      ["strength720", 0],
    ] as const) {
      expect(new Set(feature(0, name).subarray(1200)), name).toEqual(new Set([value]));
    }
  });
});

describe("addFeatures", () => {
  it("stands beside all strategies in one plan, whoever comes first, and shares what they share", () => {
    const options = { config: defaultConfig(), symbols: SYMBOLS, interval: HOUR };
    let wired = 0;
    const scored: Strategy = {
      name: "Scored",
      multiplier: 1,
      desires(market) {
        const features = addFeatures(market as MarketView);
        wired += features.length;
        return features.map(({ names, slots }) => slots[names.indexOf("range168")]);
      },
    };
    // a name that a feature would take too, were its place not its own
    const own = perPair(
      "Own",
      1,
      ({ plan }, { symbol, bars }) => plan.add(sma(720), { x: bars.close }, symbol).y,
    );
    const alone = wire(HOUR).plan.nodes.length;
    for (const strategies of [
      [own, scored],
      [scored, own],
    ]) {
      const { plan } = createSystem({ ...options, strategies });
      const without = createSystem({ ...options, strategies: [own] }).plan.nodes.length;
      expect(plan.nodes.length).toBeLessThan(without + alone - 20);
    }
    expect(wired).toBe(6);
  });

  it("gives each pair the schema's names in its order", () => {
    for (const { names, slots } of wire(HOUR).features) {
      expect(names).toEqual(FEATURE_NAMES);
      expect(slots).toHaveLength(names.length);
    }
  });

  it("refuses decision bars that hold a whole day, and spans that are no whole bars", () => {
    expect(() => wire(DAY)).toThrow(/24 h hold one decision bar, expected 2 or more/);
    expect(() => wire(7 * HOUR)).toThrow(/^features: 24 h are/);
    expect(() => wire(12 * HOUR)).not.toThrow();
  });

  it("wires what version 1 of the schema wired: another wiring needs another version", () => {
    expect(FEATURE_SCHEMA.version).toBe(1);
    expect(wire(HOUR, ["BTC", "ETH"]).plan.hash).toBe(
      "5c640c6b1c1b12fe3988d876fe8a701aca6d6152c13fdb3e1cfc57d706662fbc",
    );
  });
});
