import type { EngineConfig } from "../config.ts";
import { ema } from "../indicators/ema.ts";
import { rollingMax } from "../indicators/rolling-extreme.ts";
import type { Column, Kernel, Slot } from "../kernel.ts";
import { DAY } from "../market/bars.ts";
import type { Plan } from "../plan.ts";
import { classify } from "./classify.ts";
import { quantileMap } from "./quantile-map.ts";
import { trendGap } from "./trend.ts";
import { volatilityIndex } from "./volatility-index.ts";

export interface RegimeSlots {
  /** Volatility index, points. */
  readonly index: Slot;
  /** Age of an outside index, ms; none for the computed one. */
  readonly indexAge?: Slot;
  /** Fast over slow average of the close, less 1: a fraction. */
  readonly gap: Slot;
  /** Index into REGIMES. */
  readonly regime: Slot;
  /** In [0, 1]. */
  readonly confidence: Slot;
  /** 1 in the recovery phase, else 0. */
  readonly recovery: Slot;
  /** Highest index of the running PANIC episode, the index itself outside one; points. */
  readonly indexPeak: Slot;
}

/** A volatility index from outside, joined at its publication: value in its own points, age in ms. */
export interface OutsideSlots {
  readonly value: Slot;
  readonly age: Slot;
}

/** Index points = scale * value; NaN before the first publication. No lookback. */
export function scaledIndex(scale: number): Kernel<{ value: Column }, { index: Column }, null> {
  return {
    name: "scaled-index",
    params: { scale },
    lookback: 0,
    writes: { index: "index" },
    init: () => null,
    advance(_, { value }, { index }, rows) {
      for (let i = 0; i < rows; i++) index[i] = scale * value[i];
    },
  };
}

/**
 * Wires index, trend and classification of the reference pair on decision bars.
 * @param bars a span in hours as decision bars. @param interval decision interval, ms.
 */
export function addRegime(
  plan: Plan,
  settings: EngineConfig["regime"],
  reference: { readonly symbol: string; readonly close: Slot },
  outside: OutsideSlots | undefined,
  bars: (hours: number, setting: string) => number,
  interval: number,
): RegimeSlots {
  const { close, symbol } = reference;
  let index: Slot;
  if (outside === undefined) {
    const s = settings.index;
    const span = bars(s.return_hours, "regime.index.return_hours");
    const kernel = volatilityIndex(
      span,
      bars(s.seed, "regime.index.seed"),
      bars(s.half_life, "regime.index.half_life"),
      s.scale,
      (365 * DAY) / (span * interval),
    );
    index = plan.add(kernel, { close }).index;
  } else {
    const scale = settings.source_scale[settings.source === "DVOL" ? "DVOL" : "VIX"];
    index = plan.add(scaledIndex(scale), { value: outside.value }).index;
  }
  if (settings.mapping === "quantile3y") {
    const year = (365 * DAY) / interval;
    index = plan.add(quantileMap(3 * year, year), { index }).mapped;
  }
  const average = (hours: number, setting: string) =>
    plan.add(ema(bars(hours, setting)), { x: close }, symbol).y;
  const gap = plan.add(trendGap(), {
    fast: average(settings.trend.fast, "regime.trend.fast"),
    slow: average(settings.trend.slow, "regime.trend.slow"),
  }).gap;
  const high = plan.add(
    rollingMax(bars(settings.decline_window, "regime.decline_window")),
    { x: close },
    symbol,
  ).y;
  const kernel = classify(
    settings,
    bars(settings.dwell, "regime.dwell"),
    bars(24 * settings.recovery, "regime.recovery"),
  );
  return { index, indexAge: outside?.age, gap, ...plan.add(kernel, { close, index, gap, high }) };
}
