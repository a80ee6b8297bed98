import fc from "fast-check";
import type { Spans } from "./split.ts";

/** Row i at time i, its label known at ends[i]. */
export const spansOf = (ends: readonly number[]): Spans => ({
  time: Float64Array.from(ends, (_, i) => i),
  end: Float64Array.from(ends),
});

/** Rows in order of time, some at one time as pairs are, with lives of 0 to 12. */
export const someSpans = (least: number, most: number): fc.Arbitrary<Spans> =>
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 12 })), {
      minLength: least,
      maxLength: most,
    })
    .map((rows) => {
      let t = 0;
      const time = Float64Array.from(rows, ([step]) => (t += step));
      return { time, end: Float64Array.from(rows, ([, life], i) => time[i] + life) };
    });
