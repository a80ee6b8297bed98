import { type Interval, noInterval, percentileInterval, type Resampler } from "./bootstrap.ts";
import type { Figure } from "./figure.ts";

/** Named numbers that are measured on every resample. */
export interface Statistic<K extends string> {
  /** Of each draw, NaN where it has no value. */
  readonly draws: Readonly<Record<K, Float64Array>>;
  /** Measures draw number d. */
  measure(d: number, drawn: Resampler): void;
  /** @param figures Their values over the items themselves: one that is given without a value has no interval. */
  intervals(figures: Readonly<Partial<Record<K, Figure | number>>>): Readonly<Record<K, Interval>>;
}

export interface Drawing {
  /** How many resamples. */
  readonly draws: number;
  /** Share of them that an interval holds: 0.95. */
  readonly level: number;
}

/** @param lack Why too little is known for an interval, or null. Nothing is measured then. */
export function statistic<K extends string>(
  keys: readonly K[],
  { draws, level }: Drawing,
  lack: string | null,
  of: (drawn: Resampler) => Readonly<Record<K, number>>,
): Statistic<K> {
  const columns = recordOf(keys, () => new Float64Array(lack === null ? draws : 0));
  return {
    draws: columns,
    measure(d, drawn) {
      if (lack !== null) return;
      const values = of(drawn);
      for (const key of keys) columns[key][d] = values[key];
    },
    intervals: (figures) =>
      recordOf(keys, (key) => {
        const figure: Figure | number | undefined = figures[key];
        if (typeof figure === "object" && figure.value === null) return noInterval(figure.why);
        return lack === null ? percentileInterval(columns[key], level) : noInterval(lack);
      }),
  };
}

function recordOf<K extends string, T>(keys: readonly K[], of: (key: K) => T): Record<K, T> {
  return Object.fromEntries(keys.map((key) => [key, of(key)])) as Record<K, T>;
}

/** One number's draws, and the interval that it has by itself. */
interface Drawn {
  readonly draws: Float64Array;
  readonly interval: Interval;
}

/**
 * Interval of how far one number lies above another that was measured on the same resamples, draw by draw: the luck of
 * the days that both had falls out. None where either has none.
 * @param name The other one's, for the reason: "the benchmark".
 */
export function intervalAbove(own: Drawn, other: Drawn, name: string, level: number): Interval {
  if (own.interval.low === null) return own.interval;
  if (other.interval.low === null) return noInterval(`of ${name}: ${other.interval.why}`);
  return percentileInterval(
    own.draws.map((x, d) => x - other.draws[d]),
    level,
  );
}

/** Measures all of them on the same resamples. */
export function drawAll(
  resampler: Resampler,
  draws: number,
  statistics: readonly Pick<Statistic<never>, "measure">[],
): void {
  for (let d = 0; d < draws; d++) {
    resampler.next();
    for (const s of statistics) s.measure(d, resampler);
  }
}
