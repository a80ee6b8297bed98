import { describe, expect, it } from "vitest";
import type { Kernel } from "../kernel.ts";
import { column, runKernel } from "../test-data.ts";
import { difference, isCode, logRatio, position, relative } from "./relate.ts";

const NO = Number.NaN;
// biome-ignore lint/suspicious/noExplicitAny: kernels of several ports
const values = (kernel: Kernel<any, any, any>, input: Record<string, number[]>) => {
  const columns = Object.fromEntries(Object.entries(input).map(([k, v]) => [k, column(v)]));
  const { y } = runKernel(kernel, columns, Object.values(input)[0].length) as { y: Float64Array };
  return [...y];
};

describe("relative", () => {
  it("is a over b, less 1, and 0 where b is 0", () => {
    const input = { a: [NO, 3, -3, 1, 0], b: [NO, 2, 2, 0, 0] };
    expect(values(relative(), input)).toEqual([NO, 0.5, -2.5, 0, 0]);
  });

  it("is unknown while one of them is, also where b is 0", () => {
    expect(values(relative(), { a: [NO, NO, 1], b: [1, 0, NO] })).toEqual([NO, NO, NO]);
  });
});

it("difference is a less b", () => {
  expect(values(difference(), { a: [NO, 5, 1], b: [1, 2, NO] })).toEqual([NO, 3, NO]);
});

describe("logRatio", () => {
  it("is ln(a / b), but not below ln of the floor, and 0 where b is 0", () => {
    const found = values(logRatio(0.01), { a: [NO, 2, 0, 1e-9, 0], b: [1, 1, 5, 1, 0] });
    const least = Math.log(0.01);
    expect(found[0]).toBeNaN();
    for (const [k, expected] of [Math.LN2, least, least, 0].entries()) {
      expect(found[k + 1]).toBeCloseTo(expected, 14);
    }
  });

  it("is unknown while b is", () => {
    expect(values(logRatio(0.01), { a: [1, NO], b: [NO, 0] })).toEqual([NO, NO]);
  });
});

describe("position", () => {
  it("runs from 0 at the low to 1 at the high", () => {
    const input = { x: [1, 2, 3], low: [1, 1, 1], high: [3, 3, 3] };
    expect(values(position(), input)).toEqual([0, 0.5, 1]);
  });

  it("is a half where nothing moved, and unknown while a bound is", () => {
    expect(values(position(), { x: [7, 7], low: [7, NO], high: [7, NO] })).toEqual([0.5, NO]);
  });
});

it("isCode is 1 in the rows of its code, 0 in the others, and unknown before", () => {
  expect(values(isCode(2), { x: [NO, 2, 0, 3, 2] })).toEqual([NO, 1, 0, 0, 1]);
});
