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
  const least = present * window;
  return {
    name: "eligibility",
    params: { age, window, present },
    lookback: 0,
    writes: { eligible: "eligible" },
    init: () => ({ rows: 0, ring: new Uint8Array(window), traded: 0 }),
    advance(s, { volume }, { eligible }, rows) {
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
        eligible[i] = n >= age && n >= window && traded >= least ? 1 : 0;
      }
      s.rows = n;
      s.traded = traded;
    },
  };
}
