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
  /** 1 where an operator's word holds it: time alone ends no such halt. */
  byOperator: number;
}

/** An operator's halt, which also takes over one of the drawdown's. */
export function haltByOperator(guard: DrawdownGuard, time: number): void {
  if (guard.halted === 0) guard.haltedAt = time;
  guard.halted = 1;
  guard.byOperator = 1;
}

/** Ends any halt; the drawdown then counts from here. Without a halt it changes nothing. */
export function resetGuard(guard: DrawdownGuard, equity: number): void {
  if (guard.halted === 0) return;
  guard.halted = 0;
  guard.byOperator = 0;
  guard.peak = equity;
}

/** Marks one bar's close; returns the drawdown, a fraction in [0, 1]. */
export function guardDrawdown(
  guard: DrawdownGuard,
  equity: number,
  time: number,
  limit: number,
  resetAfter: number,
): number {
  const isOver = resetAfter > 0 && guard.byOperator === 0 && time - guard.haltedAt >= resetAfter;
  if (isOver) resetGuard(guard, equity);
  if (equity > guard.peak) guard.peak = equity;
  const drawdown = 1 - equity / guard.peak;
  if (guard.halted === 0 && !(drawdown <= limit)) {
    guard.halted = 1;
    guard.haltedAt = time;
  }
  return drawdown;
}
