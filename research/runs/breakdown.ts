import { REGIMES, type Regime } from "../../engine/regime/classify.ts";
import type { Replay } from "../../engine/replay.ts";
import { RULES, type Rule } from "../../engine/risk/limits.ts";
import { type Figure, figure } from "../metrics/figure.ts";
import { momentsOf, sharpe } from "../metrics/performance.ts";
import { addCosts, type Costs, noCosts } from "./costs.ts";
import { YEAR } from "./equity-figures.ts";
import { type RoundTrip, type RoundTripFigures, roundTripFigures } from "./round-trips.ts";
import { rowOfFill } from "./rows.ts";

/** What happened in one regime: a bar belongs to the regime decided at the close before it. */
export interface RegimeFigures {
  readonly regime: Regime;
  /** Bars, and their share of all. */
  readonly rows: number;
  readonly share: number;
  /** Sum of the bars' equity changes, quote currency. */
  readonly pnl: number;
  /** The bars' returns compounded. */
  readonly totalReturn: Figure;
  /** Mean over standard deviation (ddof 1) of the returns of these bars alone, times sqrt(bars a year). */
  readonly sharpe: Figure;
  readonly fills: number;
  readonly costs: Costs;
  /** Round trips that were entered in it. */
  readonly roundTrips: RoundTripFigures;
}

/** How often a rule refused an order, and the value of what it refused (quote currency). */
export interface RefusalFigures {
  readonly rule: Rule;
  readonly count: number;
  readonly value: number;
}

/** P&L by regime adds up to the run's P&L. */
export function byRegime(replay: Replay, trips: readonly RoundTrip[]): RegimeFigures[] {
  const { columns, fills, panel, firstRow } = replay;
  const { equity, regime } = columns;
  const rows = panel.time.length;
  const bars = REGIMES.map(() => 0);
  for (let i = firstRow + 1; i < rows; i++) bars[regime[i - 1]]++;
  const returns = bars.map((n) => new Float64Array(n));
  const filled = REGIMES.map(() => 0);
  const pnl = REGIMES.map(() => 0);
  const growth = REGIMES.map(() => 1);
  for (let i = firstRow + 1; i < rows; i++) {
    const r = regime[i - 1];
    const change = equity[i] - equity[i - 1];
    const ret = equity[i - 1] > 0 ? change / equity[i - 1] : 0;
    pnl[r] += change;
    growth[r] *= 1 + ret;
    returns[r][filled[r]++] = ret;
  }
  const count = REGIMES.map(() => 0);
  const costs = REGIMES.map(noCosts);
  for (let k = 0; k < fills.n; k++) {
    const r = regime[rowOfFill(replay, k) - 1];
    count[r]++;
    addCosts(costs[r], fills, k);
  }
  const all = Math.max(1, rows - 1 - firstRow);
  return REGIMES.map((name, r) => ({
    regime: name,
    rows: bars[r],
    share: bars[r] / all,
    pnl: pnl[r],
    totalReturn: figure(bars[r] > 0 ? growth[r] - 1 : Number.NaN, "no bars in this regime"),
    sharpe: sharpe(momentsOf(returns[r]), YEAR / panel.interval),
    fills: count[r],
    costs: costs[r],
    roundTrips: roundTripFigures(trips.filter((t) => regime[t.entryRow - 1] === r)),
  }));
}

/** One entry a rule, in the order of the checks. */
export function refusalsByRule({ refusals }: Replay): RefusalFigures[] {
  const count = RULES.map(() => 0);
  const value = RULES.map(() => 0);
  for (let k = 0; k < refusals.n; k++) {
    const rule = refusals.at.rule[k];
    count[rule]++;
    value[rule] += refusals.at.value[k];
  }
  return RULES.map((rule, k) => ({ rule, count: count[k], value: value[k] }));
}
