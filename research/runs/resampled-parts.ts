import { exp, ln } from "../../engine/math.ts";
import { REGIMES } from "../../engine/regime/classify.ts";
import type { Replay } from "../../engine/replay.ts";
import { momentsOf } from "../metrics/performance.ts";
import {
  addends,
  addUp,
  drawnFigures,
  RESAMPLED,
  type Resampled,
  type Scale,
  seriesOf,
  sharpeOfSums,
} from "../metrics/resampled.ts";
import { type Drawing, type Statistic, statistic } from "../metrics/statistic.ts";
import type { Daily } from "./daily.ts";
import { YEAR } from "./equity-figures.ts";
import type { RoundTrip } from "./round-trips.ts";

/** Fewer say too little to be resampled. */
const MIN_DAYS = 20;
const MIN_TRIPS = 10;

/** Why there are too few days, or null. @param what "a return other than 0". */
function lackOf(days: number, of: number, what: string): string | null {
  return days < MIN_DAYS ? `${days} of ${of} days have ${what}: an interval needs ${MIN_DAYS}` : null;
}

/** Figures of daily returns. */
export function ofReturns(returns: Float64Array, scale: Scale, drawing: Drawing): Statistic<Resampled> {
  const moved = returns.reduce((count, r) => count + (r === 0 ? 0 : 1), 0);
  const lack =
    lackOf(moved, returns.length, "a return other than 0") ??
    (momentsOf(returns).constant ? "all returns are the same" : null);
  const series = seriesOf(returns);
  return statistic(RESAMPLED, drawing, lack, (drawn) => drawnFigures(series, drawn, scale));
}

/** P&L and Sharpe of the strategies or pairs. @param pnl P&L of the day at each daily point, one array a part. */
export function ofParts(
  { equity }: Daily,
  pnl: readonly Float64Array[],
  periods: number,
  drawing: Drawing,
): Statistic<"pnl" | "sharpe">[] {
  return pnl.map((points) => {
    const money = points.slice(1);
    const share = money.map((x, k) => (equity[k] > 0 ? x / equity[k] : 0));
    const sums = addends(
      money,
      share,
      share.map((x) => x * x),
    );
    const days = money.length;
    const lack = lackOf(sums.at.length, days, "any P&L of it");
    return statistic(["pnl", "sharpe"], drawing, lack, ({ counts }) => {
      const [total, sum, squares] = addUp(sums, counts);
      return { pnl: total, sharpe: sharpeOfSums(days, sum, squares, periods) };
    });
  });
}

/** In place of ln 0, which times no draw is no number. */
const RUIN = -1000;

/**
 * P&L, return and Sharpe of the regimes' bars, added up day by day: a bar belongs to the regime decided at the close
 * before it, and is drawn with the day that it lies in.
 */
export function ofRegimes(
  { columns, panel }: Replay,
  { rows }: Daily,
  drawing: Drawing,
): Statistic<"pnl" | "totalReturn" | "sharpe">[] {
  const { equity, regime } = columns;
  const days = Math.max(0, rows.length - 1);
  const sums = REGIMES.map(() => Array.from({ length: 6 }, () => new Float64Array(days)));
  for (let k = 0; k < days; k++) {
    for (let i = rows[k] + 1; i <= rows[k + 1]; i++) {
      const change = equity[i] - equity[i - 1];
      const r = equity[i - 1] > 0 ? change / equity[i - 1] : 0;
      const of = sums[regime[i - 1]];
      of[0][k]++;
      of[1][k] += r;
      of[2][k] += r * r;
      of[3][k] += r > -1 ? ln(1 + r) : RUIN;
      of[4][k] += change;
    }
  }
  return sums.map(([count, returns, squares, logs, changes, none]) => {
    const bars = addends(count, returns, squares);
    const growth = addends(logs, changes, none);
    const lack = lackOf(bars.at.length, days, "bars in this regime");
    return statistic(["pnl", "totalReturn", "sharpe"], drawing, lack, ({ counts }) => {
      const [n, sum, sumOfSquares] = addUp(bars, counts);
      const [log, pnl] = addUp(growth, counts);
      return {
        pnl,
        totalReturn: n > 0 ? exp(log) - 1 : Number.NaN,
        sharpe: sharpeOfSums(n, sum, sumOfSquares, YEAR / panel.interval),
      };
    });
  });
}

/** Figures of closed round trips. */
export function ofTrips(
  closed: readonly RoundTrip[],
  drawing: Drawing,
): Statistic<"winRate" | "profitFactor" | "expectancy"> {
  const n = closed.length;
  const pnl = Float64Array.from(closed, (t) => t.pnl);
  const sums = addends(
    pnl.map((x) => (x > 0 ? 1 : 0)),
    pnl.map((x) => Math.max(x, 0)),
    pnl.map((x) => Math.max(-x, 0)),
  );
  const lack = n < MIN_TRIPS ? `${n} closed round trips: an interval needs ${MIN_TRIPS}` : null;
  return statistic(["winRate", "profitFactor", "expectancy"], drawing, lack, ({ counts }) => {
    const [won, gains, losses] = addUp(sums, counts);
    return {
      winRate: won / n,
      profitFactor: losses > 0 ? gains / losses : Number.NaN,
      expectancy: (gains - losses) / n,
    };
  });
}
