import { FathomError } from "../../engine/errors.ts";
import { exp, ln } from "../../engine/math.ts";
import { solveInPlace } from "./cholesky.ts";

/** Where the objective is least. */
export interface Fit {
  readonly intercept: number;
  readonly weights: Float64Array;
  /** sum of log losses + lambda/2 * |weights|^2. */
  readonly objective: number;
  readonly iterations: number;
}

const MOST_ITERATIONS = 100;

/** A step this small, of a method that squares its error, leaves nothing but rounding. */
const SMALL_STEP = 1e-10;

/**
 * Logistic regression by Newton's method (iteratively reweighted least squares): the least sum of
 * c_i * log loss_i + lambda/2 * |w|^2, p_i = 1 / (1 + exp(-(b + x_i w))), intercept b not penalised. A
 * step that makes the objective worse is halved. Sums run over blocks of rows in a fixed order.
 * @param columns one a feature. @param label 0 or 1, both there. @param counts c_i, all 1 unless given.
 * @param lambda above 0: with it separable labels have a least objective too.
 * @throws FathomError E_LOGISTIC_CONVERGE.
 */
export function fitLogistic(
  columns: readonly Float64Array[],
  label: Uint8Array,
  lambda: number,
  counts?: Float64Array,
): Fit {
  const d = columns.length + 1; // the intercept is the first
  const work = workspace(d);
  let at = new Float64Array(d);
  at[0] = logOddsOf(label, counts);
  let now = evaluate(work, columns, label, lambda, counts, at);
  for (let iterations = 1; iterations <= MOST_ITERATIONS; iterations++) {
    const step = work.gradient.slice();
    if (!solveInPlace(work.hessian, step)) break;
    let share = 1;
    let next = at;
    let objective = now;
    for (; share > 1e-12; share *= 0.5) {
      next = at.map((w, j) => w - share * step[j]);
      objective = evaluate(work, columns, label, lambda, counts, next);
      if (objective <= now + 1e-12 * (1 + now)) break; // rounding of the sum aside
    }
    at = next;
    now = objective;
    const moved = share * step.reduce((most, s) => Math.max(most, Math.abs(s)), 0);
    const largest = at.reduce((most, w) => Math.max(most, Math.abs(w)), 1);
    if (moved <= SMALL_STEP * largest) {
      return { intercept: at[0], weights: at.slice(1), objective: now, iterations };
    }
  }
  throw new FathomError(
    "E_LOGISTIC_CONVERGE",
    `logistic regression: no minimum found within ${MOST_ITERATIONS} steps at lambda ${lambda} (objective ${now}), expected a step below ${SMALL_STEP}; raise lambda, or leave out features that are copies of others`,
    { lambda, objective: now },
  );
}

/** Log-odds of the share of positives: where the intercept begins. */
function logOddsOf(label: Uint8Array, counts?: Float64Array): number {
  let all = 0;
  let positive = 0;
  for (let i = 0; i < label.length; i++) {
    const c = counts === undefined ? 1 : counts[i];
    all += c;
    positive += c * label[i];
  }
  return ln(positive / (all - positive));
}

/** Rows whose numbers are used while they are in the cache. */
const BLOCK = 512;

function workspace(d: number) {
  return {
    gradient: new Float64Array(d),
    /** d x d by rows, lower half. */
    hessian: new Float64Array(d * d),
    /** Of the rows of a block: margin, then what pulls the gradient, then the curvature. */
    margin: new Float64Array(BLOCK),
    pull: new Float64Array(BLOCK),
    curve: new Float64Array(BLOCK),
    product: new Float64Array(BLOCK),
    four: new Float64Array(4),
  };
}
type Workspace = ReturnType<typeof workspace>;

