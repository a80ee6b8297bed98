import { z } from "zod";
import { ema } from "../indicators/ema.ts";
import { rollingMin } from "../indicators/rolling-extreme.ts";
import type { Column, Kernel } from "../kernel.ts";
import { fraction, hours } from "../settings.ts";
import { clip01, perPair, type Strategy } from "./strategy.ts";

export const recoverySettings = z.strictObject({
  ema: hours(120, "Enters above this EMA of the close"),
  rebound: fraction(0.05, "and this far above the lowest close of the low window"),
  low: hours(168, "Low window; leaves below the lowest close of the previous one"),
  base: hours(720, "The desire grows with the distance to the lowest close of this span"),
  full: fraction(0.2, "Distance at which the desire is 1", 1e-6),
});

type In = { close: Column; average: Column; low: Column; base: Column };
export type RecoveryState = { known: number; low: number; held: number };

/**
 * Buys the rebound after a decline: in above the average and (1 + rebound) of the low, out below the
 * lowest close of the rows before; desire = clip((close / base - 1) / full, 0, 1) while in. Lookback 1.
 */
export function recovery(rebound: number, full: number): Kernel<In, { desire: Column }, RecoveryState> {
  const above = 1 + rebound;
  return {
    name: "recovery",
    params: { rebound, full },
    lookback: 1,
    writes: { desire: "recoveryDesire" },
    init: () => ({ known: 0, low: 0.1, held: 0 }),
    advance: (s, input, output, rows) => recover(above, full, s, input, output, rows),
  };
}

function recover(
  above: number,
  full: number,
  s: RecoveryState,
  { close, average, low, base }: In,
  { desire }: { desire: Column },
  rows: number,
): void {
  let { known, low: lowBefore, held } = s;
  for (let i = 0; i < rows; i++) {
    const c = close[i];
    const e = average[i];
    const l = low[i];
    const b = base[i];
    if (e !== e || l !== l || b !== b) {
      desire[i] = Number.NaN;
      continue;
    }
    if (known === 0) {
      known = 1;
      desire[i] = Number.NaN;
    } else {
      if (held === 1) held = c < lowBefore ? 0 : 1;
      else held = c > e && c >= above * l ? 1 : 0;
      desire[i] = held === 1 ? clip01((c / b - 1) / full) : 0;
    }
    lowBefore = l;
  }
  s.known = known;
  s.low = lowBefore;
  s.held = held;
}

export function recoveryStrategy(settings: z.infer<typeof recoverySettings>): Strategy {
  const at = "strategies.recovery";
  return perPair("Recovery", 1, (m, { symbol, bars }) => {
    const { close } = bars;
    const input = {
      close,
      average: m.plan.add(ema(m.bars(settings.ema, `${at}.ema`)), { x: close }, symbol).y,
      low: m.plan.add(rollingMin(m.bars(settings.low, `${at}.low`)), { x: close }, symbol).y,
      base: m.plan.add(rollingMin(m.bars(settings.base, `${at}.base`)), { x: close }, symbol).y,
    };
    return m.plan.add(recovery(settings.rebound, settings.full), input, symbol).desire;
  });
}
