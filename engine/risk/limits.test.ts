import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY } from "../market/bars.ts";
import { krakenRules, roundDown, scaleOf, stepsPerUnit } from "../market/pair-rules.ts";
import { column } from "../test-data.ts";
import { createReturnHistory, noteRows } from "./correlation.ts";
import {
  type Breach,
  breaches,
  breachesCorrelation,
  EXIT_LIMITS,
  entryLimits,
  type OrderView,
  RULES,
  retrySettings,
  riskSettings,
} from "./limits.ts";

const risk = riskSettings.parse({});
const STALE = 5 * DAY;

type Change = Partial<Omit<OrderView, "values" | "counted">> & {
  readonly values?: readonly number[];
  readonly counted?: readonly number[];
};

/** An entry of $1,000 in pair 0 of an empty book of eight pairs and $100,000, which passes everything. */
function order(change: Change = {}): OrderView {
  const { values = [], counted = [], ...rest } = change;
  return {
    pair: 0,
    quantity: 10,
    value: 1000,
    equity: 100_000,
    isEntry: 1,
    quiet: 0,
    dailyVolume: 1e6,
    dailyDeviation: 0.04,
    deviation: 0.01,
    indexAge: 0,
    ordermin: 1,
    costmin: 0.5,
    history: createReturnHistory(8, 10),
    ...rest,
    values: column(8, (p) => values[p] ?? 0),
    counted: Uint8Array.from({ length: 8 }, (_, p) => counted[p] ?? 0),
  };
}

/** The rule that refuses an entry, with measure and bound, or undefined. */
function refusal(change: Change = {}, settings = risk) {
  const out: Breach = { rule: -1, measure: 0, bound: 0, other: 0 };
  if (!breaches(entryLimits(settings, STALE), order(change), out)) return undefined;
  return { rule: RULES[out.rule], measure: out.measure, bound: out.bound };
}

it("passes an order that breaks nothing", () => {
  expect(refusal()).toBeUndefined();
});

it("checks in the order of the text", () => {
  expect(entryLimits(risk, STALE).map((l) => l.name)).toEqual([
    "downtime",
    "history",
    "index-stale",
    "min-usd",
    "ordermin",
    "costmin",
    "position",
    "leverage",
    "pairs",
    "top-3",
  ]);
  expect(RULES[RULES.length - 1]).toBe("correlation");
  expect(EXIT_LIMITS.map((l) => l.name)).toEqual(["ordermin", "costmin"]);
});

describe.each([
  { rule: "downtime", at: { quiet: 0 }, outside: { quiet: 1 }, measure: 1, bound: 0 },
  { rule: "history", at: { dailyVolume: 1e-300 }, outside: { dailyVolume: 0 }, measure: 0 },
  {
    rule: "index-stale",
    at: { indexAge: STALE },
    outside: { indexAge: STALE + 1 },
    measure: STALE + 1,
    bound: STALE,
  },
  { rule: "min-usd", at: { value: 50 }, outside: { value: 49.99 }, measure: 49.99, bound: 50 },
  { rule: "ordermin", at: { quantity: 1 }, outside: { quantity: 0.999 }, measure: 0.999, bound: 1 },
  {
    rule: "costmin",
    at: { value: 60, costmin: 60 },
    outside: { value: 60, costmin: 60.01 },
    measure: 60,
    bound: 60.01,
  },
  {
    rule: "position",
    at: { value: 5000 },
    outside: { value: 5000.01 },
    measure: 0.050_000_1,
    bound: 0.05,
  },
  {
    rule: "leverage",
    at: { values: [0, ...new Array(6).fill(16_500)] },
    outside: { values: [0, ...new Array(6).fill(16_500.01)] },
    measure: 1.000_000_6,
    bound: 1,
  },
  {
    rule: "pairs",
    at: { counted: [0, 1, 1, 1, 1, 1] },
    outside: { counted: [0, 1, 1, 1, 1, 1, 1] },
    measure: 7,
    bound: 6,
  },
  {
    rule: "top-3",
    at: { values: [0, 16_000, 17_000, 17_000] },
    outside: { values: [0, 16_000, 17_000, 17_000.01] },
    measure: 0.500_000_1,
    bound: 0.5,
  },
] as { rule: string; at: Change; outside: Change; measure: number; bound?: number }[])(
  "$rule",
  ({ rule, at, outside, measure, bound }) => {
    it("passes at its bound", () => {
      expect(refusal(at)).toBeUndefined();
    });

    it("refuses just outside, with what it measured and its bound", () => {
      const found = refusal(outside);
      expect(found?.rule).toBe(rule);
      expect(found?.measure).toBeCloseTo(measure, 10);
      if (bound !== undefined) expect(found?.bound).toBe(bound);
    });
  },
);

