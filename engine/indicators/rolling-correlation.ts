import type { Column, Kernel } from "../kernel.ts";
import { type CoMoments, coMoments, coMomentsBehind, squaresBehind } from "./co-moments.ts";
import { checkLength, places } from "./window-sums.ts";

export type RollingCorrelationState = CoMoments & {
  xBefore: number;
  yBefore: number;
  sumYY: number;
  yys: Float64Array;
};
type RollingCorrelation = Kernel<{ x: Column; y: Column }, { correlation: Column }, RollingCorrelationState>;

/**
 * Pearson's correlation of the last n rows of x and y (levels, as TA-Lib's CORREL), from -1 to 1; 0 where either
 * does not move. Rows count from where both are known. Lookback n - 1.
 */
export function rollingCorrelation(n: number): RollingCorrelation {
  checkLength("rolling-correlation", n, 2);
  return {
    name: "rolling-correlation",
    params: { n },
    lookback: n - 1,
    writes: { correlation: `correlation${n}` },
    init: () => correlations(n),
    advance: (s, { x, y }, { correlation }, rows) => advanceCorrelation(s, x, y, correlation, rows, false),
  };
}

/**
 * Pearson's correlation of the last n simple returns of the prices x and y, from -1 to 1; 0 where either
 * does not move. Rows count from where both prices are known. x, y > 0. Lookback n.
 */
export function returnCorrelation(n: number): RollingCorrelation {
  checkLength("return-correlation", n, 2);
  return {
    name: "return-correlation",
    params: { n },
    lookback: n,
    writes: { correlation: `returnCorrelation${n}` },
    init: () => correlations(n),
    advance: (s, { x, y }, { correlation }, rows) => advanceCorrelation(s, x, y, correlation, rows, true),
  };
}

const correlations = (n: number): RollingCorrelationState => ({
  ...coMoments(n),
  xBefore: Number.NaN,
  yBefore: Number.NaN,
  sumYY: 0.1,
  yys: places(n),
});

function advanceCorrelation(
  s: RollingCorrelationState,
  x: Column,
  y: Column,
  out: Column,
  rows: number,
  ofReturns: boolean,
): void {
  const { xs, ys, xxs, xys, yys } = s;
  const n = xs.length;
  const perRow = 1 / n;
  let { at, xAnchor, yAnchor, xBefore, yBefore, sumX, sumY, sumXX, sumXY, sumYY } = s;
  let i = 0;
  for (; i < rows && (x[i] !== x[i] || y[i] !== y[i]); i++) out[i] = Number.NaN;
  if (ofReturns && i < rows && xBefore !== xBefore) {
    xBefore = x[i];
    yBefore = y[i];
    out[i++] = Number.NaN;
  }
  while (i < rows) {
    if (at === 0) {
      xAnchor = ofReturns ? (x[i] - xBefore) / xBefore : x[i];
      yAnchor = ofReturns ? (y[i] - yBefore) / yBefore : y[i];
      squaresBehind(ys, yys, yAnchor);
      coMomentsBehind(s, xAnchor, yAnchor);
      sumX = sumY = sumXX = sumXY = sumYY = 0;
    }
    const stop = rows - i < n - at ? rows : i + n - at;
    for (; i < stop; i++, at++) {
      let a = x[i];
      let b = y[i];
      if (ofReturns) {
        const rx = (a - xBefore) / xBefore;
        const ry = (b - yBefore) / yBefore;
        xBefore = a;
        yBefore = b;
        a = rx;
        b = ry;
      }
      const dx = a - xAnchor;
      const dy = b - yAnchor;
      sumX += dx;
      sumY += dy;
      sumXX += dx * dx;
      sumXY += dx * dy;
      sumYY += dy * dy;
      const X = sumX + xs[at];
      const Y = sumY + ys[at];
      const xx = sumXX + xxs[at] - X * (X * perRow);
      const yy = sumYY + yys[at] - Y * (Y * perRow);
      const xy = sumXY + xys[at] - Y * (X * perRow);
      xs[at] = a;
      ys[at] = b;
      const scale = xx <= 0 || yy <= 0 ? 0 : Math.sqrt(xx * yy);
      const r = scale === 0 ? 0 : xy / scale;
      out[i] = r > 1 ? 1 : r < -1 ? -1 : r;
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
  s.sumYY = sumYY;
}
