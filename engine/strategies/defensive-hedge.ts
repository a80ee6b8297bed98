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
  const rank = new Int32Array(chosen);
  const ranked = new Float64Array(chosen);
  return {
    name: "defensive-hedge",
    params: { n, exit, desire: d, chosen },
    lookback: 0,
    writes: { pairs: Array.from({ length: n }, (_, p) => ({ desire: `defensiveHedge${p}` })) },
    init: () => ({ on: new Float64Array(n) }),
    advance: (s, { pairs }, out, rows) => {
      for (let p = 0; p < n; p++) s.on[p] = trigger(pairs[p], out.pairs[p].desire, s.on[p], off, d, rows);
      keepChosen(pairs, out.pairs, rank, ranked, rows);
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

/** Takes the desire from all but the eligible pairs of lowest beta. `rank` and `ranked` are scratch. */
function keepChosen(
  pairs: readonly PairIn[],
  out: Out["pairs"],
  rank: Int32Array,
  ranked: Float64Array,
  rows: number,
): void {
  const chosen = rank.length;
  for (let i = 0; i < rows; i++) {
    let m = 0;
    for (let p = 0; p < pairs.length; p++) {
      const b = pairs[p].beta[i];
      if (!(pairs[p].eligible[i] === 1 && b === b)) continue;
      // in rising order; an equal beta stays behind the earlier pair
      if (m < chosen) m++;
      else if (!(b < ranked[m - 1])) continue;
      let k = m - 1;
      for (; k > 0 && ranked[k - 1] > b; k--) {
        ranked[k] = ranked[k - 1];
        rank[k] = rank[k - 1];
      }
      ranked[k] = b;
      rank[k] = p;
    }
    for (let p = 0; p < pairs.length; p++) {
      const { desire } = out[p];
      if (desire[i] > 0 && !isAmong(rank, m, p)) desire[i] = 0;
    }
  }
}

function isAmong(rank: Int32Array, m: number, p: number): boolean {
  for (let k = 0; k < m; k++) if (rank[k] === p) return true;
  return false;
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
        beta: m.plan.add(rollingBeta(n), { x: m.reference.bars.close, y: bars.close }, symbol).beta,
        eligible,
      }));
      return m.plan.add(defensiveHedge(pairs.length, settings), { pairs }).pairs.map((p) => p.desire);
    },
  };
}
