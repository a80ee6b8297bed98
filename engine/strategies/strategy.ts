import { FathomError } from "../errors.ts";
import type { Column, Kernel, Slot, Slots } from "../kernel.ts";
import type { BarColumns } from "../market/bars.ts";
import type { Plan } from "../plan.ts";

/** One pair as strategies see it, on decision bars. */
export interface PairView {
  readonly symbol: string;
  readonly bars: Slots<BarColumns>;
  /** 1 where the pair may be traded (old enough, liquid enough), else 0. */
  readonly eligible: Slot;
}

/** What a strategy may build on: bars and regime, never fills, positions or equity. */
export interface Market {
  readonly plan: Plan;
  readonly pairs: readonly PairView[];
  readonly reference: PairView;
  readonly index: Slot;
  readonly indexPeak: Slot;
  readonly gap: Slot;
  readonly regime: Slot;
  /** Close of each decision bar, ms UTC. */
  readonly time: Slot;
  /** Decision bars over which beta and correlation are measured. */
  readonly relationBars: number;
  /** A span in hours as decision bars. @throws FathomError when it is not a whole number of bars. */
  bars(hours: number, setting?: string): number;
}

/**
 * A strategy turns the market into one desire a pair: a column in [0, 1]. Its would-be positions run
 * whether or not the selector has chosen it.
 */
export interface Strategy {
  readonly name: string;
  /** Target weight = desire * sizing.unit * multiplier * allocation. */
  readonly multiplier: number;
  /** Why the strategy is off on these bars, if it is. */
  off?(market: Market): string | undefined;
  desires(market: Market): readonly Slot[];
}

/** A strategy's desires on this market. @throws FathomError E_STRATEGY_DESIRES unless there is one a pair. */
export function desiresOf(strategy: Strategy, market: Market): readonly Slot[] {
  const desires = strategy.desires(market);
  if (desires.length === market.pairs.length) return desires;
  throw new FathomError(
    "E_STRATEGY_DESIRES",
    `${strategy.name}: desires() gave ${desires.length} columns for ${market.pairs.length} pairs, expected one a pair; map over market.pairs`,
    { strategy: strategy.name },
  );
}

/** A strategy that looks at each pair by itself. */
export function perPair(
  name: string,
  multiplier: number,
  desire: (market: Market, pair: PairView) => Slot,
): Strategy {
  return { name, multiplier, desires: (market) => market.pairs.map((pair) => desire(market, pair)) };
}

/**
 * A kernel from a function of one row: `step(row, state)` is called with the row's numbers once every
 * port is finite, and returns the output. All that it remembers must be in `state` (plain data), all
 * that changes it in `params`; `row` is one object that every call finds refilled: keep its numbers, not it; write a kernel by hand where speed matters.
 */
export function rowwise<P extends string, S>(
  name: string,
  params: Readonly<Record<string, number | string>>,
  ports: readonly P[],
  init: () => S,
  step: (row: Readonly<Record<P, number>>, state: S) => number,
): Kernel<Readonly<Record<P, Column>>, { y: Column }, S> {
  const row = Object.fromEntries(ports.map((p) => [p, 0.1])) as Record<P, number>;
  return {
    name,
    params: { ...params, step: String(step) },
    lookback: 0,
    writes: { y: name },
    init,
    advance(state, input, { y }, rows) {
      for (let i = 0; i < rows; i++) {
        let known = true;
        for (const p of ports) {
          const v = input[p][i];
          row[p] = v;
          known &&= v === v;
        }
        y[i] = known ? step(row, state) : Number.NaN;
      }
    },
  };
}

/** max(0, min(1, x)), for the desires of strategies. */
export function clip01(x: number): number {
  return x > 0 ? (x < 1 ? x : 1) : 0;
}
