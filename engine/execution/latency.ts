import { z } from "zod";
import { MINUTE } from "../market/bars.ts";
import { milliseconds } from "../settings.ts";

export const latencySettings = z
  .strictObject({
    min: milliseconds(50, "Least time from decision to arrival"),
    max: milliseconds(500, "Greatest time from decision to arrival"),
  })
  .check((ctx) => {
    const { min, max } = ctx.value;
    if (min > max) {
      ctx.issues.push({
        code: "custom",
        input: ctx.value,
        message: `min must not exceed max, found min ${min} and max ${max}`,
      });
    }
  });

/** murmur3's 32-bit finaliser: a bijection that spreads every bit (Appleby, MurmurHash3). */
export function fmix32(h: number): number {
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Latency of an order in ms, uniform in [min, max): a counter-based hash of (seed, pair, minute of the
 * decision's close), so that neither block size nor a restart changes it.
 */
export function latency(
  settings: z.infer<typeof latencySettings>,
  seed: number,
  universeIndex: number,
  close: number,
): number {
  const minute = Math.floor(close / MINUTE);
  const h = fmix32(fmix32(fmix32(seed) ^ universeIndex) ^ minute);
  return settings.min + ((settings.max - settings.min) * h) / 4294967296;
}
