import { z } from "zod";
import { zScore } from "../indicators/z-score.ts";
import type { Column, Kernel } from "../kernel.ts";
import { hours } from "../settings.ts";
import { type Market, perPair, type Strategy } from "./strategy.ts";

const sd = (fallback: number, description: string) =>
  z.number().min(-100).max(100).default(fallback).meta({ unit: "standard deviations", description });

export const meanReversionSettings = z
  .strictObject({
    window: hours(72, "Window of the mean and the standard deviation, and longest holding time"),
    entry: sd(-2, "Enters below this z-score"),
    floor: sd(-4, "but not below this; leaves below it"),
    target: sd(0, "Leaves at or above this"),
    full: sd(-3, "z-score at which the desire is 1"),
    least_bars: z
      .number()
      .int()
      .min(2)
      .default(6)
      .meta({ unit: "bars", description: "The window must hold this many bars, else the strategy is off" }),
  })
  .check((ctx) => {
    const { entry, floor, target, full } = ctx.value;
    // an entry above 0 would want a negative desire
    if (!(floor < entry && entry <= 0 && entry < target && full < 0)) {
      ctx.issues.push({
        code: "custom",
        input: ctx.value,
        message: `must hold floor < entry < target, entry <= 0 and full < 0, found floor ${floor}, entry ${entry}, target ${target}, full ${full}`,
      });
    }
  });

export type MeanReversionSettings = z.infer<typeof meanReversionSettings>;
export type MeanReversionState = { desire: number; age: number; barred: number };

/**
 * Buys a dip: at floor <= z < entry, desire min(1, z / full), fixed at entry. Leaves at z >= target, at
 * z < floor, or after `longest` rows; after the last two there is no entry until z >= target was seen.
 */
export function meanReversion(
  settings: Pick<MeanReversionSettings, "entry" | "floor" | "target" | "full">,
  longest: number,
): Kernel<{ z: Column }, { desire: Column }, MeanReversionState> {
  const { entry, floor, target, full } = settings;
  return {
    name: "mean-reversion",
    params: { entry, floor, target, full, longest },
    lookback: 0,
    writes: { desire: "meanReversion" },
    init: () => ({ desire: 0.1 - 0.1, age: 0, barred: 0 }),
    advance: (s, input, output, rows) => revert(entry, floor, target, full, longest, s, input, output, rows),
  };
}

function revert(
  entry: number,
  floor: number,
  target: number,
  full: number,
  longest: number,
  s: MeanReversionState,
  { z: score }: { z: Column },
  { desire }: { desire: Column },
  rows: number,
): void {
  let { desire: d, age, barred } = s;
  for (let i = 0; i < rows; i++) {
    const z = score[i];
    if (z !== z) {
      desire[i] = Number.NaN;
      continue;
    }
    if (z >= target) {
      d = 0;
      barred = 0;
    } else if (d > 0) {
      age++;
      if (z < floor || age >= longest) {
        d = 0;
        barred = 1;
      }
    } else if (barred === 0 && z < entry && z >= floor) {
      const share = z / full;
      d = share < 1 ? share : 1;
      age = 0;
    }
    desire[i] = d;
  }
  s.desire = d;
  s.age = age;
  s.barred = barred;
}

export function meanReversionStrategy(settings: MeanReversionSettings): Strategy {
  const window = (m: Market) => m.bars(settings.window, "strategies.mean_reversion.window");
  return {
    ...perPair("MeanReversion", 1, (m, { symbol, bars }) => {
      const n = window(m);
      const { y: z } = m.plan.add(zScore(n), { x: bars.close }, symbol);
      return m.plan.add(meanReversion(settings, n), { z }, symbol).desire;
    }),
    off(m) {
      const n = window(m);
      return n < settings.least_bars
        ? `its ${settings.window} h hold ${n} bars, and it needs ${settings.least_bars}`
        : undefined;
    },
  };
}
