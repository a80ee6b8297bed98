import * as fc from "fast-check";
import { expect, it } from "vitest";
import { column, runKernel } from "../test-data.ts";
import { meanReversion, meanReversionSettings } from "./mean-reversion.ts";

const defaults = meanReversionSettings.parse({});

const desires = (z: readonly number[], longest = 72) => [
  ...runKernel(meanReversion(defaults, longest), { z: column(z) }, z.length).desire,
];

it("enters at -4 <= z < -2", () => {
  expect(desires([-2])).toEqual([0]);
  expect(desires([-2.001])[0]).toBeGreaterThan(0);
  expect(desires([-4])).toEqual([1]);
  expect(desires([-4.001])).toEqual([0]);
});

it("wants a third of -z, at most 1", () => {
  expect(desires([-2.4])[0]).toBeCloseTo(0.8, 12);
  expect(desires([-3])).toEqual([1]);
  expect(desires([-3.9])).toEqual([1]);
});

it("fixes its desire at entry", () => {
  const [first, ...rest] = desires([-2.4, -3.5, -1, -0.01]);
  expect(rest).toEqual([first, first, first]);
});

it("leaves at z >= 0, and may enter again at once", () => {
  expect(desires([-3, 0, -3])).toEqual([1, 0, 1]);
  expect(desires([-3, 0.5, -1])).toEqual([1, 0, 0]);
});

it("leaves below -4, and enters no more until z >= 0 was seen", () => {
  expect(desires([-3, -4, -4.01, -3, -0.01, -3, 0, -3])).toEqual([1, 1, 0, 0, 0, 0, 0, 1]);
});

it("leaves after 72 hours, and enters no more until z >= 0 was seen", () => {
  const z = [...new Array(80).fill(-3), 0.1, -3];
  const found = desires(z);
  expect(found.lastIndexOf(1, 79)).toBe(71); // entered at row 0, out at row 72
  expect(found.slice(72, 81).every((d) => d === 0)).toBe(true);
  expect(found[81]).toBe(1);
});

it("counts its hours anew at every entry", () => {
  expect(desires([-3, -3, 0, -3, -3, -3, -3], 3)).toEqual([1, 1, 0, 1, 1, 1, 0]);
});

it("is not barred by a z below -4 that it did not hold through", () => {
  expect(desires([-5, -3])).toEqual([0, 1]);
});

it("is not barred where time is up on a row that has recovered", () => {
  expect(desires([-3, -3, 0.1, -3], 2)).toEqual([1, 1, 0, 1]);
});

it("is unknown until z is known", () => {
  expect(desires([Number.NaN, -3])).toEqual([Number.NaN, 1]);
});

it("stays in [0, 1] and never holds longer than it may", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -6, max: 3, noNaN: true }), { maxLength: 200 }), (z) => {
      let run = 0;
      for (const d of desires(z, 7)) {
        expect(d >= 0 && d <= 1).toBe(true);
        run = d > 0 ? run + 1 : 0;
        expect(run).toBeLessThanOrEqual(7);
      }
    }),
  );
});

it("has the numbers of the text", () => {
  expect(defaults).toEqual({ window: 72, entry: -2, floor: -4, target: 0, full: -3, least_bars: 6 });
});

it.each([{ floor: -2 }, { entry: 0.5, target: 1 }, { target: -3 }, { full: 0 }])(
  "refuses thresholds in a wrong order with all of them: %o",
  (changed) => {
    const { floor, entry, target, full } = { ...defaults, ...changed };
    expect(meanReversionSettings.safeParse(changed).error?.issues.map((i) => i.message)).toEqual([
      `must hold floor < entry < target, entry <= 0 and full < 0, found floor ${floor}, entry ${entry}, target ${target}, full ${full}`,
    ]);
  },
);
