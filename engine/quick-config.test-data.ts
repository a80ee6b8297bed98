import type { EngineConfigInput } from "./config.ts";

/** Short windows, so that some hundred rows hold warm-up, regimes, entries, fills, refusals and exits. */
export const QUICK_WINDOWS = {
  eligibility: { age: 40, window: 24 },
  regime: {
    index: { seed: 24, half_life: 12, scale: 0.05 },
    trend: { fast: 10, slow: 25, beyond: 0.004, inside: 0.002 },
    decline_window: 24,
    dwell: 6,
    recovery: 2,
  },
  strategies: {
    trend_follower: { fast: 10, slow: 25 },
    volatility_swing: { breakout: 12, breakdown: 6, fast_atr: 6, slow_atr: 24, expansion: 1 },
    mean_reversion: { window: 24 },
    defensive_hedge: { ema: 20 },
    stable_allocator: { window: 30 },
    recovery: { ema: 12, low: 24, base: 30, rebound: 0.01 },
  },
} as const satisfies EngineConfigInput;
