import { FathomError } from "../../engine/errors.ts";
import { exp, ln } from "../../engine/math.ts";
import { factorInPlace, solveFactored } from "./cholesky.ts";
import { addUp, addWeighted, BLOCK, type Design, weightedSquares } from "./design.ts";

/** Where the objective is least. */
export interface Fit {
  readonly intercept: number;
  /** One a feature. */
  readonly weights: Float64Array;
  /** sum of log losses + lambda/2 * |weights|^2. */
  readonly objective: number;
  readonly iterations: number;
}

export interface LogisticProblem {
  readonly design: Design;
  /** 0 or 1, both there; one a row. */
  readonly label: Uint8Array;
  /** Above 0: with it separable labels have a least objective too. */
  readonly lambda: number;
  /** Above 0, one a row; all 1 unless given. */
  readonly counts?: Float64Array;
}

const MOST_ITERATIONS = 100;

/** A step this small, of a method that divides its error by ten at least, leaves nothing but rounding. */
const SMALL_STEP = 1e-10;

/** While each step is this share of the one before it or less, the Hessian is near enough: a new one costs as much as two steps. */
const FAST = 0.1;

/**
 * Logistic regression by Newton's method (iteratively reweighted least squares): the least sum of
 * c_i * log loss_i + lambda/2 * |w|^2, p_i = 1 / (1 + exp(-(b + x_i w))), intercept b not penalised. A
 * step that makes the objective worse is halved; the Hessian is kept while steps shrink fast without a new one. Sums
 * run over blocks of rows in a fixed order.
 * @throws FathomError E_LOGISTIC_CONVERGE.
 */
export function fitLogistic(problem: LogisticProblem): Fit {
  const { lambda, design } = problem;
  const work = workspace(design);
  let at = new Float64Array(design.width);
  at[0] = logOddsOf(problem);
  let now = evaluate(problem, work, at);
  let factor = factorOf(problem, work);
  let last = 0;
  for (let iterations = 1; iterations <= MOST_ITERATIONS && factor !== undefined; iterations++) {
    const step = solveFactored(factor, work.gradient);
    const size = largest(step);
    if (size <= SMALL_STEP * Math.max(1, largest(at))) {
      at = moved(at, step, 1); // so near that the objective does not show it
      return {
        intercept: at[0],
        weights: at.slice(1, 1 + design.features),
        objective: now,
        iterations,
      };
    }
    let share = 1;
    let next = at;
    let objective = now;
    for (; share > 1e-12; share *= 0.5) {
      next = moved(at, step, share);
      objective = evaluate(problem, work, next);
      if (objective <= now + 1e-12 * (1 + now)) break; // rounding of the sum aside
    }
    at = next;
    now = objective;
    const isFast = share === 1 && size <= FAST * last;
    if (!isFast) factor = factorOf(problem, work);
    last = size;
  }
  throw new FathomError(
    "E_LOGISTIC_CONVERGE",
    `logistic regression: no minimum found within ${MOST_ITERATIONS} steps at lambda ${lambda} (objective ${now}), expected a step below ${SMALL_STEP}; raise lambda, or leave out features that are copies of others`,
    { lambda, objective: now },
  );
}

const moved = (at: Float64Array, step: Float64Array, share: number) => at.map((w, j) => w - share * step[j]);

const largest = (x: Float64Array) => x.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

/** Log-odds of the share of positives: where the intercept begins. */
function logOddsOf({ label, counts }: LogisticProblem): number {
  let all = 0;
  let positive = 0;
  for (let i = 0; i < label.length; i++) {
    const c = counts === undefined ? 1 : counts[i];
    all += c;
    positive += c * label[i];
  }
  return ln(positive / (all - positive));
}

function workspace({ rows, width }: Design) {
  return {
    gradient: new Float64Array(width),
    /** Second derivative of each row's loss by its margin. */
    curve: new Float64Array(rows),
    /** Of the rows of a block: margin and derivative of the loss by it. */
    margin: new Float64Array(BLOCK),
    pull: new Float64Array(BLOCK),
  };
}
type Workspace = ReturnType<typeof workspace>;

/** The objective at `w` (intercept first); puts the gradient and the rows' curvatures into `work`. */
function evaluate(problem: LogisticProblem, work: Workspace, w: Float64Array): number {
  const { design, lambda } = problem;
  const { gradient, margin, pull } = work;
  gradient.fill(0);
  let loss = 0;
  for (let first = 0; first < design.rows; first += BLOCK) {
    addUp(design, first, w, margin);
    loss += differentiate(problem, work, first);
    addWeighted(design, first, pull, gradient);
  }
  let penalty = 0;
  for (let j = 1; j < w.length; j++) {
    penalty += w[j] * w[j];
    gradient[j] += lambda * w[j];
  }
  return loss + 0.5 * lambda * penalty;
}

/** From a block's margins: its loss, and the first and second derivatives by them. */
function differentiate(
  { design, label, counts }: LogisticProblem,
  { margin, pull, curve }: Workspace,
  first: number,
): number {
  const rows = Math.min(BLOCK, design.rows - first);
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
    curve[first + r] = c * p * q;
    const wrong = isPositive ? -z : z;
    loss += c * ((wrong > 0 ? wrong : 0) + ln(1 + e));
  }
  return loss;
}

/** Cholesky factor of the Hessian where `work` was evaluated; undefined where that is not positive definite. */
function factorOf({ design, lambda }: LogisticProblem, { curve }: Workspace): Float64Array | undefined {
  const { width } = design;
  const hessian = weightedSquares(design, curve);
  for (let j = 1; j < width; j++) hessian[j * width + j] += lambda;
  return factorInPlace(hessian, width) ? hessian : undefined;
}
