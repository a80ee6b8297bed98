import { expect, it } from "vitest";
import { defaultConfig, type EngineConfigInput, engineConfig } from "../config.ts";
import { drive } from "../drive.ts";
import type { Column } from "../kernel.ts";
import { DAY, HOUR } from "../market/bars.ts";
import { wholeBars } from "../market-view.ts";
import { createPlan } from "../plan.ts";
import { column, krakenCloses, runKernel, sharedData } from "../test-data.ts";
import { REGIMES } from "./classify.ts";
import { quantileMap } from "./quantile-map.ts";
import { addRegime, scaledIndex } from "./regime.ts";

/** The regime of a reference's closes, as the system wires it. */
function regimeOf(
  close: Column,
  config: EngineConfigInput = {},
  outside?: { value: Column; age: Column },
  interval = HOUR,
) {
  const plan = createPlan();
  const reference = { symbol: "BTC", close: plan.input("close") };
  const from = outside && { value: plan.input("value"), age: plan.input("age") };
  const bars = (hours: number, setting: string) => wholeBars(hours, interval, setting);
  const { regime: settings } = engineConfig.parse(config);
  const slots = addRegime(plan, settings, reference, from, bars, interval);
  const run = drive(plan, close.length);
  run.feed(close, reference.close);
  if (outside && from) run.feed(outside.value, from.value);
  const kept = {
    index: run.keep(slots.index),
    gap: run.keep(slots.gap),
    regime: run.keep(slots.regime),
    confidence: run.keep(slots.confidence),
    recovery: run.keep(slots.recovery),
  };
  run.go();
  return { ...kept, hasAge: slots.indexAge !== undefined };
}

const path = sharedData("kraken/hourly/XBTUSD_60.csv");
const hours = path === undefined ? undefined : krakenCloses(path);
const decade = hours && regimeOf(hours.close);

/** Rows from 2014 on. */
function since2014(): { time: Column; regime: Column; confidence: Column; recovery: Column } {
  const from = hours!.time.findIndex((t) => t >= Date.UTC(2014, 0, 1));
  return {
    time: hours!.time.subarray(from),
    regime: decade!.regime.subarray(from),
    confidence: decade!.confidence.subarray(from),
    recovery: decade!.recovery.subarray(from),
  };
}

it.skipIf(hours === undefined)("divides Kraken's hours of 2014-2023 as measured, within half a point", () => {
  const { regime } = since2014();
  const percent = REGIMES.map((_, r) => (100 * regime.filter((x) => x === r).length) / regime.length);
  for (const [r, measured] of [23.3, 29.6, 42.0, 5.1].entries()) {
    expect(Math.abs(percent[r] - measured), `${REGIMES[r]}: ${percent[r]}`).toBeLessThan(0.5);
  }
});

it.skipIf(hours === undefined)("switches 27.9 times a year, and dwells as long as measured", () => {
  const { regime } = since2014();
  const switches = regime.filter((r, i) => i > 0 && r !== regime[i - 1]);
  expect((switches.length / regime.length) * 365 * 24).toBeCloseTo(27.9, 1);
  for (const [r, days] of [13, 9.5, 20, 7].entries()) {
    const rows = regime.filter((x) => x === r).length;
    const begun = switches.filter((x) => x === r).length;
    expect(Math.abs(rows / begun / 24 - days), REGIMES[r]).toBeLessThan(0.5);
  }
});

it.skipIf(hours === undefined)("panics on the days on which a person would", () => {
  const { time, regime } = since2014();
  const panics = [...time].filter((_, i) => regime[i] === 3 && regime[i - 1] !== 3);
  expect(panics.slice(-5).map((t) => new Date(t).toISOString().slice(0, 10))).toEqual([
    "2020-03-12",
    "2021-01-11",
    "2021-01-17",
    "2021-05-20",
    "2022-06-14",
  ]);
});

it.skipIf(hours === undefined)("is the likelier to last 72 h, the more confident it is", () => {
  const { regime, confidence } = since2014();
  const rows = Array.from({ length: regime.length - 72 }, (_, i) => i).sort(
    (a, b) => confidence[a] - confidence[b],
  );
  const third = Math.floor(rows.length / 3);
  const share = [0, 1, 2].map((k) => {
    const part = rows.slice(k * third, (k + 1) * third);
    return part.filter((i) => regime[i + 72] === regime[i]).length / third;
  });
  expect(share[0]).toBeCloseTo(0.66, 2);
  expect(share[1]).toBeCloseTo(0.79, 2);
  expect(share[2]).toBeCloseTo(0.89, 2);
});

