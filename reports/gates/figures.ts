import { MONTHS_NEEDED } from "../../research/gates/needed.ts";
import type { GateDocument } from "../../research/gates/report.ts";
import type { PlainFigure } from "../../research/metrics/figure.ts";
import { finePercent, fineRatio, numberOf, percent, ratio, type Show, tenth, whole } from "../format.ts";

export type Gate = GateDocument["gates"][number];
export type Check = Gate["checks"][number];
export type Detail = NonNullable<GateDocument["detail"]>;

/** From coarse to fine. */
const COUNT = [whole, tenth, fineRatio];
const SHARE = [percent, finePercent];
const RATIO = [ratio, fineRatio];

const SHOWN = new Map<string, readonly Show[]>([
  ...names(
    COUNT,
    "days out of sample",
    "effective positives",
    "effective predicted positives",
    "least track record, days",
  ),
  ...names(
    SHARE,
    "precision",
    "recall",
    "precision, lower bound, above base rate",
    "base rate",
    "precision above base rate",
    "precision above the folds' own base rates",
    "balanced accuracy",
    "greatest weight of a pair",
    "leverage",
    "drawdown at bar closes",
    "drawdown, 95 % of resamples",
    "three greatest pairs",
    "share of requests refused",
  ),
  ...names(
    RATIO,
    "Sharpe",
    "Sharpe at the default costs",
    "Sharpe, autocorrelation allowed for",
    "Sharpe without the model",
    "Sharpe above that without the model",
    "best Sharpe of as many without skill",
  ),
  [MONTHS_NEEDED, [tenth]],
]);

function names(ways: readonly Show[], ...all: readonly string[]): (readonly [string, readonly Show[]])[] {
  return all.map((name) => [name, ways]);
}

/**
 * How a figure of a gate reads: by its name, else a whole number as one and anything else with three decimals. Finer where it
 * would read like a bound that it is not: 64.98% does not fail at 65.0%.
 */
export function showOf(name: string, figure: PlainFigure, bound?: number): Show {
  const value = numberOf(figure);
  const isWhole = [value ?? 0, bound ?? 0].every(Number.isInteger);
  const ways = SHOWN.get(name) ?? [isWhole ? whole : fineRatio];
  if (value === null || bound === undefined || value === bound) return ways[0];
  return ways.find((show) => show(value) !== show(bound)) ?? String;
}

const SIGNS = { ">=": "≥", ">": ">", "<=": "≤" } as const;

/** A check's value and bound as they read, and how its interval does. */
export function readingOf({ name, value, op, bound }: Check): {
  readonly value: string;
  readonly bound: string;
  readonly show: Show;
} {
  const show = showOf(name, value, bound);
  return { value: textOf(value, show), bound: `${SIGNS[op]} ${show(bound)}`, show };
}

/** Why there is none stands elsewhere in the row. */
export const textOf = (value: PlainFigure, show: Show): string =>
  typeof value === "number" ? show(value) : "n/a";

export const kindOf = (verdict: GateDocument["verdict"]): "good" | "bad" | "open" =>
  verdict === "PASS" ? "good" : verdict === "FAIL" ? "bad" : "open";

/** Why a gate has no checks: the first one before it that was not passed. */
export function whyNotRun({ gates }: GateDocument, gate: Gate): string {
  const before = gates.find((other) => other.gate < gate.gate && other.verdict !== "PASS");
  return before === undefined
    ? "Not run."
    : `Not run, because gate ${before.gate} (${before.name}) is ${before.verdict}.`;
}
