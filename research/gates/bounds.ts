import { z } from "zod";
import { count, days, fraction, ratio } from "../../engine/settings.ts";

/**
 * What the gates ask for. A bound can be made stricter than its default and never looser, wherever it is set: a gate
 * that a file or the environment can open is none.
 */
export const gateBounds = z.strictObject({
  precision: fraction(0.65, "Gate 3: least precision of all out-of-sample rows", 0.65),
  recall: fraction(0.6, "Gate 3: least recall", 0.6),
  f1: fraction(0.62, "Gate 3: least F1 (precision and recall at their bounds imply .624)", 0.62),
  sharpe: ratio(1, "Gate 3: the annual Sharpe ratio out of sample lies above this", 1),
  psr: fraction(0.95, "Gate 3: least probability that the true Sharpe ratio is above 0", 0.95),
  dsr: fraction(0, "Gate 3: least deflated Sharpe ratio; 0 = reported only"),
  pbo: fraction(1, "Gate 3: greatest probability of backtest overfitting; 1 = reported only"),
  days: days(180, "Gate 3: fewer days out of sample are insufficient", 180),
  folds: count(4, "Gate 3: fewer folds are insufficient", 4),
  positives: count(100, "Gate 3: fewer effective positives, found or predicted, are insufficient", 100),
  barrier: fraction(
    0.03,
    "Gate 3: least distance of a label's barriers: below it costs eat what a .65 precision earns",
    0.03,
  ),
  weight: fraction(0.075, "Gate 4: greatest weight of a pair at any close, drift included", 0, 0.075),
  leverage: ratio(1, "Gate 4: greatest share of equity held", 0, 1),
  drawdown: fraction(0.2, "Gate 4: greatest drawdown at bar closes, and at 95 % of the resamples", 0, 0.2),
  top3: fraction(0.5, "Gate 4: greatest share of equity in three pairs", 0, 0.5),
});

export type GateBounds = z.infer<typeof gateBounds>;

export const defaultBounds = (): GateBounds => gateBounds.parse({});

/** What a value may reach at most; of the others it is the least. */
const MOST: readonly string[] = ["pbo", "weight", "leverage", "drawdown", "top3"];

/** The first bound that is looser than the one asked for. */
export function looserBound(found: GateBounds, asked: GateBounds): keyof GateBounds | undefined {
  const names = Object.keys(asked) as (keyof GateBounds)[];
  return names.find((name) =>
    MOST.includes(name) ? !(found[name] <= asked[name]) : !(found[name] >= asked[name]),
  );
}
