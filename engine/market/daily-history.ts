import { returnStd } from "../indicators/return-std.ts";
import { rollingMedian } from "../indicators/rolling-median.ts";
import type { Slot, Slots } from "../kernel.ts";
import type { Plan } from "../plan.ts";
import type { BarColumns } from "./bars.ts";

/** Complete UTC days that price the impact of an order. */
export const IMPACT_DAYS = 30;

/** Standard deviation of daily returns and median daily base volume of the last complete UTC days. */
export type DailyHistory = {
  readonly deviation: Slot;
  readonly volume: Slot;
};

/** Wires one pair's daily history; `bars` are daily bars of `plan`. */
export function addDailyHistory(plan: Plan, symbol: string, bars: Slots<BarColumns>): DailyHistory {
  return {
    deviation: plan.add(returnStd(IMPACT_DAYS), { x: bars.close }, `${symbol}.daily`).y,
    volume: plan.add(rollingMedian(IMPACT_DAYS), { x: bars.volume }, `${symbol}.daily`).y,
  };
}