describe("NaN fails", () => {
  it.each([
    ["downtime", { quiet: Number.NaN }],
    ["history", { dailyVolume: Number.NaN }],
    ["history", { dailyDeviation: Number.NaN }],
    ["history", { deviation: Number.NaN }],
    ["index-stale", { indexAge: Number.NaN }],
    ["min-usd", { value: Number.NaN }],
    ["ordermin", { quantity: Number.NaN }],
    ["costmin", { costmin: Number.NaN }],
    ["position", { equity: Number.NaN }],
    ["leverage", { values: [0, Number.NaN] }],
  ] as [string, Change][])("%s of %o", (rule, change) => {
    expect(refusal(change)?.rule).toBe(rule);
  });

  it("in every limit, also where an earlier one would have caught it", () => {
    const unknown = order({ value: Number.NaN, equity: Number.NaN, quantity: Number.NaN });
    for (const limit of entryLimits(risk, STALE).slice(3)) {
      if (limit.name === "pairs") continue; // counts whole pairs
      expect(breaches([limit], unknown, { rule: 0, measure: 0, bound: 0, other: 0 }), limit.name).toBe(true);
    }
  });
});

it("counts what is held of the pair for its position, and once for leverage and top 3", () => {
  expect(refusal({ values: [4000], value: 1000 })).toBeUndefined();
  expect(refusal({ values: [4000], value: 1000.01 })?.rule).toBe("position");
  const wide = riskSettings.parse({ position: 1 });
  expect(refusal({ values: [1000, 16_000, 17_000, 16_000], value: 15_000 }, wide)).toBeUndefined();
  expect(refusal({ values: [1000, 16_000, 17_000, 16_000], value: 16_001 }, wide)?.rule).toBe("top-3");
});

it("counts a pair that is held already once for the pair limit", () => {
  expect(refusal({ counted: [1, 1, 1, 1, 1, 1] })).toBeUndefined();
});

it("leaves the book as it was", () => {
  const o = order({ values: [500, 16_000, 17_000] });
  const before = [...o.values];
  breaches(entryLimits(risk, STALE), o, { rule: 0, measure: 0, bound: 0, other: 0 });
  expect([...o.values]).toEqual(before);
});

it("refuses by the first rule that fails when many do", () => {
  const all: Change = {
    quiet: 1,
    dailyVolume: 0,
    indexAge: 2 * STALE,
    value: 0.1,
    quantity: 0.1,
    values: [60_000, 60_000, 60_000, 60_000],
    counted: [0, 1, 1, 1, 1, 1, 1, 1],
  };
  // each step mends what the step before was refused for
  const steps: [string, Change][] = [
    ["downtime", {}],
    ["history", { quiet: 0 }],
    ["index-stale", { dailyVolume: 1 }],
    ["min-usd", { indexAge: 0 }],
    ["ordermin", { value: 50, costmin: 51 }],
    ["costmin", { quantity: 1 }],
    ["position", { costmin: 0.5 }],
  ];
  let change = all;
  for (const [rule, step] of steps) {
    change = { ...change, ...step };
    expect(refusal(change)?.rule).toBe(rule);
  }
  const wide = riskSettings.parse({ position: 1, leverage: 1, top3: 0.1 });
  const crowded = { counted: all.counted, values: [0, 60_000, 60_000] };
  expect(refusal(crowded, wide)?.rule).toBe("leverage");
  expect(refusal({ ...crowded, equity: 200_000 }, wide)?.rule).toBe("pairs");
  expect(refusal({ values: crowded.values, equity: 200_000 }, wide)?.rule).toBe("top-3");
});

it("faces an exit with ordermin and costmin alone", () => {
  const out: Breach = { rule: -1, measure: 0, bound: 0, other: 0 };
  const exit = order({ quiet: 1, dailyVolume: 0, indexAge: 2 * STALE, value: 1, equity: 1 });
  expect(breaches(EXIT_LIMITS, exit, out)).toBe(false);
  expect(breaches(EXIT_LIMITS, order({ quantity: 0.9 }), out)).toBe(true);
  expect(RULES[out.rule]).toBe("ordermin");
  expect(breaches(EXIT_LIMITS, order({ value: 0.4 }), out)).toBe(true);
  expect(RULES[out.rule]).toBe("costmin");
});

