import { describe, expect, it } from "vitest";
import { column, runKernel } from "../test-data.ts";
import { classify, REGIMES, type Regime, regimeSettings } from "./classify.ts";

const settings = regimeSettings.parse({});

interface Row {
  /** Index in VIX points, and trend gap. */
  readonly x?: number;
  readonly g?: number;
  readonly close?: number;
  /** Highest close of the decline window. */
  readonly high?: number;
}

/** Calm, without trend, at its high: what a row is unless it says otherwise. */
const CALM = { x: 25, g: 0, close: 100, high: 100 };

function run(rows: readonly Row[], dwell = 1, recovery = 5, config = settings) {
  const full = rows.map((r) => ({ ...CALM, ...r }));
  const out = runKernel(
    classify(config, dwell, recovery),
    {
      index: column(full.map((r) => r.x)),
      gap: column(full.map((r) => r.g)),
      close: column(full.map((r) => r.close)),
      high: column(full.map((r) => r.high)),
    },
    rows.length,
  );
  return {
    regimes: [...out.regime].map((r): Regime | undefined => REGIMES[r]),
    confidence: [...out.confidence],
    recovery: [...out.recovery],
    indexPeak: [...out.indexPeak],
  };
}

const PANICKED = { x: 41, close: 85 };

describe("the Schmitt triggers", () => {
  it("turns RISK_OFF on above 30 and off below 27", () => {
    const { regimes } = run([30, 30.01, 30, 27, 26.99, 30].map((x) => ({ x })));
    expect(regimes).toEqual(["NEUTRAL", "RISK_OFF", "RISK_OFF", "RISK_OFF", "NEUTRAL", "NEUTRAL"]);
  });

  it("keeps RISK_ON away above 20 until the index is below 18", () => {
    const { regimes } = run([20, 20.01, 19, 18, 17.99, 20].map((x) => ({ x, g: 0.03 })));
    expect(regimes).toEqual(["RISK_ON", "NEUTRAL", "NEUTRAL", "NEUTRAL", "RISK_ON", "RISK_ON"]);
  });

  it("has the trend up beyond 2 % until it is inside 1 %", () => {
    const { regimes } = run([0.02, 0.0201, 0.01, 0.0099, 0.02].map((g) => ({ x: 15, g })));
    expect(regimes).toEqual(["NEUTRAL", "RISK_ON", "RISK_ON", "NEUTRAL", "NEUTRAL"]);
  });

  it("has the trend down beyond -2 % until it is inside -1 %", () => {
    const { regimes } = run([-0.02, -0.0201, -0.01, -0.0099, -0.02].map((g) => ({ x: 15, g })));
    expect(regimes).toEqual(["NEUTRAL", "RISK_OFF", "RISK_OFF", "NEUTRAL", "NEUTRAL"]);
  });

  it("turns level 40 on above 40 and off below 36, where a sharp decline then is no PANIC", () => {
    const sharp = { close: 85 };
    expect(run([{ x: 40, ...sharp }]).regimes).toEqual(["RISK_OFF"]);
    expect(run([{ x: 40.01, ...sharp }]).regimes).toEqual(["PANIC"]);
    expect(run([{ x: 41 }, { x: 36, ...sharp }]).regimes).toEqual(["RISK_OFF", "PANIC"]);
    expect(run([{ x: 41 }, { x: 35.99 }, { x: 36, ...sharp }]).regimes[2]).toBe("RISK_OFF");
  });

  it("releases a level where the config says", () => {
    const config = regimeSettings.parse({ release: 0.5 });
    const { regimes } = run(
      [31, 15, 14.99].map((x) => ({ x })),
      1,
      5,
      config,
    );
    expect(regimes).toEqual(["RISK_OFF", "RISK_OFF", "NEUTRAL"]);
  });
});

it("calls a close 15 % below the high a sharp decline, and 14.99 % not", () => {
  expect(run([{ x: 41, close: 85 }]).regimes).toEqual(["PANIC"]);
  expect(run([{ x: 41, close: 85.01 }]).regimes).toEqual(["RISK_OFF"]);
});

