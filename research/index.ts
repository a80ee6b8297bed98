/**
 * What scripts and notebooks need, from one import: `import { load, backtest } from "fathom"`.
 */
export type { Dataset, SeriesInfo } from "../datasets/dataset.ts";
export { load, synthetic } from "../datasets/load.ts";
export { type BareOptions, type BareResult, replayBare } from "../engine/bare.ts";
export { defaultConfig, type EngineConfig, type EngineConfigInput } from "../engine/config.ts";
export { FathomError } from "../engine/errors.ts";
export { every } from "../engine/every.ts";
export { atr } from "../engine/indicators/atr.ts";
export { bollinger } from "../engine/indicators/bollinger.ts";
export { donchian } from "../engine/indicators/donchian.ts";
export { ema } from "../engine/indicators/ema.ts";
export { macd } from "../engine/indicators/macd.ts";
export { roc } from "../engine/indicators/roc.ts";
export { rollingMax, rollingMin } from "../engine/indicators/rolling-extreme.ts";
export { rsi } from "../engine/indicators/rsi.ts";
export { sma } from "../engine/indicators/sma.ts";
export { zScore } from "../engine/indicators/z-score.ts";
export type { Column, Kernel, Slot } from "../engine/kernel.ts";
export { type BarColumns, type Bars, DAY, HOUR, MINUTE, type Panel } from "../engine/market/bars.ts";
export { REGIMES } from "../engine/regime/classify.ts";
export type { Replay } from "../engine/replay.ts";
export { FEATURE_SCHEMA } from "../engine/scoring/feature-schema.ts";
export type { ScheduledModel } from "../engine/scoring/schedule.ts";
export {
  type Market,
  type PairView,
  perPair,
  rowwise,
  type Strategy,
} from "../engine/strategies/strategy.ts";
export { auditPlace } from "./artifacts/audit-log.ts";
export { type Backtest, type BacktestOptions, backtest } from "./backtest.ts";
export { promote } from "./gates/promote.ts";
export { runGates } from "./gates/run-gates.ts";
export { calibration } from "./metrics/calibration.ts";
export { classification, confusion, predict } from "./metrics/classification.ts";
export { classificationIntervals } from "./metrics/classification-intervals.ts";
export { countTrials, deflatedSharpe } from "./metrics/deflated-sharpe.ts";
export { overfitting } from "./metrics/overfitting.ts";
export {
  averagePrecision,
  precisionRecallCurve,
  rocAuc,
  rocCurve,
  sweepThresholds,
} from "./metrics/score-curves.ts";
export { minimumTrackRecord, probabilisticSharpe, sharpeSample } from "./metrics/sharpe-inference.ts";
export { superiorAbility } from "./metrics/superior-ability.ts";
export { effectiveCount, uniqueness } from "./metrics/uniqueness.ts";
export { compareRuns, type RunComparison } from "./runs/compare.ts";
export type { ProvenDocument, RunDocument } from "./runs/document.ts";
export { type Parity, parity } from "./runs/parity.ts";
export { readRun, type StoredRun } from "./runs/read-run.ts";
export { readTable } from "./runs/read-table.ts";
export type { RoundTrip } from "./runs/round-trips.ts";
export type { Verification } from "./runs/verification.ts";
export { verifyRun } from "./runs/verify.ts";
export { combinatorial } from "./splits/combinatorial.ts";
export { purgedKFold } from "./splits/purged-k-fold.ts";
export { embargoOf } from "./splits/split.ts";
export { walkForward } from "./splits/walk-forward.ts";
export { outOfSample } from "./training/fold-figures.ts";
export { openModel } from "./training/open-model.ts";
export { parseRecipe, type Recipe } from "./training/recipe.ts";
export { frozenModels, walkedModels, withModels } from "./training/run-models.ts";
export { type Samples, samplesOf } from "./training/samples.ts";
export { train } from "./training/train.ts";
export { type Fold, walkForward as trainWalkForward } from "./training/walk-forward.ts";
