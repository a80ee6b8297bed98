import { z } from "zod";
import { FathomError } from "../errors.ts";
import { DAY } from "./bars.ts";

const rate = (of: string) =>
  z
    .number()
    .min(0)
    .max(0.1)
    .meta({ unit: "fraction", description: `Fee of ${of}, by notional` });

const tier = z.strictObject({
  volume: z
    .number()
    .min(0)
    .meta({ unit: "USD", description: "Least 30-day volume of the account for this tier" }),
  maker: rate("an order that rested"),
  taker: rate("an order that traded at once"),
});

const period = z.strictObject({
  from: z.number().meta({ unit: "ms UTC", description: "First moment at which these tiers hold" }),
  tiers: z.array(tier).min(1, "must have at least one tier"),
});

const t = (volume: number, maker: number, taker: number) => ({ volume, maker, taker });

// Kraken's 30-day USD volume tiers. From 50k on both schedules agree. Source: AssetPairs as recorded in
// 2023 (older) and 2025-11 (newer); where a date between is unknown the dearer one stands.
const from50k = [
  t(50_000, 0.0014, 0.0024),
  t(100_000, 0.0012, 0.0022),
  t(250_000, 0.001, 0.002),
  t(500_000, 0.0008, 0.0018),
  t(1_000_000, 0.0006, 0.0016),
  t(2_500_000, 0.0004, 0.0014),
  t(5_000_000, 0.0002, 0.0012),
  t(10_000_000, 0, 0.001),
];
const SEPTEMBER_2023 = 1_693_526_400_000;

const krakenSchedule = [
  { from: -8.64e15, tiers: [t(0, 0.0016, 0.0026), ...from50k] },
  { from: SEPTEMBER_2023, tiers: [t(0, 0.0025, 0.004), t(10_000, 0.002, 0.0035), ...from50k] },
];

export const feeSettings = z.strictObject({
  schedule: z
    .array(period)
    .min(1, "must not be empty: without a schedule no fill has a fee")
    .default(krakenSchedule)
    .check((ctx) => {
      const rises = (a: number[]) => a.every((x, k) => k === 0 || a[k - 1] < x);
      const periods = ctx.value;
      const starts = periods.map((p) => p.from);
      if (!rises(starts)) {
        ctx.issues.push({
          code: "custom",
          input: periods,
          message: `periods must be in order of their from, found ${starts.join(", ")}`,
        });
      }
      for (const p of periods) {
        const volumes = p.tiers.map((x) => x.volume);
        if (volumes[0] !== 0 || !rises(volumes)) {
          ctx.issues.push({
            code: "custom",
            input: periods,
            message: `tiers must start at volume 0 and rise, found ${volumes.join(", ")}`,
          });
        }
      }
    })
    .meta({ unit: "fraction of notional by 30-day USD volume", description: "Dated maker and taker tiers" }),
});

export type FeeSettings = z.infer<typeof feeSettings>;
export type FeeTier = z.infer<typeof tier>;

export const FEE_WINDOW = 30 * DAY;

/** The tier in force at `time` (ms UTC) for an account with this 30-day USD volume. */
export function feeTier(settings: FeeSettings, time: number, volume: number): FeeTier {
  const { schedule } = settings;
  let p = schedule.length - 1;
  while (p > 0 && time < schedule[p].from) p--;
  const tiers = schedule[p]?.tiers;
  if (tiers === undefined || tiers.length === 0) {
    throw new FathomError(
      "E_FEE_SCHEDULE",
      "fees.schedule: found no tier, expected at least one from volume 0",
    );
  }
  let k = tiers.length - 1;
  while (k > 0 && volume < tiers[k].volume) k--;
  return tiers[k];
}