/** The objective at `w` (intercept first); puts gradient and Hessian into `work`. */
function evaluate(
  work: Workspace,
  columns: readonly Float64Array[],
  label: Uint8Array,
  lambda: number,
  counts: Float64Array | undefined,
  w: Float64Array,
): number {
  const { gradient, hessian, margin, pull, curve, product, four } = work;
  const d = w.length;
  gradient.fill(0);
  hessian.fill(0);
  let loss = 0;
  for (let first = 0; first < label.length; first += BLOCK) {
    const rows = Math.min(BLOCK, label.length - first);
    margin.fill(w[0]);
    for (let j = 1; j < d; j++) addTimes(margin, columns[j - 1], first, rows, w[j]);
    loss += differentiate(work, label, counts, first, rows);
    for (let j = 0; j < d; j++) {
      if (j === 0) product.set(curve);
      else multiply(product, curve, columns[j - 1], first, rows);
      gradient[j] += j === 0 ? sumOf(pull, rows) : dot(pull, columns[j - 1], first, rows);
      hessian[j * d] += sumOf(product, rows);
      for (let k = 1; k <= j; k += 4) {
        const last = columns[j - 1];
        dotFour(
          product,
          columns[k - 1],
          columns[k] ?? last,
          columns[k + 1] ?? last,
          columns[k + 2] ?? last,
          first,
          rows,
          four,
        );
        for (let m = 0; m < 4 && k + m <= j; m++) hessian[j * d + k + m] += four[m];
      }
    }
  }
  let penalty = 0;
  for (let j = 1; j < d; j++) {
    penalty += w[j] * w[j];
    gradient[j] += lambda * w[j];
    hessian[j * d + j] += lambda;
  }
  return loss + 0.5 * lambda * penalty;
}

/** From the block's margins: its loss, d loss / d margin, and the second derivative. */
function differentiate(
  { margin, pull, curve }: Workspace,
  label: Uint8Array,
  counts: Float64Array | undefined,
  first: number,
  rows: number,
): number {
  let loss = 0;
  for (let r = 0; r < rows; r++) {
    const z = margin[r];
    const c = counts === undefined ? 1 : counts[first + r];
    const isPositive = label[first + r] === 1;
    // from exp of a negative number on, so that a sure p is not rounded to 1
    const e = exp(z < 0 ? z : -z);
    const near = 1 / (1 + e);
    const far = e / (1 + e);
    const p = z < 0 ? far : near;
    const q = z < 0 ? near : far;
    pull[r] = isPositive ? -c * q : c * p;
    curve[r] = c * p * q;
    const wrong = isPositive ? -z : z;
    loss += c * ((wrong > 0 ? wrong : 0) + ln(1 + e));
  }
  return loss;
}

function addTimes(to: Float64Array, x: Float64Array, first: number, rows: number, w: number): void {
  for (let r = 0; r < rows; r++) to[r] += w * x[first + r];
}

function multiply(to: Float64Array, a: Float64Array, x: Float64Array, first: number, rows: number): void {
  for (let r = 0; r < rows; r++) to[r] = a[r] * x[first + r];
}

function sumOf(a: Float64Array, rows: number): number {
  let sum = 0;
  for (let r = 0; r < rows; r++) sum += a[r];
  return sum;
}

function dot(a: Float64Array, x: Float64Array, first: number, rows: number): number {
  let sum = 0;
  for (let r = 0; r < rows; r++) sum += a[r] * x[first + r];
  return sum;
}

/** Four sums of products at once: one alone waits for each addition to end. */
function dotFour(
  a: Float64Array,
  x: Float64Array,
  y: Float64Array,
  z: Float64Array,
  u: Float64Array,
  first: number,
  rows: number,
  out: Float64Array,
): void {
  let sx = 0;
  let sy = 0;
  let sz = 0;
  let su = 0;
  for (let r = 0; r < rows; r++) {
    const v = a[r];
    const i = first + r;
    sx += v * x[i];
    sy += v * y[i];
    sz += v * z[i];
    su += v * u[i];
  }
  out[0] = sx;
  out[1] = sy;
  out[2] = sz;
  out[3] = su;
}