it("never refuses an order that was sized at the bound, whatever its price and pair", () => {
  const position = riskSettings.parse({ min_usd: 0 });
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(krakenRules)),
      fc.integer({ min: 1, max: 1e7 }),
      fc.double({ min: 1000, max: 1e6, noNaN: true }),
      (rules, ticks, equity) => {
        const close = ticks / stepsPerUnit(rules.tick);
        const quantity = roundDown((risk.position * equity) / close, scaleOf(rules.lot_decimals));
        fc.pre(quantity > 0);
        const exact = { quantity, value: quantity * close, equity, ordermin: 0, costmin: 0 };
        expect(refusal(exact, position)).toBeUndefined();
      },
    ),
    { numRuns: 3000 },
  );
});

describe("correlation", () => {
  /** A history of pairs with these returns, all present unless a volume of 0 is given. */
  function history(returns: readonly (readonly number[])[], volumes?: readonly (readonly number[])[]) {
    const n = returns[0].length;
    const h = createReturnHistory(8, n);
    const pairs = Array.from({ length: 8 }, (_, p) => {
      const close = [100];
      for (const r of returns[p] ?? []) close.push(close[close.length - 1] * (1 + r));
      return {
        close: column(n + 1, (i) => close[i] ?? 100),
        decisionVolume: column(n + 1, (i) => volumes?.[p]?.[i - 1] ?? 1),
      };
    });
    noteRows(
      h,
      column(n + 1, (i) => i),
      pairs,
      1,
      0,
      n + 1,
    );
    return h;
  }
  const out: Breach = { rule: -1, measure: 0, bound: 0, other: 0 };
  const A = [0.01, -0.01, 0.01, -0.01];
  const B = [0.01, 0.01, -0.01, -0.01]; // correlation 0 with A
  const C = [0.02, -0.02, 0.02, -0.02]; // 1 with A

  it("refuses beyond 0.7 with a pair that counts, and names it", () => {
    const o = order({ history: history([A, B, C]), counted: [0, 1, 1] });
    expect(breachesCorrelation(risk, o, out)).toBe(true);
    expect(RULES[out.rule]).toBe("correlation");
    expect(out.measure).toBeCloseTo(1, 9);
    expect([out.bound, out.other]).toEqual([0.7, 2]);
  });

  it("passes pairs that are not related, that do not count, and itself", () => {
    const h = history([A, B, C]);
    expect(breachesCorrelation(risk, order({ history: h, counted: [1, 1, 0] }), out)).toBe(false);
    expect(breachesCorrelation(risk, order({ history: h }), out)).toBe(false);
  });

  it("passes at its bound and refuses just outside", () => {
    const o = order({ history: history([A, [0.02, -0.01, 0.01, 0.01]]), counted: [0, 1] });
    breachesCorrelation(riskSettings.parse({ correlation: -1 }), o, out);
    const { measure } = out;
    expect(measure).toBeGreaterThan(0);
    expect(breachesCorrelation(riskSettings.parse({ correlation: measure }), o, out)).toBe(false);
    expect(breachesCorrelation(riskSettings.parse({ correlation: measure - 1e-12 }), o, out)).toBe(true);
  });

  it("refuses nothing at a bound of 1, not even a pair's own multiple", () => {
    const o = order({ history: history([A, C]), counted: [0, 1] });
    expect(breachesCorrelation(riskSettings.parse({ correlation: 1 }), o, out)).toBe(false);
  });

  it("refuses where fewer than 2/3 of the bars are present in both, and measures that share", () => {
    const two = history(
      [A.slice(0, 3), B.slice(0, 3)],
      [
        [1, 1, 1],
        [0, 1, 1],
      ],
    );
    expect(breachesCorrelation(risk, order({ history: two, counted: [0, 1] }), out)).toBe(false);
    const one = history(
      [A.slice(0, 3), B.slice(0, 3)],
      [
        [1, 0, 1],
        [0, 1, 1],
      ],
    );
    expect(breachesCorrelation(risk, order({ history: one, counted: [0, 1] }), out)).toBe(true);
    expect(out).toEqual({ rule: RULES.indexOf("correlation"), measure: 1 / 3, bound: 2 / 3, other: 1 });
  });
});

it("has the numbers of the text", () => {
  expect(risk).toEqual({
    position: 0.05,
    min_usd: 50,
    leverage: 1,
    pairs: 6,
    top3: 0.5,
    correlation: 0.7,
    correlation_window: 720,
    correlation_window_daily: 90,
    correlation_present: 2 / 3,
    drawdown: 0.2,
    reset_after_days: 0,
  });
  expect(retrySettings.parse({})).toEqual({ after: 72, desire: 0.2 });
});
