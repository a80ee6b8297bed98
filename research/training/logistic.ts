import { FathomError } from "../../engine/errors.ts";
import type { LogisticModel } from "../../engine/scoring/model.ts";
import { createDesign, type Scale } from "./design.ts";
import { fitLogistic } from "./newton.ts";
import { checkedRows, gather, type TrainingSet } from "./training-set.ts";

export interface LogisticTraining {
  readonly model: LogisticModel;
  readonly iterations: number;
}

/**
 * L2 logistic regression on features standardised by the set's own mean and sd (ddof 0; weighted where
 * the samples are): sum of log losses + lambda/2 * |w|^2, intercept not penalised. A constant feature gets
 * weight 0 and sd 1. The same set gives the same bits.
 * @param lambda above 0.
 * @throws FathomError E_LOGISTIC_LAMBDA, E_TRAIN_SET, E_MODEL_FEATURES, E_LOGISTIC_CONVERGE.
 */
export function trainLogistic(set: TrainingSet, { lambda }: { readonly lambda: number }): LogisticTraining {
  if (!(lambda > 0 && lambda < Number.POSITIVE_INFINITY)) {
    throw new FathomError(
      "E_LOGISTIC_LAMBDA",
      `logistic regression: lambda must be a finite number above 0, found ${lambda}; without it separable labels have no best weights`,
      { lambda },
    );
  }
  const rows = checkedRows("logistic regression", set, false);
  const n = rows.length;
  const label = gather(set.label, rows, new Uint8Array(n));
  const counts = set.weights && gather(set.weights, rows, new Float64Array(n));
  const scales = set.columns.map((column, j) => {
    const scale = scaleOf(column, rows, counts);
    if (Number.isFinite(scale.sd)) return scale;
    throw new FathomError(
      "E_TRAIN_SET",
      `logistic regression: the sd of ${set.names[j]} overflows, expected features of sensible size; scale it`,
    );
  });
  const design = createDesign(set.columns, rows, scales);
  const fit = fitLogistic({ design, label, lambda, counts });
  return {
    model: {
      kind: "logistic",
      features: [...set.names],
      mean: scales.map(({ mean }) => mean),
      sd: scales.map(({ sd }) => sd),
      weights: Array.from(fit.weights, (w) => (w === 0 ? 0 : w)), // no -0: JSON would lose it
      intercept: fit.intercept,
    },
    iterations: fit.iterations,
  };
}

/** Mean and sd (ddof 0) at the rows; of a constant column exactly the constant and 1. */
function scaleOf(x: Float64Array, rows: Int32Array, counts?: Float64Array): Scale {
  let all = 0;
  let sum = 0;
  let isConstant = true;
  for (let k = 0; k < rows.length; k++) {
    const c = counts === undefined ? 1 : counts[k];
    const v = x[rows[k]];
    all += c;
    sum += c * v;
    if (v !== x[rows[0]]) isConstant = false;
  }
  if (isConstant) return { mean: x[rows[0]], sd: 1 };
  const mean = sum / all;
  let squares = 0;
  for (let k = 0; k < rows.length; k++) {
    const c = counts === undefined ? 1 : counts[k];
    const d = x[rows[k]] - mean;
    squares += c * d * d;
  }
  return { mean, sd: Math.sqrt(squares / all) };
}
