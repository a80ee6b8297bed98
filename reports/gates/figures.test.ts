import { expect, it } from "vitest";
import { readingOf, showOf } from "./figures.ts";

const check = (name: string, value: number, op: ">=" | ">" | "<=", bound: number) => {
  const { value: own, bound: asked } = readingOf({ name, value, op, bound, verdict: "FAIL" });
  return `${own} ${asked}`;
};

it("reads shares as percent, counts as whole numbers and the rest with three decimals", () => {
  expect(check("recall", 0.7662, ">=", 0.6)).toBe("76.6% ≥ 60.0%");
  expect(check("effective positives", 1439.49, ">=", 100)).toBe("1,439 ≥ 100");
  expect(check("Sharpe", 4.7101, ">", 1)).toBe("4.71 > 1.00");
  expect(check("values out of range", 0, "<=", 0)).toBe("0 ≤ 0");
  expect(check("a name of a later version", 0.41455, ">", 0)).toBe("0.415 > 0.000");
});

it("reads finer where a figure would read like a bound that it is not", () => {
  expect(check("precision", 0.6498, ">=", 0.65)).toBe("64.980% ≥ 65.000%");
  expect(check("precision", 0.649999999, ">=", 0.65)).toBe("0.649999999 ≥ 0.65");
  expect(check("effective positives", 99.6, ">=", 100)).toBe("99.6 ≥ 100.0");
  expect(check("precision", 0.65, ">=", 0.65)).toBe("65.0% ≥ 65.0%");
});

it("takes no exception from a figure without a value", () => {
  expect(showOf("precision", { value: null, why: "no sample is predicted positive" }, 0.65)(0.65)).toBe(
    "65.0%",
  );
});
