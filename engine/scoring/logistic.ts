import { z } from "zod";
import { FathomError } from "../errors.ts";
import type { Column } from "../kernel.ts";
import { exp } from "../math.ts";
import { checkFeatures, type LogisticModel } from "./model.ts";

const numbers = z.array(z.number());

const logisticFile = z
  .strictObject({
    kind: z.literal("logistic"),
    features: z.array(z.string()),
    mean: numbers,
    sd: z.array(z.number().gt(0)),
    weights: numbers,
    intercept: z.number(),
  })
  .check((ctx) => {
    const { features, mean, sd, weights } = ctx.value;
    for (const [name, list] of Object.entries({ mean, sd, weights })) {
      if (list.length === features.length) continue;
      ctx.issues.push({
        code: "custom",
        input: ctx.value,
        path: [name],
        message: `found ${list.length} numbers for ${features.length} features`,
      });
    }
  });

/**
 * A logistic model from its JSON: the model itself, as `JSON.stringify` writes it.
 * @throws FathomError E_MODEL_LOGISTIC for anything else, a number that is not finite or an sd of 0
 * included; E_MODEL_FEATURES.
 */
export function parseLogistic(json: unknown): LogisticModel {
  const parsed = logisticFile.safeParse(json);
  if (parsed.success) {
    checkFeatures("logistic model", parsed.data.features);
    return parsed.data;
  }
  const { path, message } = parsed.error.issues[0];
  throw new FathomError(
    "E_MODEL_LOGISTIC",
    `logistic model: ${path.join(".") || "the file"}: ${message}; expected {kind, features, mean, sd, weights, intercept} with one finite number a feature and sd above 0; train it anew`,
    { path },
  );
}

/** Scores of rows [from, to): NaN where a feature is. */
export function logisticScorer(
  model: LogisticModel,
): (features: readonly Column[], score: Column, from: number, to: number) => void {
  const { intercept } = model;
  const mean = Float64Array.from(model.mean);
  const scale = Float64Array.from(model.weights, (w, j) => w / model.sd[j]);
  return (features, score, from, to) => {
    score.fill(intercept, from, to);
    for (let j = 0; j < mean.length; j++) addTerm(mean[j], scale[j], features[j], score, from, to);
    toProbability(score, from, to);
  };
}

function addTerm(mean: number, scale: number, x: Column, sum: Column, from: number, to: number): void {
  for (let i = from; i < to; i++) sum[i] += scale * (x[i] - mean);
}

function toProbability(margin: Column, from: number, to: number): void {
  for (let i = from; i < to; i++) margin[i] = 1 / (1 + exp(-margin[i]));
}
