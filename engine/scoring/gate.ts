import { z } from "zod";
import type { Column, Kernel } from "../kernel.ts";
import { fraction } from "../settings.ts";

export const gateSettings = z.strictObject({
  release: fraction(0.1, "A held pair is left when its score falls this far below the model's threshold"),
  least: fraction(0.5, "Share of the weight that a score at the threshold leaves; a score of 1 leaves all"),
});

export type GateSettings = z.infer<typeof gateSettings>;

type In = { target: Column; score: Column; threshold: Column };

/**
 * A model's word on one pair's target weight (fraction of equity), whichever strategy wants it. A Schmitt
 * trigger: the pair is entered at score >= threshold and left at score < threshold - release; between
 * the two a pair that was let in stays, and no other comes in. Weight = target * max(least, least + (1 - least) *
 * (score - threshold) / (1 - threshold)), where a threshold of 1 leaves `least`. Whether the pair was
 * let in follows targets and scores alone, not fills. No lookback of its own: NaN until all are known.
 */
export function modelGate({
  release,
  least,
}: GateSettings): Kernel<In, { target: Column }, { held: number }> {
  return {
    name: "model-gate",
    params: { release, least },
    lookback: 0,
    writes: { target: "gatedTarget" },
    init: () => ({ held: 0 }),
    advance: (s, input, out, rows) => gateRows(release, least, s, input, out, rows),
  };
}

function gateRows(
  release: number,
  least: number,
  s: { held: number },
  { target, score, threshold }: In,
  out: { target: Column },
  rows: number,
): void {
  let held = s.held;
  for (let i = 0; i < rows; i++) {
    const w = target[i];
    const p = score[i];
    const t = threshold[i];
    if (w !== w || p !== p || t !== t) {
      out.target[i] = Number.NaN;
      continue;
    }
    held = w > 0 && (p >= t || (held === 1 && p >= t - release)) ? 1 : 0;
    out.target[i] = held === 1 ? w * (p > t ? least + ((1 - least) * (p - t)) / (1 - t) : least) : 0;
  }
  s.held = held;
}
