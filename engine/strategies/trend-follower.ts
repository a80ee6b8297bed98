import { z } from "zod";
import { ema } from "../indicators/ema.ts";
import type { Column, Kernel } from "../kernel.ts";
import { fraction, hours } from "../settings.ts";
import { clip01, perPair, type Strategy } from "./strategy.ts";

export const trendFollowerSettings = z
  .strictObject({
    fast: hours(480, "Fast EMA"),
    slow: hours(1200, "Slow EMA"),
    exit: fraction(0.02, "Out when the close is this far below the slow EMA"),
    full: fraction(0.05, "Gap of the EMAs at which the desire is 1", 1e-6),
  })
  .check((ctx) => {
    const { fast, slow } = ctx.value;
    if (fast >= slow) {
      ctx.issues.push({
        code: "custom",
        input: ctx.value,
        message: `fast must be shorter than slow, found fast ${fast} h and slow ${slow} h`,
      });
    }
  });

type In = { close: Column; fast: Column; slow: Column };

/** In above the slow average, out below (1 - exit) of it; desire = clip((fast/slow - 1) / full, 0, 1) while in. */
export function trendFollower(exit: number, full: number): Kernel<In, { desire: Column }, { held: number }> {
  const out = 1 - exit;
  return {
    name: "trend-follower",
    params: { exit, full },
    lookback: 0,
    writes: { desire: "trendFollower" },
    init: () => ({ held: 0 }),
    advance: (s, input, output, rows) => followTrend(out, full, s, input, output, rows),
  };
}

function followTrend(
  out: number,
  full: number,
  s: { held: number },
  { close, fast, slow }: In,
  { desire }: { desire: Column },
  rows: number,
): void {
  let held = s.held;
  for (let i = 0; i < rows; i++) {
    const c = close[i];
    const e = slow[i];
    const f = fast[i];
    if (e !== e || f !== f) {
      desire[i] = Number.NaN;
      continue;
    }
    held = c > e ? 1 : c < out * e ? 0 : held;
    desire[i] = held === 1 ? clip01((f / e - 1) / full) : 0;
  }
  s.held = held;
}

export function trendFollowerStrategy(settings: z.infer<typeof trendFollowerSettings>): Strategy {
  return perPair("TrendFollower", 2, (m, { symbol, bars }) => {
    const fast = m.plan.add(
      ema(m.bars(settings.fast, "strategies.trend_follower.fast")),
      { x: bars.close },
      symbol,
    ).y;
    const slow = m.plan.add(
      ema(m.bars(settings.slow, "strategies.trend_follower.slow")),
      { x: bars.close },
      symbol,
    ).y;
    return m.plan.add(trendFollower(settings.exit, settings.full), { close: bars.close, fast, slow }, symbol)
      .desire;
  });
}
