import { defaultConfig } from "./config.ts";
import { every } from "./every.ts";
import { adx } from "./indicators/adx.ts";
import { atr } from "./indicators/atr.ts";
import { bollinger } from "./indicators/bollinger.ts";
import { closeToClose } from "./indicators/close-to-close.ts";
import { donchian } from "./indicators/donchian.ts";
import { ema } from "./indicators/ema.ts";
import { garmanKlass } from "./indicators/garman-klass.ts";
import { macd } from "./indicators/macd.ts";
import { parkinson } from "./indicators/parkinson.ts";
import { returnStd } from "./indicators/return-std.ts";
import { roc } from "./indicators/roc.ts";
import { rogersSatchell } from "./indicators/rogers-satchell.ts";
import { rollingBeta } from "./indicators/rolling-beta.ts";
import { returnCorrelation, rollingCorrelation } from "./indicators/rolling-correlation.ts";
import { rollingMax, rollingMin } from "./indicators/rolling-extreme.ts";
import { rollingMedian } from "./indicators/rolling-median.ts";
import { rollingStd } from "./indicators/rolling-std.ts";
import { rsi } from "./indicators/rsi.ts";
import { sma } from "./indicators/sma.ts";
import { wilder } from "./indicators/wilder.ts";
import { yangZhang } from "./indicators/yang-zhang.ts";
import { zScore } from "./indicators/z-score.ts";
import type { Kernel } from "./kernel.ts";
import { createInputs, type InputMaker, type Style } from "./law-inputs.ts";
import { type InputsOf, kernelSubject, type Subject } from "./law-run.ts";
import { HOUR, MINUTE } from "./market/bars.ts";
import { eligibility } from "./market/eligibility.ts";
import { allIn } from "./portfolio/all-in.ts";
import { classify } from "./regime/classify.ts";
import { quantileMap } from "./regime/quantile-map.ts";
import { scaledIndex } from "./regime/regime.ts";
import { trendGap } from "./regime/trend.ts";
import { volatilityIndex } from "./regime/volatility-index.ts";
import { modelGate } from "./scoring/gate.ts";
import { difference, isCode, logRatio, position, relative } from "./scoring/relate.ts";
import { scheduledScore } from "./scoring/schedule.ts";
import { scoreOf } from "./scoring/score.ts";
import { drawnLogistic, drawnTrees } from "./scoring/test-models.ts";
import { allocate } from "./selector/allocate.ts";
import { choose } from "./selector/choose.ts";
import { defensiveHedge } from "./strategies/defensive-hedge.ts";
import { meanReversion } from "./strategies/mean-reversion.ts";
import { recovery } from "./strategies/recovery.ts";
import { builtInStrategies } from "./strategies/registry.ts";
import { stableAllocator } from "./strategies/stable-allocator.ts";
import { rowwise } from "./strategies/strategy.ts";
import { trendFollower } from "./strategies/trend-follower.ts";
import { volatilitySwing } from "./strategies/volatility-swing.ts";

/** One kernel with the data that it is judged on. */
export interface LawCase {
  /** Kernel and params: "ema {"n":5}". */
  readonly name: string;
  subject(rows: number, seed: number, style: Style): Subject;
}

/** Rows that are enough for the lookback of every case. */
export const CASE_ROWS = 400;

function on<In, Out, S>(
  make: () => Kernel<In, Out, S>,
  inputs: (make: InputMaker) => InputsOf<In>,
  warmUp: Subject["warmUp"] = "exact",
): LawCase {
  const kernel = make();
  const name = `${kernel.name} ${JSON.stringify(kernel.params)}`;
  return {
    name,
    subject: (rows, seed, style) =>
      kernelSubject(name, make, inputs(createInputs(rows, seed, style)), warmUp),
  };
}

const x = (m: InputMaker) => ({ x: m.price() });
const xy = (m: InputMaker) => ({ x: m.price(), y: m.price() });
const bars = (m: InputMaker) => m.bars();
const few = <T>(n: number, f: () => T): T[] => Array.from({ length: n }, f);
const config = defaultConfig();
const names = builtInStrategies(config.strategies).map((s) => s.name);

