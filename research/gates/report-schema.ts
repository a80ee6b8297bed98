import { z } from "zod";
import { VERDICTS } from "../artifacts/lifecycle.ts";
import type { Plain } from "../metrics/figure.ts";
import { labelSettings } from "../training/labels.ts";
import { recipeSchema } from "../training/recipe.ts";
import { gateBounds } from "./bounds.ts";
import type { GateDetail } from "./detail.ts";
import { GATE_NUMBERS } from "./gate.ts";
import type { GateDocument } from "./report.ts";

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const verdict = z.enum(VERDICTS);
const figure = z.union([z.number(), z.strictObject({ value: z.null(), why: z.string() })]);
const interval = z.union([
  z.strictObject({ low: z.number(), high: z.number() }),
  z.strictObject({ low: z.null(), high: z.null(), why: z.string() }),
]);
const count = z.int().min(0);
const share = z.number().min(0).max(1);
const time = z.number();

const reported = z.strictObject({
  name: z.string(),
  value: figure,
  n: z.number().optional(),
  interval: interval.optional(),
  why: z.string().optional(),
});

const sharpe = z.strictObject({ value: figure, interval });

const fold = z.strictObject({
  edge: time,
  end: time,
  train: count,
  threshold: share,
  auc: figure,
  n: count,
  positives: count,
  predictedPositives: count,
  baseRate: figure,
  precision: figure,
  recall: figure,
  specificity: figure,
  f1: figure,
  constantF1: figure,
  mcc: figure,
  balancedAccuracy: figure,
  accuracy: figure,
});

const detail: z.ZodType<Plain<GateDetail>> = z.strictObject({
  quote: z.string(),
  model: z.strictObject({
    recipe: recipeSchema,
    labels: labelSettings,
    pairs: z.array(z.string()),
    seed: z.number(),
    threshold: share,
    influence: z.array(z.strictObject({ feature: z.string(), value: z.number() })),
  }),
  samples: z.strictObject({
    n: count,
    rows: count,
    dropped: z.strictObject({ "warm-up": count, unfinished: count, "not traded": count, narrow: count }),
    medianBarrier: z.number(),
    first: time,
    last: time,
  }),
  folds: z.array(fold),
  roc: z.array(z.strictObject({ falsePositiveRate: share, truePositiveRate: share })),
  precisionRecall: z.array(z.strictObject({ threshold: share, recall: share, precision: share })),
  operating: z.strictObject({ falsePositiveRate: figure, recall: figure, precision: figure }),
  calibration: z.array(
    z.strictObject({ bin: count.max(9), n: count, meanScore: share, positiveShare: share }),
  ),
  scores: z.array(z.strictObject({ from: share, to: share, positives: count, negatives: count })),
  equity: z
    .strictObject({ time: z.array(time), withModel: z.array(z.number()), without: z.array(z.number()) })
    .refine(
      ({ time, withModel, without }) => time.length === withModel.length && time.length === without.length,
      "columns of different lengths",
    ),
  sharpe: z.strictObject({ withModel: sharpe, without: sharpe, difference: sharpe }),
  needed: z.array(z.strictObject({ what: z.string(), days: figure })),
  trials: z.strictObject({ count, replayed: count, effective: z.number() }),
});

const setting = z.strictObject({
  path: z.string(),
  value: z.string(),
  usual: z.string().nullable(),
  isOfCosts: z.boolean(),
});

const bars = z.strictObject({
  loaded: z.boolean(),
  series: z.array(
    z.strictObject({
      venue: z.string(),
      symbol: z.string(),
      quote: z.string(),
      interval: time,
      rows: count,
      first: time,
      last: time,
    }),
  ),
});

/** A report as it is stored, nothing less and nothing more. */
export const reportSchema: z.ZodType<GateDocument> = z.strictObject({
  artifact: z.string(),
  digest: hash,
  data: hash.nullable(),
  config: hash.nullable(),
  code: hash.nullable(),
  judge: hash,
  created: z.string(),
  bounds: gateBounds,
  settings: z.array(setting).nullable(),
  bars: bars.nullable(),
  gates: z.array(
    z.strictObject({
      gate: z.literal(GATE_NUMBERS),
      name: z.string(),
      verdict,
      checks: z.array(reported.extend({ op: z.enum([">=", ">", "<="]), bound: z.number(), verdict })),
      reported: z.array(reported),
    }),
  ),
  verdict,
  notes: z.array(z.string()),
  detail: detail.nullable(),
});
