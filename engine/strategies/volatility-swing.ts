import { z } from "zod";
import { atr } from "../indicators/atr.ts";
import { rollingMax, rollingMin } from "../indicators/rolling-extreme.ts";
import type { Column, Kernel } from "../kernel.ts";
import { hours, ratio } from "../settings.ts";
import { perPair, type Strategy } from "./strategy.ts";

const contents = z.strictObject({
  breakout: hours(48, "Enters above the highest close of the previous span"),
  breakdown: hours(24, "Leaves below the lowest close of the previous span"),
  fast_atr: hours(24, "ATR now"),
  slow_atr: hours(240, "ATR usual"),
  expansion: ratio(1.2, "Enters only when ATR now / ATR usual is at least this"),
  trail: ratio(2.5, "Leaves this many ATRs now below the highest close since entry"),
});

export const volatilitySwingSettings = contents.check((ctx) => {
  const { fast_atr, slow_atr } = ctx.value;
  if (fast_atr >= slow_atr) {
    ctx.issues.push({
      code: "custom",
      input: ctx.value,
      message: `fast_atr must be shorter than slow_atr, found fast_atr ${fast_atr} h and slow_atr ${slow_atr} h`,
    });
  }
});

type In = { close: Column; high: Column; low: Column; fastAtr: Column; slowAtr: Column };
export type VolatilitySwingState = { known: number; high: number; low: number; held: number; peak: number };

/**
 * Buys a breakout while volatility expands: desire 1 from a close above the highest close of the rows
 * before, until a close below the lowest of the rows before or a trailing stop. Ports: close, its
 * rolling maximum (`high`) and minimum (`low`), two ATRs. Lookback 1: "before" needs a row before.
 */
export function volatilitySwing(
  expansion: number,
  trail: number,
): Kernel<In, { desire: Column }, VolatilitySwingState> {
  return {
    name: "volatility-swing",
    params: { expansion, trail },
    lookback: 1,
    writes: { desire: "volatilitySwing" },
    init: () => ({ known: 0, high: 0.1, low: 0.1, held: 0, peak: 0.1 }),
    advance: (s, input, output, rows) => swing(expansion, trail, s, input, output, rows),
  };
}

function swing(
  expansion: number,
  trail: number,
  s: VolatilitySwingState,
  { close, high, low, fastAtr, slowAtr }: In,
  { desire }: { desire: Column },
  rows: number,
): void {
  let { known, high: highBefore, low: lowBefore, held, peak } = s;
  for (let i = 0; i < rows; i++) {
    const c = close[i];
    const slow = slowAtr[i];
    const h = high[i];
    const l = low[i];
    if (slow !== slow || h !== h || l !== l) {
      desire[i] = Number.NaN;
      continue;
    }
    if (known === 0) {
      known = 1;
      desire[i] = Number.NaN;
    } else {
      const fast = fastAtr[i];
      if (held === 1) {
        if (c > peak) peak = c;
        if (c < lowBefore || c < peak - trail * fast) held = 0;
      } else if (c > highBefore && fast >= expansion * slow) {
        held = 1;
        peak = c;
      }
      desire[i] = held;
    }
    highBefore = h;
    lowBefore = l;
  }
  s.known = known;
  s.high = highBefore;
  s.low = lowBefore;
  s.held = held;
  s.peak = peak;
}

export function volatilitySwingStrategy(settings: z.infer<typeof volatilitySwingSettings>): Strategy {
  const at = "strategies.volatility_swing";
  return perPair("VolatilitySwing", 1.5, (m, { symbol, bars }) => {
    const { close } = bars;
    const input = {
      close,
      high: m.plan.add(rollingMax(m.bars(settings.breakout, `${at}.breakout`)), { x: close }, symbol).y,
      low: m.plan.add(rollingMin(m.bars(settings.breakdown, `${at}.breakdown`)), { x: close }, symbol).y,
      fastAtr: m.plan.add(atr(m.bars(settings.fast_atr, `${at}.fast_atr`)), bars, symbol).y,
      slowAtr: m.plan.add(atr(m.bars(settings.slow_atr, `${at}.slow_atr`)), bars, symbol).y,
    };
    return m.plan.add(volatilitySwing(settings.expansion, settings.trail), input, symbol).desire;
  });
}
