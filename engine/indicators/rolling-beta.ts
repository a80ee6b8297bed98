import type { Column, Kernel } from "../kernel.ts";
import { type CoMoments, coMoments, coMomentsBehind } from "./co-moments.ts";
import { checkLength } from "./window-sums.ts";

export type RollingBetaState = CoMoments & { xBefore: number; yBefore: number };

/**
 * Slope of y's simple returns on x's (the reference) over the last n, cov(x, y) / var(x); no unit.
 * 0 where the reference does not move, exactly 1 where y is the reference itself. Rows count from
 * where both prices are known. x, y > 0. Lookback n. TA-Lib's BETA has the same order: regressor first.
 */
export function rollingBeta(n: number): Kernel<{ x: Column; y: Column }, { beta: Column }, RollingBetaState> {
  checkLength("rolling-beta", n, 2);
  return {
    name: "rolling-beta",
    params: { n },
    lookback: n,
    writes: { beta: `beta${n}` },
    // the prices before are NaN until the first row with both
    init: () => ({ ...coMoments(n), xBefore: Number.NaN, yBefore: Number.NaN }),
    advance: (s, { x, y }, { beta }, rows) => advanceBeta(s, x, y, beta, rows),
  };
}

function advanceBeta(s: RollingBetaState, x: Column, y: Column, beta: Column, rows: number): void {
  const { xs, ys, xxs, xys } = s;
  let { at, xAnchor, yAnchor, xBefore, yBefore, sumX, sumY, sumXX, sumXY } = s;
  const n = xs.length;
  const perRow = 1 / n;
  let i = 0;
  for (; i < rows && (x[i] !== x[i] || y[i] !== y[i]); i++) beta[i] = Number.NaN;
  if (i < rows && xBefore !== xBefore) {
    xBefore = x[i];
    yBefore = y[i];
    beta[i++] = Number.NaN;
  }
  while (i < rows) {
    if (at === 0) {
      xAnchor = (x[i] - xBefore) / xBefore;
      yAnchor = (y[i] - yBefore) / yBefore;
      coMomentsBehind(s, xAnchor, yAnchor);
      sumX = sumY = sumXX = sumXY = 0;
    }
    const stop = rows - i < n - at ? rows : i + n - at;
    for (; i < stop; i++, at++) {
      const a = x[i];
      const b = y[i];
      const rx = (a - xBefore) / xBefore;
      const ry = (b - yBefore) / yBefore;
      xBefore = a;
      yBefore = b;
      const dx = rx - xAnchor;
      const dy = ry - yAnchor;
      sumX += dx;
      sumY += dy;
      sumXX += dx * dx;
      sumXY += dx * dy;
      const X = sumX + xs[at];
      const mean = X * perRow;
      const xx = sumXX + xxs[at] - X * mean;
      const xy = sumXY + xys[at] - (sumY + ys[at]) * mean;
      xs[at] = rx;
      ys[at] = ry;
      beta[i] = xx <= 0 ? 0 : xy / xx;
    }
    if (at === n) at = 0;
  }
  s.at = at;
  s.xAnchor = xAnchor;
  s.yAnchor = yAnchor;
  s.xBefore = xBefore;
  s.yBefore = yBefore;
  s.sumX = sumX;
  s.sumY = sumY;
  s.sumXX = sumXX;
  s.sumXY = sumXY;
}
