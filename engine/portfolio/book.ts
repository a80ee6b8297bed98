import { type Account, createAccount } from "../account/account.ts";
import type { EngineConfig } from "../config.ts";
import { type Venue, venueOf } from "../execution/fill.ts";
import type { Column } from "../kernel.ts";
import type { BarColumns } from "../market/bars.ts";
import { type Downtime, downtime } from "../market/downtime.ts";
import type { PairRules } from "../market/pair-rules.ts";
import { createReturnHistory, type ReturnHistory } from "../risk/correlation.ts";
import type { DrawdownGuard } from "../risk/drawdown.ts";
import { entryLimits, type Limit } from "../risk/limits.ts";
import type { CancelEvents, FillEvents, OrderEvents, RefusalEvents } from "./events.ts";

/** What the portfolio needs to know of a pair: its rules and its place in the universe. */
export interface TradedPair {
  readonly symbol: string;
  readonly rules: PairRules;
  /** Counter of the latency's hash. */
  readonly universeIndex: number;
}

/** Bars on the bar clock; what was decided, held from the last decision bar on. */
export type PairInput = BarColumns & {
  readonly target: Column;
  readonly owner: Column;
  readonly desire: Column;
  /** Volume of the decision bar, base units. */
  readonly decisionVolume: Column;
  /** Standard deviation of decision-bar returns; of daily returns; median daily base volume. */
  readonly deviation: Column;
  readonly dailyDeviation: Column;
  readonly dailyVolume: Column;
};

export type PortfolioInput = {
  /** Close of the row, ms UTC. */
  readonly time: Column;
  /** Age of an outside index, ms. */
  readonly indexAge?: Column;
  /** What an operator said at the row: see OPERATOR. */
  readonly operator?: Column;
  readonly pairs: readonly PairInput[];
};

export type PortfolioOutput = {
  readonly equity: Column;
  readonly cash: Column;
  readonly held: Column;
  readonly drawdown: Column;
  readonly halted: Column;
  readonly pnl: readonly Column[];
  readonly pairs: readonly { readonly quantity: Column }[];
  readonly orders: OrderEvents;
  readonly fills: FillEvents;
  readonly cancels: CancelEvents;
  readonly refusals: RefusalEvents;
};

/** Memory of the portfolio: plain data, one entry a pair where it is an array. */
export interface Book {
  readonly account: Account;
  readonly guard: DrawdownGuard;
  readonly history: ReturnHistory;
  /** Orders sent so far: the next order's number. */
  sent: number;
  /** Cumulative mark-to-market P&L after costs, one entry a strategy. */
  readonly pnl: Float64Array;
  /** Strategy that holds the pair; -1 when flat. Close of the last row while held. */
  readonly holder: Float64Array;
  readonly lastClose: Float64Array;
  /** The open order: side 0 when there is none. Quantities in base units, `barsLeft` in rows. */
  readonly side: Float64Array;
  readonly order: Float64Array;
  readonly remaining: Float64Array;
  readonly orderStrategy: Float64Array;
  readonly barsLeft: Float64Array;
  /** What was known at its decision and prices its slices. */
  readonly latency: Float64Array;
  readonly deviation: Float64Array;
  readonly dailyDeviation: Float64Array;
  readonly dailyVolume: Float64Array;
  /** The last refused entry or increase: owner -1 when none is remembered. */
  readonly refusedOwner: Float64Array;
  readonly refusedDesire: Float64Array;
  readonly refusedAt: Float64Array;
  readonly refusedByDowntime: Uint8Array;
  /** 1 after a refused exit or reduction was told, until it is no longer wanted. */
  readonly sellRefused: Uint8Array;
  /** 1 where a reduction or exit waits for the end of the downtime. */
  readonly waiting: Uint8Array;
  /** How many wait. */
  waits: number;
}

/** Settings in the form that the loop uses; made once a kernel. */
export interface Terms {
  readonly config: EngineConfig;
  readonly pairs: readonly TradedPair[];
  readonly venues: readonly Venue[];
  readonly window: Downtime;
  readonly limits: readonly Limit[];
  /** ms: length of a bar and of a decision bar; first close that may trade. */
  readonly interval: number;
  readonly decision: number;
  readonly start: number;
  /** How many strategies own P&L. */
  readonly strategies: number;
  /** ms: age at which an outside index refuses entries. */
  readonly staleAfter: number;
}

/** Settings for the loop. @param staleAfter ms. @param strategies how many own P&L. */
export function termsOf(
  config: EngineConfig,
  pairs: readonly TradedPair[],
  clock: { interval: number; decision: number; start: number },
  strategies: number,
  staleAfter: number,
): Terms {
  return {
    config,
    pairs,
    venues: pairs.map((p) => venueOf(p.rules)),
    window: downtime(config.downtime),
    limits: entryLimits(config.risk, staleAfter),
    ...clock,
    strategies,
    staleAfter,
  };
}

/** The memory before the first row: all cash, flat, nothing ordered or refused. */
export function createBook(terms: Terms, correlationBars: number): Book {
  const n = terms.pairs.length;
  const zeros = () => new Float64Array(n);
  const none = () => new Float64Array(n).fill(-1);
  const cash = terms.config.account.initial_cash;
  return {
    account: createAccount(
      cash,
      terms.venues.map((v) => v.lots),
    ),
    guard: { peak: cash, halted: 0, haltedAt: 0.1, byOperator: 0 },
    history: createReturnHistory(n, correlationBars),
    sent: 0,
    pnl: new Float64Array(terms.strategies),
    holder: none(),
    lastClose: zeros(),
    side: zeros(),
    order: none(),
    remaining: zeros(),
    orderStrategy: none(),
    barsLeft: zeros(),
    latency: zeros(),
    deviation: zeros(),
    dailyDeviation: zeros(),
    dailyVolume: zeros(),
    refusedOwner: none(),
    refusedDesire: zeros(),
    refusedAt: zeros(),
    refusedByDowntime: new Uint8Array(n),
    sellRefused: new Uint8Array(n),
    waiting: new Uint8Array(n),
    waits: 0,
  };
}
