import { returnStd } from "../indicators/return-std.ts";
import { rollingMedian } from "../indicators/rolling-median.ts";
import type { Slot, Slots } from "../kernel.ts";
import type { Plan } from "../plan.ts";
import type { BarColumns } from "./bars.ts";

/** Standard deviation of daily returns and median daily base volume of the last complete UTC days. */
export type DailyHistory = {
  readonly deviation: Slot;
  readonly volume: Slot;
};

/** Wires one pair's history of `days` days; `bars` are daily bars of `plan`. */
export function addDailyHistory(
  plan: Plan,
  symbol: string,
  bars: Slots<BarColumns>,
  days: number,
): DailyHistory {
  return {
    deviation: plan.add(returnStd(days), { x: bars.close }, `${symbol}.daily`).y,
    volume: plan.add(rollingMedian(days), { x: bars.volume }, `${symbol}.daily`).y,
  };
}
