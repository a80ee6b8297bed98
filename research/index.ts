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
export {
  type Market,
  type PairView,
  perPair,
  rowwise,
  type Strategy,
} from "../engine/strategies/strategy.ts";
export { type Backtest, type BacktestOptions, backtest } from "./backtest.ts";
export { compareRuns, type RunComparison } from "./runs/compare.ts";
export type { ProvenDocument, RunDocument } from "./runs/document.ts";
export { type Parity, parity } from "./runs/parity.ts";
export { readRun, type StoredRun } from "./runs/read-run.ts";
export { readTable } from "./runs/read-table.ts";
export type { RoundTrip } from "./runs/round-trips.ts";
export type { Verification } from "./runs/verification.ts";
export { verifyRun } from "./runs/verify.ts";
