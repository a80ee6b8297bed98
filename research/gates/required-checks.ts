import type { GateBounds } from "./bounds.ts";
import type { Check, GateNumber } from "./gate.ts";

/** A check but for what was found. */
export type RequiredCheck = Pick<Check, "name" | "op" | "bound">;

const none = (name: string): RequiredCheck => ({ name, op: "<=", bound: 0 });
const least = (name: string, bound: number): RequiredCheck => ({ name, op: ">=", bound });
const above = (name: string, bound: number): RequiredCheck => ({ name, op: ">", bound });
const most = (name: string, bound: number): RequiredCheck => ({ name, op: "<=", bound });

const INTEGRITY = [
  "files, signature and log at odds",
  "series that are not those it was trained on",
  "pairs that are not those it was trained on",
  "config that is not what it was trained with",
  "code that is not what it was trained with",
].map(none);

const SCHEMA = [
  "schema of another version",
  "features missing, added or moved",
  "features of another type, unit, range or definition",
  "values missing after the warm-up",
  "values out of range",
  "features that the model reads otherwise",
  "scores that are no number from 0 to 1",
].map(none);

/**
 * Every check of a gate that passed, in its order: a report that says PASS on fewer, or on others, is no report of
 * these gates. Where something is wrong a gate may end early, with other checks.
 * @param baseRate Of the out-of-sample rows, a fraction: the one bound of gate 3 that the data set.
 * @param hasOwnCosts Whether the config prices fills otherwise than by default.
 */
export function requiredChecks(
  gate: GateNumber,
  bounds: GateBounds,
  baseRate: number,
  hasOwnCosts = false,
): readonly RequiredCheck[] {
  if (gate === 1) return INTEGRITY;
  if (gate === 2) return SCHEMA;
  return gate === 3 ? outOfSample(bounds, baseRate, hasOwnCosts) : portfolio(bounds);
}

const outOfSample = (bounds: GateBounds, baseRate: number, hasOwnCosts: boolean): RequiredCheck[] => [
  none("model trained again differs"),
  none("edges, thresholds or figures that are not the artifact's"),
  least("least barrier of a label", bounds.barrier),
  none("scores that the replay has otherwise"),
  none("laws that the replay breaks"),
  least("days out of sample", bounds.days),
  least("folds", bounds.folds),
  least("effective positives", bounds.positives),
  least("effective predicted positives", bounds.positives),
  least("precision", bounds.precision),
  least("recall", bounds.recall),
  least("F1", bounds.f1),
  above("precision, lower bound, above base rate", baseRate),
  above("MCC", 0),
  above("Sharpe", bounds.sharpe),
  least("PSR(0)", bounds.psr),
  ...(hasOwnCosts ? [above("Sharpe at the default costs", bounds.sharpe)] : []),
  // these two decide only where the settings ask for them
  ...(bounds.dsr > 0 ? [least("DSR", bounds.dsr)] : []),
  ...(bounds.pbo < 1 ? [most("PBO", bounds.pbo)] : []),
];

const portfolio = (bounds: GateBounds): RequiredCheck[] => [
  most("greatest weight of a pair", bounds.weight),
  most("leverage", bounds.leverage),
  most("drawdown at bar closes", bounds.drawdown),
  most("drawdown, 95 % of resamples", bounds.drawdown),
  most("three greatest pairs", bounds.top3),
];
