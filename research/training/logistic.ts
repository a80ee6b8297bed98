import { FathomError } from "../../engine/errors.ts";
import type { LogisticModel } from "../../engine/scoring/model.ts";
import { fitLogistic } from "./newton.ts";
import { checkedRows, type TrainingSet } from "./training-set.ts";

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
  const label = Uint8Array.from(rows, (i) => set.label[i]);
  const weights = set.weights && Float64Array.from(rows, (i) => set.weights![i]);
  const mean: number[] = [];
  const sd: number[] = [];
  const columns = set.columns.map((column, j) => {
    const x = Float64Array.from(rows, (i) => column[i]);
    const m = moments(x, weights);
    if (!Number.isFinite(m.sd)) {
      throw new FathomError(
        "E_TRAIN_SET",
        `logistic regression: the sd of ${set.names[j]} overflows, expected features of sensible size; scale it`,
      );
    }
    mean.push(m.mean);
    sd.push(m.sd);
    for (let i = 0; i < x.length; i++) x[i] = (x[i] - m.mean) / m.sd;
    return x;
  });
  const fit = fitLogistic(columns, label, lambda, weights);
  return {
    model: {
      kind: "logistic",
      features: [...set.names],
      mean,
      sd,
      weights: Array.from(fit.weights, (w) => (w === 0 ? 0 : w)), // no -0: JSON would lose it
      intercept: fit.intercept,
    },
    iterations: fit.iterations,
  };
}

/** Mean and sd (ddof 0); of a constant column exactly the constant and 1. */
function moments(x: Float64Array, weights?: Float64Array): { mean: number; sd: number } {
  if (x.every((v) => v === x[0])) return { mean: x[0], sd: 1 };
  let all = 0;
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const c = weights === undefined ? 1 : weights[i];
    all += c;
    sum += c * x[i];
  }
  const mean = sum / all;
  let squares = 0;
  for (let i = 0; i < x.length; i++) {
    const c = weights === undefined ? 1 : weights[i];
    squares += c * (x[i] - mean) * (x[i] - mean);
  }
  return { mean, sd: Math.sqrt(squares / all) };
}
