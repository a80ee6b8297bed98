import { halfSpreadOf } from "../../engine/execution/slippage.ts";
import type { Panel } from "../../engine/market/bars.ts";
import { type FeeSettings, feeTier } from "../../engine/market/fee-schedule.ts";
import { unsupported } from "../metrics/figure.ts";
import { type DailyEquity, dailyEquity, type EquityFigures, equityFigures } from "./equity-figures.ts";

/** A pair of the benchmark. */
export interface BenchmarkPair {
  readonly symbol: string;
  /** First row in which it is eligible; the number of rows, or more, if it never is. */
  readonly eligibleFrom: number;
  readonly tick: number;
  /** The pair's usual half-spread, a fraction. */
  readonly halfSpread: number;
}

/**
 * Equity of buying and holding: equal cash a pair, spent at the close of the first row that may trade (of a
 * later listing: when it becomes eligible, its cash waits), at close * (1 + half-spread) and the taker fee
 * of an account without volume. Never sold, so no exit cost. The first row shows the cash before the
 * purchase, so that the costs of entry are part of the return.
 */
export function buyAndHold(
  panel: Panel,
  firstRow: number,
  cash: number,
  pairs: readonly BenchmarkPair[],
  fees: FeeSettings,
): Float64Array {
  const rows = panel.time.length;
  if (pairs.length === 0) return new Float64Array(rows).fill(cash);
  const equity = new Float64Array(rows);
  const each = cash / pairs.length;
  for (const pair of pairs) {
    const { close } = panel.pairs[panel.symbols.indexOf(pair.symbol)];
    let bought = Math.max(firstRow, pair.eligibleFrom);
    while (bought < rows && !(close[bought] > 0)) bought++;
    if (bought > rows) bought = rows;
    let quantity = 0;
    if (bought < rows) {
      const price = close[bought] * (1 + halfSpreadOf(close[bought], pair.tick, pair.halfSpread));
      quantity = each / (price * (1 + feeTier(fees, panel.time[bought], 0).taker));
    }
    for (let i = 0; i < rows; i++) equity[i] += i <= bought ? each : quantity * close[i];
  }
  return equity;
}

/**
 * Buy-and-hold of which only `exposure` is invested: every daily return times it. At the daily points, and at
 * the last row where that is none.
 */
export function scaledEquity(
  panel: Panel,
  equity: Float64Array,
  firstRow: number,
  exposure: number,
): DailyEquity {
  const daily = dailyEquity(panel.time, equity, firstRow);
  const time = [...daily.time];
  const held = [...daily.equity];
  const last = panel.time.length - 1;
  if (time.length > 0 && time[time.length - 1] !== panel.time[last]) {
    time.push(panel.time[last]);
    held.push(equity[last]);
  }
  const scaled = Float64Array.from(held);
  for (let i = 1; i < held.length; i++)
    scaled[i] = scaled[i - 1] * (1 + (held[i] / held[i - 1] - 1) * exposure);
  return { time: Float64Array.from(time), equity: scaled };
}

/** Figures of the scaled benchmark. None at bar closes. @param interval Length of a bar, ms. */
export function scaledFigures({ time, equity }: DailyEquity, interval: number): EquityFigures {
  return {
    ...equityFigures(time, equity, 0, interval),
    maxDrawdownAtBars: unsupported("the scaled benchmark is known once a day"),
  };
}
