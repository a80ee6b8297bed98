import type { FillEvents } from "../../engine/portfolio/events.ts";

/**
 * Costs of fills by kind, quote currency: total = fee + |price - open| * quantity, and the kinds add up to it.
 * `rounding` is what rounding the price to the tick added (or a price's floor of one tick took away).
 */
export interface Costs {
  fee: number;
  halfSpread: number;
  drift: number;
  impact: number;
  rounding: number;
  total: number;
}

export const noCosts = (): Costs => ({ fee: 0, halfSpread: 0, drift: 0, impact: 0, rounding: 0, total: 0 });

/** Adds the costs of fill k to `sum`. */
export function addCosts(sum: Costs, { at }: FillEvents, k: number): void {
  const atOpen = at.open[k] * at.quantity[k];
  const slippage = Math.abs(at.price[k] - at.open[k]) * at.quantity[k];
  const fee = at.fee[k];
  const halfSpread = at.halfSpread[k] * atOpen;
  const drift = at.drift[k] * atOpen;
  const impact = at.impact[k] * atOpen;
  sum.fee += fee;
  sum.halfSpread += halfSpread;
  sum.drift += drift;
  sum.impact += impact;
  sum.rounding += slippage - (halfSpread + drift + impact);
  sum.total += fee + slippage;
}
