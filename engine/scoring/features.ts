import { FathomError } from "../errors.ts";
import { atr } from "../indicators/atr.ts";
import { donchian } from "../indicators/donchian.ts";
import { ema } from "../indicators/ema.ts";
import { returnStd } from "../indicators/return-std.ts";
import { roc } from "../indicators/roc.ts";
import { rollingBeta } from "../indicators/rolling-beta.ts";
import { returnCorrelation } from "../indicators/rolling-correlation.ts";
import { rollingMax, rollingMin } from "../indicators/rolling-extreme.ts";
import { rsi } from "../indicators/rsi.ts";
import { sma } from "../indicators/sma.ts";
import { yangZhang } from "../indicators/yang-zhang.ts";
import { zScore } from "../indicators/z-score.ts";
import type { Slot } from "../kernel.ts";
import type { MarketView } from "../market-view.ts";
import { REGIMES, type Regime } from "../regime/classify.ts";
import type { PairView } from "../strategies/strategy.ts";
import { FEATURE_NAMES, type FeatureName } from "./feature-schema.ts";
import { difference, isCode, logRatio, position, relative } from "./relate.ts";

/** One pair's features, a slot a name, in the schema's order. */
export interface PairFeatures {
  readonly names: readonly FeatureName[];
  readonly slots: readonly Slot[];
}

/** ln of a volume or volatility that is less than a hundredth of its mean says no more. */
const FLOOR = 0.01;

/**
 * Wires the schema's features of every pair of the market, in the market's order. They are ordinary kernels on
 * decision bars, shared with the strategies' where those look at the same, so that replay, training and live see
 * the same bits. Finite once 1200 h of the pair and of the reference are known.
 * @throws FathomError E_CFG_SPAN where a span is no whole number of decision bars, E_FEATURE_INTERVAL where 24 h
 * hold fewer than 2.
 */
export function addFeatures(market: MarketView): readonly PairFeatures[] {
  if (market.bars(24, "features") < 2) {
    throw new FathomError(
      "E_FEATURE_INTERVAL",
      "features: 24 h hold one decision bar, expected 2 or more; decide on bars of 12 h or shorter (decision.interval)",
    );
  }
  return market.pairs.map((pair) => {
    const slots = wireFeatures(market, pair);
    return { names: FEATURE_NAMES, slots: FEATURE_NAMES.map((name) => slots[name]) };
  });
}

function wireFeatures(market: MarketView, { symbol, bars }: PairView): Record<FeatureName, Slot> {
  const { plan, regimeSlots: regime } = market;
  const { close, volume } = bars;
  const reference = market.reference.bars.close;
  const span = (hours: number) => market.bars(hours, "features");
  // a place of its own: a strategy that names its columns by the pair must not find them taken
  const at = `${symbol}.features`;
  const called = (name: FeatureName | "volume" | "logVolume" | "logVolatility") => `${at}.${name}`;

  const momentum = (hours: number) => plan.add(roc(span(hours)), { x: close }, at).y;
  const ofReference = (hours: number) =>
    plan.add(roc(span(hours)), { x: reference }, `${market.reference.symbol}.features`).y;
  const average = (hours: number) => plan.add(ema(span(hours)), { x: close }, at).y;
  const score = (hours: number) => plan.add(zScore(span(hours)), { x: close }, at).y;
  const deviation = (hours: number) => plan.add(returnStd(span(hours)), { x: close }, at).y;
  const trueRange = (hours: number) => plan.add(atr(span(hours)), bars, at).y;
  const gap = (name: FeatureName, a: Slot, b: Slot) => plan.add(relative(), { a, b }, called(name)).y;
  const less = (name: FeatureName, a: Slot, b: Slot) => plan.add(difference(), { a, b }, called(name)).y;
  const place = (name: FeatureName, hours: number) => {
    const { upper, lower } = plan.add(donchian(span(hours)), bars, at);
    return plan.add(position(), { x: close, low: lower, high: upper }, called(name)).y;
  };
  const is = (name: Regime) => plan.add(isCode(REGIMES.indexOf(name)), { x: regime.regime }, "features").y;

  const usual = plan.add(sma(span(720)), { x: volume }, called("volume")).y;
  const logVolume = plan.add(logRatio(FLOOR), { a: volume, b: usual }, called("logVolume")).y;
  const meanVolume = (hours: number) => plan.add(sma(span(hours)), { x: logVolume }, called("logVolume")).y;
  const logVolatility = plan.add(
    logRatio(FLOOR),
    { a: deviation(72), b: deviation(720) },
    called("logVolatility"),
  ).y;
  const relation = { x: reference, y: close };

  return {
    momentum24: momentum(24),
    momentum72: momentum(72),
    momentum168: momentum(168),
    momentum720: momentum(720),
    emaGap120: gap("emaGap120", close, average(120)),
    emaGap480: gap("emaGap480", close, average(480)),
    trendGap: gap("trendGap", average(480), average(1200)),
    rsi24: plan.add(rsi(span(24)), { x: close }, at).y,
    zScore72: score(72),
    zScore240: score(240),
    volatility240: deviation(240),
    volatilityGap24: gap("volatilityGap24", deviation(24), deviation(240)),
    volatilityGap240: gap("volatilityGap240", deviation(240), deviation(720)),
    yangZhang72: plan.add(yangZhang(span(72)), bars, at).y,
    atrGap24: gap("atrGap24", trueRange(24), trueRange(240)),
    range168: place("range168", 168),
    range720: place("range720", 720),
    fromHigh720: gap("fromHigh720", close, plan.add(rollingMax(span(720)), { x: close }, at).y),
    fromLow720: gap("fromLow720", close, plan.add(rollingMin(span(720)), { x: close }, at).y),
    volumeZ168: plan.add(zScore(span(168)), { x: volume }, called("volume")).y,
    logVolume24: meanVolume(24),
    logVolume72: meanVolume(72),
    logVolume168: meanVolume(168),
    logVolume480: meanVolume(480),
    calmVolume72: less("calmVolume72", meanVolume(72), logVolatility),
    beta720: plan.add(rollingBeta(span(720)), relation, at).beta,
    correlation720: plan.add(returnCorrelation(span(720)), relation, at).correlation,
    strength168: less("strength168", momentum(168), ofReference(168)),
    strength720: less("strength720", momentum(720), ofReference(720)),
    riskOn: is("RISK_ON"),
    riskOff: is("RISK_OFF"),
    panic: is("PANIC"),
    index: regime.index,
    indexGap: regime.gap,
    confidence: regime.confidence,
  };
}