/** Every kernel of the engine. A new kernel is one more line. */
export const LAW_CASES: readonly LawCase[] = [
  on(() => adx(5), bars),
  on(() => atr(1), bars),
  on(() => atr(6), bars),
  on(() => bollinger(20, 2), x),
  on(() => closeToClose(9), bars),
  on(() => donchian(7), bars),
  on(() => ema(1), x),
  on(() => ema(12), x),
  on(() => garmanKlass(6), bars),
  on(() => macd(3, 7, 4), x),
  on(() => parkinson(5), bars),
  on(() => returnStd(10), x),
  on(() => roc(4), x),
  on(() => rogersSatchell(6), bars),
  on(() => rollingBeta(15), xy),
  on(() => rollingCorrelation(15), xy),
  on(() => returnCorrelation(15), xy),
  on(() => rollingMax(1), x),
  on(() => rollingMax(11), x),
  on(() => rollingMin(8), x),
  on(() => rollingMedian(6), x),
  on(() => rollingStd(9), x),
  on(() => rollingStd(70), x),
  on(() => rsi(7), x),
  on(() => sma(10), x),
  on(() => sma(70), x),
  on(() => wilder(6), x),
  on(() => yangZhang(8), bars),
  on(() => zScore(12), x),

  on(() => eligibility(60, 30, 2 / 3), bars),
  on(() => volatilityIndex(4, 10, 8, 0.29, 90), bars),
  on(
    () => scaledIndex(0.25),
    (m) => ({ value: m.level(9, 80) }),
  ),
  on(
    () => quantileMap(60, 20),
    (m) => ({ index: m.level(5, 90) }),
  ),
  on(trendGap, (m) => ({ fast: m.price(), slow: m.price() })),
  on(
    () => classify(config.regime, 6, 20),
    (m) => ({
      close: m.level(80, 100),
      index: m.level(10, 50),
      gap: m.level(-0.06, 0.06),
      high: m.level(100, 105),
    }),
  ),
  on(
    () => choose(config.selector, names),
    (m) => ({
      regime: m.codes(0, 3),
      confidence: m.level(0, 1),
      recovery: m.codes(0, 1),
    }),
  ),
  on(
    () => allocate([2, 1.5, 1], 0.05, 0.05),
    (m) => ({
      first: m.codes(-1, 2),
      second: m.codes(-1, 2),
      share: m.level(0.5, 0.7),
      eligible: m.codes(0, 1),
      desires: few(3, () => m.level(0, 1)),
    }),
  ),

  on(
    () => trendFollower(0.02, 0.05),
    (m) => ({
      close: m.level(90, 110),
      fast: m.level(95, 105),
      slow: m.level(95, 105),
    }),
  ),
  on(
    () => volatilitySwing(1.2, 2.5),
    (m) => ({
      close: m.level(90, 110),
      high: m.level(95, 110),
      low: m.level(90, 100),
      fastAtr: m.level(1, 3),
      slowAtr: m.level(1, 2),
    }),
  ),
  on(
    () => meanReversion(config.strategies.mean_reversion, 12),
    (m) => ({ z: m.level(-5, 2) }),
  ),
  on(
    () => recovery(0.05, 0.2),
    (m) => ({
      close: m.level(95, 125),
      average: m.level(95, 110),
      low: m.level(90, 110),
      base: m.level(85, 95),
    }),
  ),
  on(
    () => defensiveHedge(3, config.strategies.defensive_hedge),
    (m) => ({
      pairs: few(3, () => ({
        close: m.level(90, 110),
        average: m.level(95, 105),
        beta: m.level(0, 2),
        eligible: m.codes(0, 1),
      })),
    }),
  ),
  on(
    () => stableAllocator(3, 0.9, 0.5),
    (m) => ({
      index: m.level(20, 60),
      peak: m.level(50, 60),
      pairs: few(3, () => ({ volatility: m.level(0.01, 0.1), eligible: m.codes(0, 1) })),
    }),
  ),
  on(
    () =>
      rowwise(
        "spread",
        {},
        ["a", "b"],
        () => ({ last: 0.1 }),
        ({ a, b }, s) => (s.last = a - b),
      ),
    (m) => ({ a: m.price(), b: m.price() }),
  ),
  on(
    () => allIn(1000, 0.0026),
    (m) => {
      const { open, close } = m.bars();
      return { open, close, desire: m.level(-1, 1) };
    },
  ),

  on(relative, (m) => ({ a: m.price(), b: m.level(0, 9) })),
  on(difference, (m) => ({ a: m.price(), b: m.price() })),
  on(
    () => logRatio(0.01),
    (m) => ({ a: m.bars().volume, b: m.bars().volume }),
  ),
  on(position, (m) => ({ x: m.level(0, 9), low: m.level(0, 5), high: m.level(5, 9) })),
  on(
    () => isCode(2),
    (m) => ({ x: m.codes(0, 3) }),
  ),
  on(
    () => scoreOf(drawnLogistic(4)),
    (m) => ({ features: few(4, () => m.level(-2, 2)) }),
  ),
  on(
    () => scoreOf(drawnTrees(12, 4, 4)),
    (m) => ({ features: few(4, () => m.level(-2, 2)) }),
  ),
  on(
    () => scheduledScore([{ from: 1_600_041_600_000 + 90 * HOUR, model: drawnLogistic(2), threshold: 0.5 }]),
    (m) => ({ time: m.time(HOUR), features: few(2, () => m.level(-2, 2)) }),
  ),
  on(
    () => modelGate(config.model),
    (m) => ({ target: m.codes(0, 2), score: m.level(0, 1), threshold: m.level(0.4, 0.6) }),
  ),

  ...[MINUTE, 5 * MINUTE, HOUR].map((ms) =>
    on(
      () =>
        every(ms, { interval: MINUTE, pairs: 2, extra: ["level"] }, (plan, { pairs, extra }) => ({
          averages: pairs.map((p, k) => plan.add(ema(3), { x: p.close }, `${k}`).y),
          ranges: pairs.map((p, k) => plan.add(donchian(3), p, `${k}`).upper),
          level: plan.add(sma(3), { x: extra.level }).y,
        })),
      (m) => ({ time: m.time(MINUTE), pairs: few(2, () => m.bars()), extra: { level: m.level(0, 9) } }),
    ),
  ),
  on(
    () =>
      every(5 * MINUTE, { interval: MINUTE, pairs: 1 }, (plan, { time, pairs: [bar] }) => ({
        bar,
        time,
        average: plan.add(ema(6), { x: bar.close }).y,
        outer: plan.add(
          every(15 * MINUTE, { interval: 5 * MINUTE, pairs: 1 }, (_, { pairs }) => pairs[0]),
          { time, pairs: [bar], extra: {} },
          "quarter",
        ),
      })),
    (m) => ({ time: m.time(MINUTE), pairs: [m.bars()], extra: {} }),
    "at most",
  ),
];
