import { z } from "zod";
import type { Column, Kernel } from "../kernel.ts";
import { fraction, hours } from "../settings.ts";

export const eligibilitySettings = z.strictObject({
  age: hours(1200, "Time past its listing before a pair may be traded"),
  window: hours(720, "Span in which its bars must have volume"),
  present: fraction(2 / 3, "Least share of those bars with volume"),
});

export type EligibilityState = { rows: number; ring: Uint8Array; traded: number };

/**
 * 1 where a pair may be traded: `age` rows past its first, and at least `present` of its last `window`
 * rows have volume; else 0. No lookback: a young pair is 0.
 */
export function eligibility(
  age: number,
  window: number,
  present: number,
): Kernel<{ volume: Column }, { eligible: Column }, EligibilityState> {
  // least number of rows whose share is `present`: 7 of 100 are .07, though .07 * 100 is above 7
  let least = Math.ceil(present * window);
  if (least > 0 && (least - 1) / window >= present) least--;
  return {
    name: "eligibility",
    params: { age, window, present },
    lookback: 0,
    writes: { eligible: "eligible" },
    init: () => ({ rows: 0, ring: new Uint8Array(window), traded: 0 }),
    advance: (s, input, output, rows) => eligibleRows(age, window, least, s, input, output, rows),
  };
}

function eligibleRows(
  age: number,
  window: number,
  least: number,
  s: EligibilityState,
  { volume }: { volume: Column },
  { eligible }: { eligible: Column },
  rows: number,
): void {
  const { ring } = s;
  let { rows: n, traded } = s;
  let place = n % window;
  for (let i = 0; i < rows; i++) {
    const v = volume[i];
    if (v !== v) {
      eligible[i] = Number.NaN;
      continue;
    }
    const now = v > 0 ? 1 : 0;
    traded += now - ring[place]; // an unused place holds 0
    ring[place] = now;
    place = place + 1 === window ? 0 : place + 1;
    n++;
    eligible[i] = n >= age && traded >= least ? 1 : 0;
  }
  s.rows = n;
  s.traded = traded;
}