it("takes the first match: PANIC before RISK_OFF before RISK_ON", () => {
  expect(run([{ x: 41, g: 0.05, close: 80 }]).regimes).toEqual(["PANIC"]);
  expect(run([{ x: 31, g: 0.05 }]).regimes).toEqual(["RISK_OFF"]);
  expect(run([{ x: 19, g: 0.05 }]).regimes).toEqual(["RISK_ON"]);
  expect(run([{ x: 19, g: 0 }]).regimes).toEqual(["NEUTRAL"]);
});

describe("PANIC", () => {
  it("holds down to an index of 36", () => {
    const held = { close: 92 };
    const { regimes } = run([PANICKED, { x: 36, ...held }, { x: 35.99, ...held }]);
    expect(regimes).toEqual(["PANIC", "PANIC", "RISK_OFF"]);
  });

  it("holds up to a close of 92.5 % of the high", () => {
    const { regimes } = run([PANICKED, { x: 39, close: 92.5 }, { x: 39, close: 92.51 }]);
    expect(regimes).toEqual(["PANIC", "PANIC", "RISK_OFF"]);
  });

  it("measures its hold from the high of the span before it began, though the span has moved on", () => {
    const { regimes } = run([PANICKED, { x: 39, close: 92.5, high: 92.5 }]);
    expect(regimes[1]).toBe("PANIC");
  });

  it("measures its hold from a higher close since then", () => {
    // the close of 120 comes within the dwell, 111 = 0.925 * 120 after it
    const rows = [PANICKED, { x: 39, close: 120 }, { x: 39, close: 111 }, { x: 39, close: 111.01 }];
    expect(run(rows, 2).regimes).toEqual(["PANIC", "PANIC", "PANIC", "RISK_OFF"]);
  });

  it("holds by the index of the hour, though it was below 36 within the dwell", () => {
    const rows = [PANICKED, { x: 35, close: 92 }, { x: 38, close: 92 }];
    expect(run(rows, 2).regimes).toEqual(["PANIC", "PANIC", "PANIC"]);
  });

  it("does not begin by the conditions that hold it", () => {
    expect(run([{ x: 41 }, { x: 39, close: 92 }]).regimes).toEqual(["RISK_OFF", "RISK_OFF"]);
  });
});

describe("the dwell", () => {
  it("keeps a regime for 72 hours", () => {
    const rows = Array.from({ length: 80 }, (_, i) => ({ x: i === 0 ? 31 : 10 }));
    const { regimes } = run(rows, 72);
    expect(regimes.indexOf("NEUTRAL")).toBe(72);
    expect(regimes.slice(72).every((r) => r === "NEUTRAL")).toBe(true);
  });

  it("counts anew after every switch", () => {
    const { regimes } = run(
      [31, 10, 10, 10, 31, 31, 31].map((x) => ({ x })),
      3,
    );
    expect(regimes.map((r) => r?.[0])).toEqual(["R", "R", "R", "N", "N", "N", "R"]);
  });

  it("does not keep PANIC out, but keeps it in", () => {
    const rows = [{ x: 25 }, PANICKED, { x: 25 }, { x: 25 }, { x: 25 }];
    expect(run(rows, 3).regimes).toEqual(["NEUTRAL", "PANIC", "PANIC", "PANIC", "NEUTRAL"]);
  });
});

describe("the recovery phase", () => {
  const OFF = { x: 31 };

  it("begins when RISK_OFF is left, lasts its rows and no longer", () => {
    const low = { x: 20 };
    expect(run([OFF, low, low, low, low], 1, 3).recovery).toEqual([0, 1, 1, 1, 0]);
  });

  it("lasts as long when RISK_ON and NEUTRAL change places in it", () => {
    const rows = [
      OFF,
      { x: 15, g: 0 },
      { x: 15, g: 0.03 },
      { x: 15, g: 0 },
      { x: 15, g: 0.03 },
      { x: 15, g: 0.03 },
    ];
    const { regimes, recovery } = run(rows, 1, 3);
    expect(regimes.slice(1, 4)).toEqual(["NEUTRAL", "RISK_ON", "NEUTRAL"]);
    expect(recovery).toEqual([0, 1, 1, 1, 0, 0]);
  });

  it("does not begin between RISK_OFF and PANIC, either way", () => {
    const { regimes, recovery } = run([OFF, PANICKED, { x: 35, close: 100 }, OFF]);
    expect(regimes).toEqual(["RISK_OFF", "PANIC", "RISK_OFF", "RISK_OFF"]);
    expect(recovery).toEqual([0, 0, 0, 0]);
  });

  it("begins when PANIC is left for NEUTRAL", () => {
    expect(run([PANICKED, { x: 20 }]).recovery).toEqual([0, 1]);
  });

  it("ends on re-entry, and begins anew", () => {
    const low = { x: 20 };
    expect(run([OFF, low, low, OFF, low, low, low, low], 1, 3).recovery).toEqual([0, 1, 1, 0, 1, 1, 1, 0]);
    expect(run([OFF, low, PANICKED, low], 1, 3).recovery).toEqual([0, 1, 0, 1]);
  });

  it("is none at the start, whatever the first regime is", () => {
    for (const x of [15, 25, 31]) expect(run([{ x }]).recovery).toEqual([0]);
  });
});

