import { exp, ln } from "../../engine/math.ts";

/**
 * The standard normal distribution from engine/math.ts alone, so that a probability has the same bits on every Node.
 * Tables with four digits, as statistics packages for JavaScript have them, are too coarse for a tail.
 */

const DENSITY_AT_0 = 0.3989422804014327; // 1 / sqrt(2 pi)

const density = (x: number): number => DENSITY_AT_0 * exp(-0.5 * x * x);

/** Below, the power series; above, the continued fraction. Either is at its full precision here. */
const SERIES_TO = 2;
const FRACTIONS = 100;

/**
 * P(Z <= x). Around 0 by 1/2 + density * (x + x^3/3 + x^5/15 + ...) (Marsaglia 2004), in the tails by Laplace's continued
 * fraction. Relative error below 1e-12 down to x = -37, below 1e-14 from -8.
 */
export function normalCdf(x: number): number {
  if (x >= SERIES_TO) return 1 - upperTail(x);
  if (x <= -SERIES_TO) return upperTail(-x);
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + density(x) * sum;
}

/** P(Z > x) = density / (x + 1 / (x + 2 / (x + 3 / ...))). */
function upperTail(x: number): number {
  let fraction = x;
  for (let k = FRACTIONS; k >= 1; k--) fraction = x + k / fraction;
  return density(x) / fraction;
}

/**
 * The x with P(Z <= x) = p, p from 1e-300: Hastings' approximation (Abramowitz and Stegun 26.2.23, off by at most 4.5e-4), then
 * three of Halley's steps, each of which cubes the error. -Infinity at 0, Infinity at 1, NaN outside.
 *
 * For p next to 1 ask for -probit(1 - p), with 1 - p as it was before it was rounded.
 */
export function probit(p: number): number {
  if (!(p > 0 && p < 1))
    return p === 0 ? Number.NEGATIVE_INFINITY : p === 1 ? Number.POSITIVE_INFINITY : Number.NaN;
  if (p > 0.5) return -probit(1 - p); // exact: 1 - p is not rounded there
  const t = Math.sqrt(-2 * ln(p));
  let x =
    (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let step = 0; step < 3; step++) {
    const off = (normalCdf(x) - p) / density(x);
    x -= off / (1 + 0.5 * x * off);
  }
  return x;
}
