import { z } from "zod";
import type { Column, Kernel } from "../kernel.ts";
import { exp } from "../math.ts";
import { hours, ratio } from "../settings.ts";

export const volatilityIndexSettings = z.strictObject({
  scale: ratio(0.29, "Index points per point of annual volatility: 0.29 meets VIX's long-run shares"),
  return_hours: hours(24, "Span of the returns that are squared"),
  half_life: hours(72, "Half-life of their average"),
  seed: hours(240, "The average starts as the mean of this span"),
});

export type VolatilityIndexState = { rows: number; ring: Float64Array; sum: number; average: number };

/**
 * The system's volatility index, in VIX points, from the reference's close (any positive unit):
 * 100 * scale * sqrt(365 * EWMA of squared returns over `span` rows), updated every row. Returns of a
 * whole day are used because the volatility of bar returns depends on the bar.
 * @param span rows of one return; @param seed rows of the first mean; @param halfLife rows.
 * @param returnsPerYear spans in 365 days. Lookback span + seed - 1.
 */
export function volatilityIndex(
  span: number,
  seed: number,
  halfLife: number,
  scale: number,
  returnsPerYear: number,
): Kernel<{ close: Column }, { index: Column }, VolatilityIndexState> {
  const LN2 = Math.LN2;
  const keep = exp(-LN2 / halfLife);
  const take = 1 - keep;
  const points = 100 * scale;
  return {
    name: "volatility-index",
    params: { span, seed, halfLife, scale, returnsPerYear },
    lookback: span + seed - 1,
    writes: { index: "index" },
    init: () => ({ rows: 0, ring: new Float64Array(span), sum: 0.1, average: 0.1 }),
    advance: (s, input, output, rows) =>
      indexRows(span, seed, keep, take, points, returnsPerYear, s, input, output, rows),
  };
}

function indexRows(
  span: number,
  seed: number,
  keep: number,
  take: number,
  points: number,
  returnsPerYear: number,
  s: VolatilityIndexState,
  { close }: { close: Column },
  { index }: { index: Column },
  rows: number,
): void {
  const { ring } = s;
  let { rows: n, sum, average } = s;
  let place = n % span;
  for (let i = 0; i < rows; i++) {
    const c = close[i];
    index[i] = Number.NaN;
    if (c !== c) continue;
    if (n >= span) {
      const r = c / ring[place] - 1;
      const known = n - span; // returns seen before this one
      if (known >= seed) average = keep * average + take * (r * r);
      else {
        sum = known === 0 ? r * r : sum + r * r;
        if (known === seed - 1) average = sum / seed;
      }
      if (known >= seed - 1) index[i] = points * Math.sqrt(returnsPerYear * average);
    }
    ring[place] = c;
    place = place + 1 === span ? 0 : place + 1;
    n++;
  }
  s.rows = n;
  s.sum = sum;
  s.average = average;
}
