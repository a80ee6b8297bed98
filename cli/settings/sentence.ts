import type { z } from "zod";
import { didYouMean } from "../../engine/errors.ts";
import { numberHint, parseText } from "./text.ts";

/** A value as an error shows it. */
export function shown(value: unknown): string {
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

const EXPECTED: Readonly<Record<string, string>> = {
  number: "a number",
  int: "a whole number",
  string: "text",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "a table of settings",
  record: "a table of entries",
};

/** What zod found wrong with a value: "found 15, expected at most 1 (fraction): write 0.15, not 15". */
export function sentence(issue: z.core.$ZodIssue, value: unknown, unit: string): string {
  const found = `found ${shown(value)}`;
  switch (issue.code) {
    case "custom":
      return issue.message;
    case "invalid_type": {
      const expected = EXPECTED[issue.expected] ?? issue.expected;
      if (value === undefined) return `is missing, expected ${expected}`;
      return `${found}, expected ${expected}${typeof value === "string" ? hintFor(issue.expected, value) : ""}`;
    }
    case "too_small":
      if (typeof value !== "number") return issue.message;
      return `${found}, expected ${issue.inclusive ? "at least" : "more than"} ${issue.minimum}${inUnit(unit)}`;
    case "too_big": {
      if (typeof value !== "number") return issue.message;
      const bound = `${issue.inclusive ? "at most" : "less than"} ${issue.maximum}${inUnit(unit)}`;
      return `${found}, expected ${bound}${unit === "fraction" ? asFraction(value, Number(issue.maximum)) : ""}`;
    }
    case "invalid_value": {
      const names = issue.values.map(String);
      return `${found}, expected one of ${names.join(", ")}.${didYouMean(String(value), names)}`;
    }
    default:
      return `${found}: ${issue.message}`;
  }
}

const inUnit = (unit: string) => (unit === "" ? "" : ` (${unit})`);

/** What to write instead of a percentage, where the number can be meant as one. */
const asFraction = (value: number, maximum: number) =>
  value > 1 && value / 100 <= maximum
    ? `: fractions, never percent; write ${Number((value / 100).toPrecision(12))}, not ${value}`
    : "";

function hintFor(expected: string, text: string): string {
  if (expected === "boolean" && (text === "true" || text === "false"))
    return `: write ${text} without quotes`;
  if (expected !== "number" && expected !== "int") return "";
  const result = parseText({ kind: "number" }, text);
  return "value" in result ? `: write ${result.value} without quotes` : numberHint(text);
}
