import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalCdf, probit } from "./normal.ts";

/** Of mpmath 1.3.0 at 50 digits, ncdf and the root of log ncdf, at the double nearest to what is written. */
const CDF: readonly (readonly [number, number])[] = [
  [-37, 5.725571222524577e-300],
  [-20, 2.7536241186062337e-89],
  [-8, 6.220960574271784e-16],
  [-5, 2.866515718791939e-7],
  [-3, 0.0013498980316300946],
  [-2.5, 0.006209665325776135],
  [-1, 0.15865525393145705],
  [-0.1, 0.460172162722971],
  [0.5, 0.6914624612740131],
  [1, 0.8413447460685429],
  [3, 0.9986501019683699],
  [5, 0.9999997133484281],
];
const PROBIT: readonly (readonly [number, number])[] = [
  [1e-300, -37.0470962993612],
  [1e-100, -21.273453560965326],
  [1e-20, -9.262340089798407],
  [1e-5, -4.264890793922825],
  [0.001, -3.0902323061678136],
  [0.025, -1.959963984540054],
  [0.1, -1.2815515655446004],
  [0.25, -0.6744897501960817],
  [0.4, -0.2533471031357997],
];

const relative = (found: number, expected: number) => Math.abs(found / expected - 1);

describe("normalCdf", () => {
  it("equals 50-digit arithmetic in the middle and far out in the tail", () => {
    for (const [x, expected] of CDF) {
      expect(relative(normalCdf(x), expected), `at ${x}`).toBeLessThan(x < -8 ? 1e-12 : 1e-14);
    }
  });

  it("is 1/2 at 0, and 0 and 1 at the ends", () => {
    expect(normalCdf(0)).toBe(0.5);
    expect(normalCdf(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(normalCdf(Number.POSITIVE_INFINITY)).toBe(1);
    expect(normalCdf(Number.NaN)).toBeNaN();
  });

  it("never falls, and is what is left of 1 on the other side", () => {
    const x = fc.double({ min: -40, max: 40, noNaN: true });
    fc.assert(
      fc.property(x, fc.double({ min: 1e-6, max: 1, noNaN: true }), (a, step) => {
        expect(normalCdf(a + step)).toBeGreaterThanOrEqual(normalCdf(a));
        expect(Math.abs(normalCdf(a) + normalCdf(-a) - 1)).toBeLessThan(4e-16);
      }),
    );
  });

  it("does not jump where the series hands over to the continued fraction", () => {
    for (const edge of [-2, 2]) {
      const step = normalCdf(edge * (1 + 2 ** -50)) - normalCdf(edge * (1 - 2 ** -50));
      expect(Math.abs(step)).toBeLessThan(edge < 0 ? 5e-16 : 1e-15);
    }
  });
});

describe("probit", () => {
  it("equals 50-digit arithmetic", () => {
    for (const [p, expected] of PROBIT) expect(relative(probit(p), expected), `at ${p}`).toBeLessThan(4e-15);
  });

  it("is infinite at 0 and 1, and NaN where there is no such x", () => {
    expect([probit(0), probit(1)]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
    for (const p of [-0.1, 1.1, Number.NaN]) expect(probit(p)).toBeNaN();
  });

  it("takes back what normalCdf did, in the tail as in the middle", () => {
    fc.assert(
      fc.property(fc.double({ min: -36, max: 0, noNaN: true }), (x) => {
        expect(Math.abs(probit(normalCdf(x)) - x)).toBeLessThan(1e-13 * Math.max(1, -x));
      }),
    );
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), (p) => {
        expect(Math.abs(normalCdf(probit(p)) - p)).toBeLessThan(1e-15);
      }),
    );
  });
});
