import { z } from "zod";
import { FathomError } from "../../engine/errors.ts";
import { type Handle, type Libxgboost, openXgboost } from "./libxgboost.ts";
import { checkedRows, gather, type TrainingSet } from "./training-set.ts";

/** How trees are grown, in XGBoost's own words; all that changes the model. */
export const xgboostParams = z.strictObject({
  rounds: z.int().min(1).max(10_000).default(300).meta({ description: "Trees, at most" }),
  maxDepth: z.int().min(1).max(16).default(6).meta({ description: "Splits from root to leaf, at most" }),
  eta: z.number().gt(0).max(1).default(0.1).meta({ description: "Share of each tree's step that is taken" }),
  subsample: z.number().gt(0).max(1).default(1).meta({ description: "Share of the rows that a tree sees" }),
  colsample: z
    .number()
    .gt(0)
    .max(1)
    .default(1)
    .meta({ description: "Share of the features that a tree sees" }),
  lambda: z.number().min(0).default(1).meta({ description: "L2 penalty on leaves" }),
  minChildWeight: z.number().min(0).default(1).meta({ description: "Least curvature in a leaf" }),
  baseScore: z.number().gt(0).lt(1).default(0.5).meta({ description: "Probability before the first tree" }),
  patience: z
    .int()
    .min(1)
    .default(20)
    .meta({ description: "With a validation part: rounds without a lower log loss after which it ends" }),
  seed: z
    .int()
    .min(0)
    .max(2_147_483_647)
    .default(1)
    .meta({ description: "Of the samples of rows and features" }),
});

export type XgboostParams = z.infer<typeof xgboostParams>;

export interface XgboostTraining {
  /** The model as XGBoost's own JSON, UTF-8: same set, params and library, same bytes. */
  readonly json: Uint8Array;
  /** Trees in it. */
  readonly rounds: number;
  /** Log loss on the validation part after that many, where there was one. */
  readonly validationLoss?: number;
  /** Version of the native library. */
  readonly library: string;
}

export interface XgboostOptions {
  /** A set of the same features, by which the number of rounds is chosen. */
  readonly validation?: TrainingSet;
  /** Called before each tree; what it throws ends the training. */
  readonly onRound?: () => void;
}

/**
 * Gradient-boosted trees by the native library, on one thread (many threads may give other bits and were
 * slower beside other work). Features are rounded to float32; NaN is missing. With a validation part
 * training ends after `patience` rounds without a lower log loss there, and the best rounds are kept. All calls of
 * a training are made in one thread, and have to be: the library keeps its random numbers and the
 * predictions so far by thread.
 * @throws FathomError E_XGBOOST_MISSING, E_XGBOOST_PARAMS, E_XGBOOST_CALL, E_TRAIN_SET, E_MODEL_FEATURES.
 */
export async function trainXgboost(
  set: TrainingSet,
  params: z.input<typeof xgboostParams> = {},
  { validation, onRound }: XgboostOptions = {},
): Promise<XgboostTraining> {
  const parsed = xgboostParams.safeParse(params);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0];
    throw new FathomError("E_XGBOOST_PARAMS", `XGBoost: ${path.join(".") || "params"}: ${message}`, { path });
  }
  if (validation !== undefined && validation.names.join("\n") !== set.names.join("\n")) {
    throw new FathomError(
      "E_MODEL_FEATURES",
      `XGBoost: the validation part has the features ${validation.names.join(", ")}, expected those of the train part: ${set.names.join(", ")}`,
    );
  }
  const library = await openXgboost();
  const matrices: Handle[] = [];
  try {
    const train = addMatrix(library, "XGBoost", set, matrices);
    const held = validation && addMatrix(library, "XGBoost's validation part", validation, matrices);
    return grow(library, parsed.data, train, held, onRound);
  } finally {
    for (const matrix of matrices) library.freeMatrix(matrix);
  }
}

/** The set in the library's memory, noted in `matrices` as soon as it is there. */
function addMatrix(library: Libxgboost, who: string, set: TrainingSet, matrices: Handle[]): Handle {
  const rows = checkedRows(who, set, true);
  const matrix = library.createMatrix(rowMajor(set.columns, rows), rows.length, set.columns.length);
  matrices.push(matrix);
  const n = rows.length;
  library.setInfo(matrix, "label", gather(set.label, rows, new Float32Array(n)));
  if (set.weights !== undefined) {
    library.setInfo(matrix, "weight", gather(set.weights, rows, new Float32Array(n)));
  }
  return matrix;
}

function rowMajor(columns: readonly Float64Array[], rows: Int32Array): Float32Array {
  const width = columns.length;
  const values = new Float32Array(width * rows.length);
  for (const [j, x] of columns.entries())
    for (let r = 0; r < rows.length; r++) values[r * width + j] = x[rows[r]];
  return values;
}

function grow(
  library: Libxgboost,
  params: XgboostParams,
  train: Handle,
  held?: Handle,
  onRound?: () => void,
): XgboostTraining {
  const booster = library.createBooster(held === undefined ? [train] : [train, held]);
  try {
    for (const [name, value] of nativeParams(params)) library.setParam(booster, name, value);
    let best = params.rounds;
    let least = Number.POSITIVE_INFINITY;
    for (let round = 0; round < params.rounds; round++) {
      onRound?.();
      library.update(booster, round, train);
      if (held === undefined) continue;
      const loss = library.evaluate(booster, round, held);
      if (loss < least) {
        least = loss;
        best = round + 1;
      } else if (round + 1 - best >= params.patience) break;
    }
    const { version } = library;
    if (held === undefined) return { json: library.save(booster), rounds: best, library: version };
    return { json: saveFirst(library, booster, best), rounds: best, validationLoss: least, library: version };
  } finally {
    library.freeBooster(booster);
  }
}

function saveFirst(library: Libxgboost, booster: Handle, rounds: number): Uint8Array {
  const part = library.firstRounds(booster, rounds);
  try {
    return library.save(part);
  } finally {
    library.freeBooster(part);
  }
}

function nativeParams(params: XgboostParams): [string, string][] {
  return Object.entries({
    booster: "gbtree",
    objective: "binary:logistic",
    eval_metric: "logloss",
    tree_method: "hist",
    nthread: 1,
    verbosity: 0,
    base_score: params.baseScore,
    max_depth: params.maxDepth,
    eta: params.eta,
    subsample: params.subsample,
    colsample_bytree: params.colsample,
    lambda: params.lambda,
    min_child_weight: params.minChildWeight,
    seed: params.seed,
  }).map(([name, value]) => [name, String(value)]);
}

/** The native library's own probabilities of a saved model, to compare the engine's scores with. */
export async function predictXgboost(
  json: Uint8Array,
  columns: readonly Float64Array[],
): Promise<Float32Array> {
  const library = await openXgboost();
  const rows = Int32Array.from({ length: columns[0].length }, (_, i) => i);
  const matrix = library.createMatrix(rowMajor(columns, rows), rows.length, columns.length);
  const booster = library.createBooster([]);
  try {
    library.load(booster, json);
    return library.predict(booster, matrix, rows.length);
  } finally {
    library.freeBooster(booster);
    library.freeMatrix(matrix);
  }
}
