import { DAY } from "../../engine/market/bars.ts";
import type { Replay } from "../../engine/replay.ts";
import { returnsOf } from "../metrics/drawdown.ts";
import { momentsOf, sharpe } from "../metrics/performance.ts";
import { dailyEquity, YEAR } from "./equity-figures.ts";
import { exposureByStrategy, meanExposure } from "./exposure.ts";
import { pnlByPair } from "./pair-pnl.ts";

/**
 * A run day by day. One entry a daily point: the first row of the figures, then every 00:00 UTC close; of bars
 * longer than a day every bar. What belongs to a day stands at the point that ends it. Quote currency and fractions.
 */
export interface Daily {
  /** Row of the panel, and its close, ms UTC. */
  readonly rows: Int32Array;
  readonly time: Float64Array;
  readonly equity: Float64Array;
  /** Equity over the highest so far at these points, minus 1: 0 or negative. */
  readonly drawdown: Float64Array;
  /** NaN at the first point. */
  readonly returns: Float64Array;
  /** Equity of the benchmarks. */
  readonly buyAndHold: Float64Array;
  readonly scaled: Float64Array;
  /** Mean of held / equity at the day's closes; the strategies' add up to it. */
  readonly exposure: Float64Array;
  readonly exposureByStrategy: readonly Float64Array[];
  /** Of the last 90 returns, annualised (ddof 1); NaN before, Sharpe also where they do not vary. */
  readonly sharpe90: Float64Array;
  readonly volatility90: Float64Array;
  /** The day's P&L, mark to market after costs, 0 at the first point; either family adds up to the change of equity. */
  readonly pnlByStrategy: readonly Float64Array[];
  readonly pnlByPair: readonly Float64Array[];
}

/** Equities of the benchmarks: at every row, and at every daily point. */
interface DailyBenchmark {
  readonly buyAndHold: Float64Array;
  readonly scaled: Float64Array;
}

const WINDOW = 90;

/** The days of a replay. No points where no row may trade. */
export function dailyOf(replay: Replay, benchmark: DailyBenchmark): Daily {
  const { panel, firstRow, columns } = replay;
  const { time, equity } = dailyEquity(panel.time, columns.equity, firstRow);
  let row = firstRow;
  const rows = Int32Array.from(time, (t) => {
    while (panel.time[row] < t) row++;
    return row;
  });
  const returns = new Float64Array(rows.length).fill(Number.NaN, 0, 1);
  returns.set(returnsOf(equity), Math.min(1, rows.length));
  return {
    rows,
    time,
    equity,
    drawdown: drawdownOf(equity),
    returns,
    buyAndHold: Float64Array.from(rows, (i) => benchmark.buyAndHold[i]),
    scaled: benchmark.scaled.slice(0, rows.length),
    exposure: meanExposure(replay, rows),
    exposureByStrategy: exposureByStrategy(replay, rows),
    ...rollingOf(returns, YEAR / Math.max(DAY, panel.interval)),
    pnlByStrategy: columns.pnl.map((pnl) =>
      Float64Array.from(rows, (i, k) => (k === 0 ? 0 : pnl[i] - pnl[rows[k - 1]])),
    ),
    pnlByPair: pnlByPair(replay, rows),
  };
}

function drawdownOf(equity: Float64Array): Float64Array {
  let peak = 0;
  return equity.map((e) => {
    if (e > peak) peak = e;
    return peak > 0 ? e / peak - 1 : 0;
  });
}

function rollingOf(returns: Float64Array, periods: number): Pick<Daily, "sharpe90" | "volatility90"> {
  const sharpe90 = new Float64Array(returns.length).fill(Number.NaN);
  const volatility90 = sharpe90.slice();
  for (let k = WINDOW; k < returns.length; k++) {
    const moments = momentsOf(returns.subarray(k - WINDOW + 1, k + 1));
    sharpe90[k] = sharpe(moments, periods).value ?? Number.NaN;
    volatility90[k] = moments.constant ? 0 : Math.sqrt(((moments.m2 * WINDOW) / (WINDOW - 1)) * periods);
  }
  return { sharpe90, volatility90 };
}
