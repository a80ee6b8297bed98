import type { Interval } from "../research/runs/intervals.ts";

const WIDTH = 132;
const HEIGHT = 22;
const INSET = 6;

export interface Whisker {
  readonly interval: Interval;
  /** The figure itself, where it has a value. */
  readonly at: number | null;
}

/** Draws whiskers of one column on one scale, 0 included: returns what draws each. */
export function whiskers(all: readonly Whisker[]) {
  let low = 0;
  let high = 0;
  for (const { interval, at } of all) {
    for (const x of [interval.low, interval.high, at]) {
      if (x === null) continue;
      if (x < low) low = x;
      if (x > high) high = x;
    }
  }
  const scale = high > low ? (WIDTH - 2 * INSET) / (high - low) : 0;
  const x = (value: number): string => (INSET + (value - low) * scale).toFixed(1);
  return ({ interval, at }: Whisker) => (
    <svg class="whisker" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} aria-hidden="true">
      <line class="zero" x1={x(0)} x2={x(0)} y1="0" y2={HEIGHT} />
      {interval.low !== null && (
        <path class="range" d={`M${x(interval.low)} 7v8m0-4H${x(interval.high)}m0-4v8`} />
      )}
      {at !== null && <circle class="at" cx={x(at)} cy="11" r="3.5" />}
    </svg>
  );
}

/** Horizontal bars of one column on one scale from 0: returns what draws each. */
export function bars(values: readonly number[]) {
  const top = Math.max(0, ...values);
  return (value: number, colour: string) => (
    <svg class="bar" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} aria-hidden="true">
      <rect
        class={colour}
        x="0"
        y="5"
        height="12"
        width={(top > 0 && value > 0 ? (value / top) * WIDTH : 0).toFixed(1)}
      />
    </svg>
  );
}

/** The same from 0 to either side. */
export function signedBars(values: readonly number[]) {
  const low = Math.min(0, ...values);
  const width = Math.max(0, ...values) - low;
  const x = (value: number): number => (width > 0 ? ((value - low) / width) * WIDTH : 0);
  return (value: number) => (
    <svg class="bar" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} aria-hidden="true">
      <rect
        class={value < 0 ? "minus" : "accent"}
        x={Math.min(x(0), x(value)).toFixed(1)}
        y="5"
        height="12"
        width={Math.abs(x(value) - x(0)).toFixed(1)}
      />
      <line class="zero" x1={x(0).toFixed(1)} x2={x(0).toFixed(1)} y1="0" y2={HEIGHT} />
    </svg>
  );
}
