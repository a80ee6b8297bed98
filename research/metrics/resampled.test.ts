import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createResampler } from "./bootstrap.ts";
import { performance } from "./performance.ts";
import { addends, addUp, drawnFigures, RESAMPLED, seriesOf, sharpeOfSums } from "./resampled.ts";

const scale = (n: number) => ({ initial: 1000, periods: 365, years: n / 365 });

describe("drawnFigures", () => {
  it("are those of performance() of the drawn returns in the drawn order", () => {
    // a grid of returns: ties, flat draws and draws without a loss all happen
    const returns = fc.array(fc.integer({ min: -6, max: 8 }), { minLength: 2, maxLength: 70 });
    const block = fc.double({ min: 1, max: 20, noNaN: true });
    fc.assert(
      fc.property(returns, block, fc.integer(), (steps, b, seed) => {
        const series = seriesOf(Float64Array.from(steps, (x) => x / 64));
        const drawn = createResampler(steps.length, b, seed);
        for (let d = 0; d < 3; d++) {
          drawn.next();
          const found = drawnFigures(series, drawn, scale(steps.length));
          const expected = performance(
            Array.from(drawn.indices, (i) => series.returns[i]),
            365,
          );
          expect(found.finalEquity).toBeCloseTo(1000 * (1 + found.totalReturn), 8);
          for (const name of RESAMPLED) {
            if (name === "finalEquity") continue;
            const value = expected[name].value ?? Number.NaN;
            const error = Math.abs(found[name] - value);
            if (value !== value) expect(found[name], name).toBeNaN();
            else expect(error, `${name} ${found[name]} ${value}`).toBeLessThan(1e-9 * (1 + Math.abs(value)));
          }
        }
      }),
    );
  });

  it("lose everything where a day does", () => {
    const series = seriesOf(new Float64Array(30).fill(-1));
    const drawn = createResampler(30, 1, 1);
    drawn.next();
    const found = drawnFigures(series, drawn, scale(30));
    expect([found.finalEquity, found.totalReturn, found.cagr, found.maxDrawdown]).toEqual([0, -1, -1, -1]);
    expect(found.sharpe).toBeNaN();
  });
});

describe("sums over a resample", () => {
  it("count every value as often as it was drawn, those that are 0 in all three left out", () => {
    const sums = addends(Float64Array.of(1, 0, 2), Float64Array.of(0, 0, 5), Float64Array.of(-1, 0, 0));
    expect([...sums.at]).toEqual([0, 2]);
    expect(addUp(sums, Float64Array.of(2, 9, 1))).toEqual([4, 5, -2]);
  });

  it("give the Sharpe ratio, and none where values differ by rounding alone", () => {
    // 1, 2, 3: mean 2, standard deviation 1
    expect(sharpeOfSums(3, 6, 14, 4)).toBeCloseTo(4, 12);
    expect(sharpeOfSums(3, 0.3, 3 * 0.1 * 0.1, 365)).toBeNaN();
    expect(sharpeOfSums(1, 1, 1, 365)).toBeNaN();
    expect(sharpeOfSums(5, 0, 0, 365)).toBeNaN();
  });
});
