import { z } from "zod";
import { ema } from "../indicators/ema.ts";
import { rollingBeta } from "../indicators/rolling-beta.ts";
import type { Column, Kernel } from "../kernel.ts";
import { fraction, hours } from "../settings.ts";
import type { Strategy } from "./strategy.ts";

export const defensiveHedgeSettings = z.strictObject({
  ema: hours(480, "A pair's trigger is on above this EMA of its close"),
  exit: fraction(0.02, "and off this far below it"),
  desire: fraction(0.5, "Desire for each of the chosen pairs"),
  pairs: z
    .number()
    .int()
    .min(1)
    .default(2)
    .meta({ unit: "count", description: "Pairs of lowest beta to hold" }),
});

export type DefensiveHedgeSettings = z.infer<typeof defensiveHedgeSettings>;

type PairIn = { close: Column; average: Column; beta: Column; eligible: Column };
type In = { pairs: readonly PairIn[] };
type Out = { pairs: readonly { desire: Column }[] };

/**
 * Holds the `chosen` eligible pairs of lowest beta to the reference (ties: universe order), each while
 * its trigger is on: on above its average, off below (1 - exit) of it. The rest is cash: spot has no short.
 * A pair without beta yet is not eligible; a desire is NaN until the pair's own average is known.
 */
export function defensiveHedge(
  n: number,
  settings: Omit<DefensiveHedgeSettings, "ema">,
): Kernel<In, Out, { on: Float64Array }> {
  const { exit, desire: d, pairs: chosen } = settings;
  const off = 1 - exit;
  const ranks: Rank[] = [];
  return {
    name: "defensive-hedge",
    params: { n, exit, desire: d, chosen },
    lookback: 0,
    writes: { pairs: Array.from({ length: n }, (_, p) => ({ desire: `defensiveHedge${p}` })) },
    init: () => ({ on: new Float64Array(n) }),
    advance: (s, { pairs }, out, rows) => {
      for (let p = 0; p < n; p++) s.on[p] = trigger(pairs[p], out.pairs[p].desire, s.on[p], off, d, rows);
      if (n > chosen) keepChosen(pairs, out.pairs, ranks, chosen, rows);
      else for (let p = 0; p < n; p++) keepRankable(pairs[p], out.pairs[p].desire, rows);
    },
  };
}

/** One pair's rows: a desire of d where its trigger is on. Returns the trigger after the last. */
function trigger(
  { close, average }: PairIn,
  desire: Column,
  on: number,
  off: number,
  d: number,
  rows: number,
): number {
  for (let i = 0; i < rows; i++) {
    const c = close[i];
    const e = average[i];
    on = c > e ? 1 : c < off * e ? 0 : on;
    desire[i] = e === e ? on * d : Number.NaN;
  }
  return on;
}

/** Where there are no more pairs than are chosen: takes the desire from those that have no rank. */
function keepRankable({ beta, eligible }: PairIn, desire: Column, rows: number): void {
  for (let i = 0; i < rows; i++) {
    if (desire[i] > 0 && !(eligible[i] === 1 && beta[i] === beta[i])) desire[i] = 0;
  }
}

/** The beta of the reference to itself: 1 once n returns are known. Lookback n. */
function ownBeta(n: number): Kernel<{ x: Column }, { beta: Column }, { rows: number }> {
  return {
    name: "own-beta",
    params: { n },
    lookback: n,
    writes: { beta: `ownBeta${n}` },
    init: () => ({ rows: 0 }),
    advance(s, { x }, { beta }, rows) {
      for (let i = 0; i < rows; i++) {
        if (x[i] === x[i]) s.rows++;
        beta[i] = s.rows > n ? 1 : Number.NaN;
      }
    },
  };
}

/** The k-th lowest beta of each row so far, and whose it is (-1: nobody's). Scratch. */
interface Rank {
  readonly beta: Float64Array;
  readonly pair: Int32Array;
}

/** Takes the desire from all but the eligible pairs of lowest beta: pair by pair, as the columns lie. */
function keepChosen(
  pairs: readonly PairIn[],
  out: Out["pairs"],
  ranks: Rank[],
  chosen: number,
  rows: number,
): void {
  for (let k = 0; k < chosen; k++) {
    if (ranks.length === k || ranks[k].beta.length < rows) {
      ranks[k] = { beta: new Float64Array(rows), pair: new Int32Array(rows) };
    }
    ranks[k].beta.fill(Number.POSITIVE_INFINITY, 0, rows);
    ranks[k].pair.fill(-1, 0, rows);
  }
  for (let p = 0; p < pairs.length; p++) rankPair(pairs[p], p, ranks, rows);
  for (let p = 0; p < pairs.length; p++) keepRanked(out[p].desire, p, ranks, rows);
}

function rankPair({ beta, eligible }: PairIn, p: number, ranks: readonly Rank[], rows: number): void {
  const last = ranks[ranks.length - 1].beta;
  for (let i = 0; i < rows; i++) {
    // an equal beta stays behind the earlier pair, an unknown one is nobody's
    if (!(beta[i] < last[i]) || eligible[i] !== 1) continue;
    let k = ranks.length - 1;
    for (; k > 0 && ranks[k - 1].beta[i] > beta[i]; k--) {
      ranks[k].beta[i] = ranks[k - 1].beta[i];
      ranks[k].pair[i] = ranks[k - 1].pair[i];
    }
    ranks[k].beta[i] = beta[i];
    ranks[k].pair[i] = p;
  }
}

function keepRanked(desire: Column, p: number, ranks: readonly Rank[], rows: number): void {
  for (let i = 0; i < rows; i++) {
    if (!(desire[i] > 0)) continue;
    let isChosen = false;
    for (let k = 0; k < ranks.length; k++) isChosen ||= ranks[k].pair[i] === p;
    if (!isChosen) desire[i] = 0;
  }
}

export function defensiveHedgeStrategy(settings: DefensiveHedgeSettings): Strategy {
  return {
    name: "DefensiveHedge",
    multiplier: 0.5,
    desires(m) {
      const n = m.relationBars;
      const average = ema(m.bars(settings.ema, "strategies.defensive_hedge.ema"));
      const pairs = m.pairs.map(({ symbol, bars, eligible }) => ({
        close: bars.close,
        average: m.plan.add(average, { x: bars.close }, symbol).y,
        beta:
          symbol === m.reference.symbol
            ? m.plan.add(ownBeta(n), { x: bars.close }, symbol).beta
            : m.plan.add(rollingBeta(n), { x: m.reference.bars.close, y: bars.close }, symbol).beta,
        eligible,
      }));
      return m.plan.add(defensiveHedge(pairs.length, settings), { pairs }).pairs.map((p) => p.desire);
    },
  };
}
