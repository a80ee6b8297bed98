import { firstPlace, places } from "./window-sums.ts";

/** Sums over windows of two columns, in the manner of window-sums.ts; a pair of anchors instead of one. */
export type CoMoments = {
  at: number;
  xAnchor: number;
  yAnchor: number;
  sumX: number;
  sumY: number;
  sumXX: number;
  sumXY: number;
  xs: Float64Array;
  ys: Float64Array;
  xxs: Float64Array;
  xys: Float64Array;
};

export const coMoments = (n: number): CoMoments => ({
  at: firstPlace(n),
  xAnchor: 0.1,
  yAnchor: 0.1,
  sumX: 0.1,
  sumY: 0.1,
  sumXX: 0.1,
  sumXY: 0.1,
  xs: places(n),
  ys: places(n),
  xxs: places(n),
  xys: places(n),
});

/** Turns the rows in `xs` and `ys` into the sums over all rows behind them, and fills `xxs` and `xys`. */
export function coMomentsBehind(s: CoMoments, xAnchor: number, yAnchor: number): void {
  const { xs, ys, xxs, xys } = s;
  let x = 0;
  let y = 0;
  let xx = 0;
  let xy = 0;
  for (let k = xs.length - 1; k >= 0; k--) {
    const dx = xs[k] - xAnchor;
    const dy = ys[k] - yAnchor;
    xs[k] = x;
    ys[k] = y;
    xxs[k] = xx;
    xys[k] = xy;
    x += dx;
    y += dy;
    xx += dx * dx;
    xy += dx * dy;
  }
}

/** The sums of (row - anchor)^2 over all rows behind each into `squares`; call it while `rows` still holds rows. */
export function squaresBehind(rows: Float64Array, squares: Float64Array, anchor: number): void {
  let square = 0;
  for (let k = rows.length - 1; k >= 0; k--) {
    const d = rows[k] - anchor;
    squares[k] = square;
    square += d * d;
  }
}