it.skipIf(hours === undefined)("recovers for 14 days after stress has passed, and never within it", () => {
  const { regime, recovery } = since2014();
  const wrong: number[] = [];
  let length = 0;
  for (let i = 1; i < regime.length; i++) {
    const isStress = regime[i] >= 2;
    const left = regime[i - 1] >= 2 && !isStress;
    length = isStress ? 0 : left ? 1 : length > 0 ? length + 1 : 0;
    if (recovery[i] !== (length > 0 && length <= 14 * 24 ? 1 : 0)) wrong.push(i);
  }
  expect(wrong).toEqual([]);
});

it.skipIf(hours === undefined)("panics on daily bars in 2022-11, as a person would", () => {
  const days = column(Math.floor(hours!.close.length / 24), (i) => hours!.close[24 * i + 23]);
  const start = hours!.time[0] + 23 * HOUR;
  const { regime } = regimeOf(days, {}, undefined, DAY);
  const panics = [...regime.keys()].filter((i) => regime[i] === 3 && regime[i - 1] !== 3);
  const months = panics.map((i) => new Date(start + i * DAY).toISOString().slice(0, 7));
  for (const month of ["2020-03", "2021-05", "2022-06", "2022-11"]) expect(months).toContain(month);
});

it("is known from the first row at which the slow average is, and stays known", () => {
  const close = column(1300, (i) => 100 + 10 * Math.sin(i / 50));
  const { regime, index, gap } = regimeOf(close);
  expect(index.findIndex((x) => x === x)).toBe(263);
  expect(gap.findIndex((x) => x === x)).toBe(1199);
  expect(regime.findIndex((x) => x === x)).toBe(1199);
  expect(regime.subarray(1199).every((x) => x === x)).toBe(true);
});

it("takes an outside index at its scale, with its age", () => {
  const close = column(1300, () => 100);
  const value = column(1300, (i) => (i < 1250 ? 80 : 130));
  const age = column(1300, () => 0);
  const dvol = regimeOf(close, { regime: { source: "DVOL" } }, { value, age });
  expect(dvol.hasAge).toBe(true);
  expect([dvol.index[1249], dvol.index[1250]]).toEqual([20, 32.5]);
  expect([dvol.regime[1249], dvol.regime[1250]]).toEqual([1, 1]); // dwell of 72 h from row 1199
  const vix = regimeOf(close, { regime: { source: "VIX" } }, { value, age });
  expect(vix.index[1249]).toBe(80);
  expect(vix.regime[1249]).toBe(2);
  expect(regimeOf(close).hasAge).toBe(false);
});

it("scales an outside value, and knows nothing before its first", () => {
  const { index } = runKernel(scaledIndex(0.25), { value: column([Number.NaN, 60]) }, 2);
  expect([...index]).toEqual([Number.NaN, 15]);
});

it("maps the index by its rank in three years, from one year on, where config says so", () => {
  const rows = 500;
  const close = column(rows, (i) => 100 + 30 * Math.sin(i / 9) + ((i * 31) % 17));
  const plain = regimeOf(close, {}, undefined, DAY);
  const mapped = regimeOf(close, { regime: { mapping: "quantile3y" } }, undefined, DAY);
  const expected = runKernel(quantileMap(3 * 365, 365), { index: plain.index }, rows).mapped;
  expect(mapped.index).toEqual(expected);
  expect(mapped.index.findIndex((x) => x === x)).toBe(plain.index.findIndex((x) => x === x) + 364);
});

it("names the setting whose span is not whole bars", () => {
  expect(() =>
    regimeOf(
      column(1, () => 1),
      {},
      undefined,
      5 * HOUR,
    ),
  ).toThrow(/^regime\.index\.return_hours/);
  expect(() =>
    regimeOf(
      column(1, () => 1),
      { regime: { dwell: 36 } },
      undefined,
      DAY,
    ),
  ).toThrow(/^regime\.dwell: 36 h are 1\.5 decision bars of 24 h/);
  expect(defaultConfig().regime.recovery).toBe(14);
});
