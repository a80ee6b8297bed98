import { describe, expect, test } from "vitest";
import { DAY } from "../../engine/market/bars.ts";
import type { Replay } from "../../engine/replay.ts";
import { createResampler, daysOfBlock } from "../metrics/bootstrap.ts";
import { quantile } from "../metrics/performance.ts";
import { sharpeSample } from "../metrics/sharpe-inference.ts";
import { noise } from "../metrics/test-series.ts";
import { equityEvidence } from "./equity-evidence.ts";
import { modelWorth } from "./model-worth.ts";

const DAYS = 250;
const START = Date.UTC(2022, 0, 1);
const [a, b] = noise(2, DAYS, 5);

/** A replay of daily closes with these returns. */
function replayOf(returns: Float64Array): Replay {
  const equity = new Float64Array(DAYS + 1).fill(100_000);
  for (let k = 0; k < DAYS; k++) equity[k + 1] = equity[k] * (1 + returns[k]);
  const time = equity.map((_, k) => START + k * DAY);
  return { panel: { interval: DAY, time }, columns: { time, equity }, firstRow: 0 } as unknown as Replay;
}

/** Both share the market; the model adds a little of its own every day. */
const market = a.map((x) => 0.001 + 0.02 * x);
const judged = market.map((x, k) => x + 0.002 + 0.001 * b[k]);

describe("what a model is worth", () => {
  const own = replayOf(judged);
  const bare = replayOf(market);
  const worth = modelWorth(own, bare, 1);

  test("is told in both equities at the same days", () => {
    expect(worth.equity.time).toEqual(Array.from(own.panel.time));
    expect(worth.equity.withModel).toEqual(Array.from(own.columns.equity));
    expect(worth.equity.without).toEqual(Array.from(bare.columns.equity));
  });

  test("is the annual Sharpe ratio above the other one", () => {
    const annual = (returns: Float64Array) => sharpeSample(returns).sharpe * Math.sqrt(365);
    expect(worth.sharpe.withModel.value.value).toBeCloseTo(annual(judged), 9);
    expect(worth.sharpe.without.value.value).toBeCloseTo(annual(market), 9);
    expect(worth.sharpe.difference.value.value).toBeCloseTo(annual(judged) - annual(market), 9);
  });

  test("has the interval of both measured on the same resampled days", () => {
    const { returns } = equityEvidence(own, 1);
    const others = equityEvidence(bare, 1).returns;
    const days = createResampler(DAYS, daysOfBlock(returns), 1);
    const of = (x: Float64Array) =>
      sharpeSample(Float64Array.from(days.indices, (k) => x[k])).sharpe * Math.sqrt(365);
    const differences = Float64Array.from({ length: 2000 }, () => {
      days.next();
      return of(returns) - of(others);
    }).sort();
    const { low, high } = worth.sharpe.difference.interval;
    expect(low).toBeCloseTo(quantile(differences, 0.025), 9);
    expect(high).toBeCloseTo(quantile(differences, 0.975), 9);
  });

  test("shows where either Sharpe ratio alone could be luck: what the market did to both falls out", () => {
    const { withModel, without, difference } = worth.sharpe;
    expect(without.interval.high!).toBeGreaterThan(withModel.interval.low!);
    expect(difference.interval.low!).toBeGreaterThan(0);
    const width = ({ interval }: typeof difference) => interval.high! - interval.low!;
    expect(width(difference)).toBeLessThan(width(withModel) / 4);
  });

  test("leaves gate 3's own interval of the Sharpe ratio as it is, to the bit", () => {
    const { sharpe, sharpeInterval } = equityEvidence(own, 1);
    expect(worth.sharpe.withModel).toEqual({ value: sharpe, interval: sharpeInterval });
  });

  test("is the same for the same seed", () => {
    expect(modelWorth(own, bare, 1)).toEqual(worth);
    expect(modelWorth(own, bare, 2).sharpe.difference.interval).not.toEqual(worth.sharpe.difference.interval);
  });
});

test("a model that changes nothing is worth 0 in every resample, and an interval would say nothing", () => {
  const { difference } = modelWorth(replayOf(market), replayOf(market), 1).sharpe;
  expect(difference).toEqual({
    value: { value: 0 },
    interval: { low: null, high: null, why: "all resamples give the same" },
  });
});

describe("no worth is told", () => {
  const flat = replayOf(new Float64Array(DAYS));

  test("of a model that lets nobody trade", () => {
    const { withModel, without, difference } = modelWorth(flat, replayOf(market), 1).sharpe;
    expect(withModel.value.value).toBeNull();
    expect(without.interval.low).not.toBeNull();
    expect(difference.value).toEqual(withModel.value);
    expect(difference.interval).toEqual(withModel.interval);
  });

  test("against a system that never traded without it", () => {
    const { difference } = modelWorth(replayOf(market), flat, 1).sharpe;
    const why = expect.stringMatching(/^of the system without the model: /);
    expect(difference).toEqual({ value: { value: null, why }, interval: { low: null, high: null, why } });
  });
});
