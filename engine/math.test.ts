import fc from "fast-check";
import { expect, it } from "vitest";
import { exp, ln } from "./math.ts";

const view = new DataView(new ArrayBuffer(16));

/** Distance in units in the last place between two doubles of the same sign. */
function ulps(a: number, b: number): number {
  view.setFloat64(0, a);
  view.setFloat64(8, b);
  const d = view.getBigInt64(0) - view.getBigInt64(8);
  return Number(d < 0n ? -d : d);
}

it("ln stays within 1 ulp of Math.log over all positive doubles", () => {
  const positive = fc.double({ min: 5e-324, max: Number.MAX_VALUE, noNaN: true });
  fc.assert(
    fc.property(positive, (x) => ulps(ln(x), Math.log(x)) <= 1),
    { numRuns: 20_000 },
  );
});

it("ln stays within 1 ulp of Math.log around 1, where returns live", () => {
  const near = fc.double({ min: 0.5, max: 2, noNaN: true });
  fc.assert(
    fc.property(near, (x) => ulps(ln(x), Math.log(x)) <= 1),
    { numRuns: 20_000 },
  );
});

it("exp stays within 1 ulp of Math.exp where the result is normal", () => {
  const normal = fc.double({ min: -708, max: 709.7, noNaN: true });
  fc.assert(
    fc.property(normal, (x) => ulps(exp(x), Math.exp(x)) <= 1),
    { numRuns: 20_000 },
  );
});

it("ln and exp have the usual values at the edges", () => {
  expect([ln(0), ln(-1), ln(1), ln(Infinity)]).toEqual([-Infinity, Number.NaN, 0, Infinity]);
  expect([exp(0), exp(-Infinity), exp(Infinity), exp(Number.NaN)]).toEqual([1, 0, Infinity, Number.NaN]);
});
