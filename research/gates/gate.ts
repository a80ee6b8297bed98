import type { Verdict } from "../artifacts/lifecycle.ts";
import type { Interval } from "../metrics/bootstrap.ts";
import type { Figure } from "../metrics/figure.ts";

export type { Verdict };

export type Op = ">=" | ">" | "<=";

/** A figure that is reported and decides nothing. Fractions, days and counts. */
export interface Reported {
  readonly name: string;
  readonly value: Figure;
  /** What it rests on: samples, days, trials. */
  readonly n?: number;
  readonly interval?: Interval;
  /** What a reader must know of it. */
  readonly why?: string;
}

/** A figure held to a bound. `why` says what is wrong where it did not pass. */
export interface Check extends Reported {
  readonly op: Op;
  readonly bound: number;
  readonly verdict: Verdict;
}

export type GateNumber = 1 | 2 | 3 | 4;

const GATE_NAMES: Readonly<Record<GateNumber, string>> = {
  1: "integrity",
  2: "schema",
  3: "out-of-sample",
  4: "portfolio limits",
};
export const GATE_NUMBERS: readonly GateNumber[] = [1, 2, 3, 4];

export interface GateResult {
  readonly gate: GateNumber;
  readonly name: string;
  readonly verdict: Verdict;
  readonly checks: readonly Check[];
  readonly reported: readonly Reported[];
}

/** Whether a value keeps its bound. NaN on either side keeps none. */
export function keeps(value: number, op: Op, bound: number): boolean {
  if (op === ">=") return value >= bound;
  return op === ">" ? value > bound : value <= bound;
}

/**
 * Holds a figure to its bound: PASS where it has a value that keeps it, else `otherwise`.
 * @param lack Why there is too little to judge by: the verdict is INSUFFICIENT then, whatever the value.
 */
export function judge(
  check: Omit<Check, "verdict">,
  { lack, otherwise = "FAIL" }: { readonly lack?: string; readonly otherwise?: "FAIL" | "INSUFFICIENT" } = {},
): Check {
  if (lack !== undefined) return { ...check, why: lack, verdict: "INSUFFICIENT" };
  const { value, op, bound } = check;
  if (value.value !== null && keeps(value.value, op, bound)) return { ...check, verdict: "PASS" };
  const why = check.why ?? (value.value === null ? value.why : undefined);
  return { ...check, ...(why === undefined ? {} : { why }), verdict: otherwise };
}

/** A check that counts what is wrong: passed at 0. `why` is the first of it. */
export const faults = (name: string, found: number, n?: number, why?: string): Check =>
  judge({
    name,
    value: Number.isFinite(found) ? { value: found } : { value: null, why: "it was not counted" },
    op: "<=",
    bound: 0,
    ...(n === undefined ? {} : { n }),
    ...(found === 0 || why === undefined ? {} : { why }),
  });

/** One failure outweighs all, then what is insufficient, then what was not run. Nothing checked is nothing passed. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  const found = (["FAIL", "INSUFFICIENT", "NOT_RUN"] as const).find((v) => verdicts.includes(v));
  return found ?? (verdicts.length === 0 ? "NOT_RUN" : "PASS");
}

export const gateResult = (
  gate: GateNumber,
  checks: readonly Check[],
  reported: readonly Reported[] = [],
): GateResult => ({
  gate,
  name: GATE_NAMES[gate],
  verdict: worst(checks.map((check) => check.verdict)),
  checks,
  reported,
});

export const notRun = (gate: GateNumber): GateResult => gateResult(gate, []);
