import { createRandom, fillUniforms } from "../../datasets/random.ts";
import { DAY, HOUR } from "../../engine/market/bars.ts";
import type { Samples } from "./samples.ts";

/** For tests: two pairs, a decision every 4 hours; label 1 with chance 0.8 where the feature `a` is above 0, else 0.2. */
export function madeSamples(days: number, first = Date.UTC(2021, 0, 1, 9)): Samples {
  const interval = 4 * HOUR;
  const horizon = 96 * HOUR;
  const rows = (days * DAY) / interval;
  const n = 2 * rows;
  const u = new Float64Array(4 * n);
  fillUniforms(createRandom(7), u);
  const at = (k: number, j: number) => u[4 * k + j];
  const make = (f: (k: number) => number) => Float64Array.from({ length: n }, (_, k) => f(k));
  const row = Int32Array.from({ length: n }, (_, k) => k >> 1);
  const time = make((k) => first + row[k] * interval);
  return {
    names: ["a", "b"],
    columns: [make((k) => 2 * at(k, 0) - 1), make((k) => 2 * at(k, 1) - 1)],
    pair: Int32Array.from({ length: n }, (_, k) => k & 1),
    row,
    time,
    end: make((k) => time[k] + HOUR + Math.floor(at(k, 2) * 95) * HOUR),
    label: Uint8Array.from({ length: n }, (_, k) => (at(k, 3) < (at(k, 0) > 0.5 ? 0.8 : 0.2) ? 1 : 0)),
    n,
    symbols: ["BTC", "ETH"],
    interval,
    horizon,
    first,
    last: time[n - 1],
    rows: n,
    dropped: { "warm-up": 0, unfinished: 0, "not traded": 0, narrow: 0 },
    medianBarrier: 0.05,
  };
}