it.each([
  // x, gap: |x - level| / 5 and ||gap| - 2 %| / 2 %
  { x: 25, g: 0, expected: 1 },
  { x: 22, g: 0, expected: 0.4 },
  { x: 38, g: 0, expected: 0.4 },
  { x: 20, g: 0, expected: 0 },
  { x: 60, g: 0.02, expected: 0 },
  { x: 60, g: 0.03, expected: 0.5 },
  { x: 60, g: -0.03, expected: 0.5 },
  { x: 60, g: 0.01, expected: 0.5 },
  { x: 60, g: 0.05, expected: 1 },
  { x: 31, g: 0.03, expected: 0.2 },
])("has confidence $expected at index $x and gap $g", ({ x, g, expected }) => {
  expect(run([{ x, g }]).confidence[0]).toBeCloseTo(expected, 12);
});

it("follows the index's peak in a PANIC episode, and the index itself outside", () => {
  const held = { close: 85 };
  const rows = [
    { x: 50 },
    { x: 45, ...held },
    { x: 60, ...held },
    { x: 55, ...held },
    { x: 20 },
    { x: 41, ...held },
  ];
  const { regimes, indexPeak } = run(rows);
  expect(regimes).toEqual(["RISK_OFF", "PANIC", "PANIC", "PANIC", "NEUTRAL", "PANIC"]);
  expect(indexPeak).toEqual([50, 45, 60, 60, 20, 41]);
});

it("is unknown until index, gap and high are known", () => {
  const unknown = Number.NaN;
  const { regimes, confidence } = run([{ x: unknown }, { g: unknown }, { high: unknown }, {}]);
  expect(regimes).toEqual([undefined, undefined, undefined, "NEUTRAL"]);
  expect(confidence.slice(0, 3)).toEqual([unknown, unknown, unknown]);
});

it("has the defaults of the text", () => {
  expect(settings).toMatchObject({
    reference: "BTC",
    source: "computed",
    source_scale: { VIX: 1, DVOL: 0.25 },
    stale_after: 5,
    mapping: "none",
    levels: { risk_on: 20, risk_off: 30, panic: 40 },
    release: 0.9,
    trend: { fast: 480, slow: 1200, beyond: 0.02, inside: 0.01 },
    index: { scale: 0.29, return_hours: 24, half_life: 72, seed: 240 },
    decline: 0.15,
    decline_window: 168,
    panic_hold: 0.075,
    dwell: 72,
    recovery: 14,
    sure: 5,
  });
});

it.each([
  [{ levels: { risk_on: 31 } }, "must rise from risk_on over risk_off to panic, found 31, 30, 40"],
  [{ levels: { risk_off: 40 } }, "must rise from risk_on over risk_off to panic, found 20, 40, 40"],
  [{ trend: { inside: 0.03 } }, "inside must not exceed beyond, found inside 0.03 and beyond 0.02"],
  [{ trend: { fast: 1200 } }, "fast must be shorter than slow, found fast 1200 h and slow 1200 h"],
  [
    { decline: 0.05 },
    "panic_hold must not exceed decline, or PANIC ends where it begins: found panic_hold 0.075 and decline 0.05",
  ],
])("refuses %o with the values found", (config, message) => {
  expect(regimeSettings.safeParse(config).error?.issues.map((i) => i.message)).toEqual([message]);
});
