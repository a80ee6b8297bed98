import { z } from "zod";
import { count, hours, ratio } from "../settings.ts";

export const slippageSettings = z.strictObject({
  impact: ratio(1, "Y of the square-root impact law"),
  impact_days: count(30, "Complete UTC days of its daily deviation and median daily volume", 2, 3650),
  drift: ratio(0.399, "Mean adverse move during the latency, in standard deviations: E|N(0,1)| / 2"),
  drift_window: hours(240, "Window of that standard deviation"),
});

/** Two thirds: the mean of the square root along an order that walks up its own impact. */
const MEAN_OF_PATH = 2 / 3;

/** Half the spread as a fraction of the price: the pair's usual one, and never below half a tick. */
export function halfSpreadOf(price: number, tick: number, usual: number): number {
  const halfTick = (0.5 * tick) / price;
  return halfTick > usual ? halfTick : usual;
}

/**
 * Adverse move while the order travels, a fraction: drift * s * sqrt(latency / span).
 * @param s standard deviation of returns over `span` ms.
 */
export function latencyDrift(drift: number, s: number, latency: number, span: number): number {
  return drift * s * Math.sqrt(latency / span);
}

/**
 * Square-root impact of a slice, a fraction: 2/3 Y sD sqrt(Q / VD) (Donier & Bonart 2015).
 * @param sD standard deviation of daily returns. @param Q base quantity. @param VD daily base volume.
 */
export function impactOf(Y: number, sD: number, Q: number, VD: number): number {
  return MEAN_OF_PATH * Y * sD * Math.sqrt(Q / VD);
}
