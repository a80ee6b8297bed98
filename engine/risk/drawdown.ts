import { days, fraction } from "../settings.ts";

export const drawdownSettings = {
  drawdown: fraction(0.2, "Beyond this fall of equity from its peak everything is sold and trading halts"),
  reset_after_days: days(0, "A halt ends by itself after this long; 0 = never"),
};

/** Peak and halt: plain data of the portfolio's state. */
export interface DrawdownGuard {
  peak: number;
  halted: number;
  /** Close at which the halt began, ms UTC. */
  haltedAt: number;
}

/** Marks one bar's close; returns the drawdown, a fraction in [0, 1]. */
export function guardDrawdown(
  guard: DrawdownGuard,
  equity: number,
  time: number,
  limit: number,
  resetAfter: number,
): number {
  if (guard.halted === 1 && resetAfter > 0 && time - guard.haltedAt >= resetAfter) {
    guard.halted = 0;
    guard.peak = equity;
  }
  if (equity > guard.peak) guard.peak = equity;
  const drawdown = 1 - equity / guard.peak;
  if (guard.halted === 0 && !(drawdown <= limit)) {
    guard.halted = 1;
    guard.haltedAt = time;
  }
  return drawdown;
}
