import { z } from "zod";
import type { Column, Kernel } from "../kernel.ts";
import { days, fraction, hours, points } from "../settings.ts";
import { trendSettings } from "./trend.ts";
import { volatilityIndexSettings } from "./volatility-index.ts";

/** The regime column holds an index into this list. */
export const REGIMES = ["RISK_ON", "NEUTRAL", "RISK_OFF", "PANIC"] as const;
export type Regime = (typeof REGIMES)[number];
const [RISK_ON, NEUTRAL, RISK_OFF, PANIC] = [0, 1, 2, 3];

const levels = z
  .strictObject({
    risk_on: points(20, "RISK_ON needs the index below this"),
    risk_off: points(30, "RISK_OFF above this"),
    panic: points(40, "PANIC above this, with a sharp decline"),
  })
  .check((ctx) => {
    const { risk_on, risk_off, panic } = ctx.value;
    if (!(risk_on < risk_off && risk_off < panic)) {
      ctx.issues.push({
        code: "custom",
        input: ctx.value,
        message: `must rise from risk_on over risk_off to panic, found ${risk_on}, ${risk_off}, ${panic}`,
      });
    }
  });

const contents = z.strictObject({
  reference: z
    .string()
    .default("BTC")
    .meta({ unit: "symbol", description: "Pair that index, trend and beta are measured on" }),
  source: z
    .enum(["computed", "VIX", "DVOL"])
    .default("computed")
    .meta({ unit: "name", description: "Where the index comes from: the reference's returns or a file" }),
  source_scale: z
    .strictObject({
      VIX: z.number().gt(0).default(1).meta({ unit: "ratio", description: "Index points per VIX point" }),
      DVOL: z
        .number()
        .gt(0)
        .default(0.25)
        .meta({ unit: "ratio", description: "Index points per DVOL point" }),
    })
    .prefault({}),
  stale_after: days(5, "Age at which an outside index refuses entries"),
  mapping: z
    .enum(["none", "quantile3y"])
    .default("none")
    .meta({ unit: "name", description: "Map the index by its rank in three trailing years" }),
  index: volatilityIndexSettings.prefault({}),
  levels: levels.prefault({}),
  release: fraction(0.9, "A level is left below this share of it"),
  trend: trendSettings.prefault({}).check((ctx) => {
    const { beyond, inside, fast, slow } = ctx.value;
    if (inside > beyond) {
      ctx.issues.push({
        code: "custom",
        input: ctx.value,
        message: `inside must not exceed beyond, found inside ${inside} and beyond ${beyond}`,
      });
    }
    if (fast >= slow) {
      ctx.issues.push({
        code: "custom",
        input: ctx.value,
        message: `fast must be shorter than slow, found fast ${fast} h and slow ${slow} h`,
      });
    }
  }),
  decline: fraction(0.15, "A sharp decline is this far below the highest close"),
  decline_window: hours(168, "of this span"),
  panic_hold: fraction(0.075, "PANIC holds while the close is this far below its highest close"),
  dwell: hours(72, "Least time in a regime; PANIC is entered at once"),
  recovery: days(14, "Length of the recovery phase after RISK_OFF or PANIC"),
  sure: points(
    5,
    "Distance of the index from the nearest level at which it takes nothing from confidence",
    0.01,
  ),
});

export const regimeSettings = contents.check((ctx) => {
  const { panic_hold, decline } = ctx.value;
  if (panic_hold > decline) {
    ctx.issues.push({
      code: "custom",
      input: ctx.value,
      message: `panic_hold must not exceed decline, or PANIC ends where it begins: found panic_hold ${panic_hold} and decline ${decline}`,
    });
  }
});

export type RegimeSettings = z.infer<typeof regimeSettings>;

export type ClassifyState = {
  regime: number;
  /** Rows since the regime began, capped by use only. */
  dwell: number;
  on20: number;
  on30: number;
  on40: number;
  up: number;
  down: number;
  panicHigh: number;
  indexPeak: number;
  sinceLeft: number;
};

type In = { close: Column; index: Column; gap: Column; high: Column };
type Out = { regime: Column; confidence: Column; recovery: Column; indexPeak: Column };

/**
 * The market's regime at each row, by the first match of PANIC, RISK_OFF, RISK_ON, NEUTRAL, with
 * Schmitt triggers on every level and a least dwell. Inputs: the reference's close, the index (points),
 * the trend gap, and the highest close of the decline window, this row included. Outputs: regime (index
 * into REGIMES), confidence in [0, 1], recovery (1 in the recovery phase), and the index's peak in the
 * running PANIC episode (the index itself outside one). No lookback of its own; finite once known.
 * @param dwellRows least rows in a regime; @param recoveryRows rows of the recovery phase.
 */
export function classify(
  settings: RegimeSettings,
  dwellRows: number,
  recoveryRows: number,
): Kernel<In, Out, ClassifyState> {
  const { levels: level, release, trend, sure } = settings;
  const { beyond, inside } = trend;
  const fallen = 1 - settings.decline;
  const held = 1 - settings.panic_hold;
  const { risk_on: l20, risk_off: l30, panic: l40 } = level;
  return {
    name: "classify",
    params: {
      l20,
      l30,
      l40,
      release,
      beyond,
      inside,
      decline: settings.decline,
      panicHold: settings.panic_hold,
      sure: settings.sure,
      dwellRows,
      recoveryRows,
    },
    lookback: 0,
    writes: { regime: "regime", confidence: "confidence", recovery: "recovery", indexPeak: "indexPeak" },
    init: () => ({
      regime: -1,
      dwell: 0,
      on20: 0,
      on30: 0,
      on40: 0,
      up: 0,
      down: 0,
      panicHigh: 0.1,
      indexPeak: 0.1,
      sinceLeft: -1,
    }),
    advance(s, { close, index, gap, high }, out, rows) {
      for (let i = 0; i < rows; i++) {
        const x = index[i];
        const g = gap[i];
        const h = high[i];
        // a trigger runs from the first row of its own input: NaN leaves it as it is
        s.on20 = x > l20 ? 1 : x < release * l20 ? 0 : s.on20;
        s.on30 = x > l30 ? 1 : x < release * l30 ? 0 : s.on30;
        s.on40 = x > l40 ? 1 : x < release * l40 ? 0 : s.on40;
        s.up = g > beyond ? 1 : g < inside ? 0 : s.up;
        s.down = g < -beyond ? 1 : g > -inside ? 0 : s.down;
        if (x !== x || g !== g || h !== h) {
          out.regime[i] = out.confidence[i] = out.recovery[i] = out.indexPeak[i] = Number.NaN;
          continue;
        }
        const c = close[i];
        if (s.regime === PANIC && c > s.panicHigh) s.panicHigh = c;

        const sharp = s.on40 === 1 && c <= fallen * h;
        const holds = s.regime === PANIC && x >= release * l40 && c <= held * s.panicHigh;
        const next =
          sharp || holds
            ? PANIC
            : s.on30 + s.down > 0
              ? RISK_OFF
              : s.on20 === 0 && s.up === 1
                ? RISK_ON
                : NEUTRAL;
        const before = s.regime;
        s.dwell++;
        if (next !== before && (before < 0 || next === PANIC || s.dwell >= dwellRows)) {
          s.regime = next;
          s.dwell = 0;
          if (next === PANIC) s.panicHigh = h;
        }
        if (s.regime >= RISK_OFF) s.sinceLeft = -1;
        else if (before >= RISK_OFF) s.sinceLeft = 0;
        else if (s.sinceLeft >= 0) s.sinceLeft++;
        s.indexPeak = s.regime === PANIC && before === PANIC && s.indexPeak > x ? s.indexPeak : x;

        out.regime[i] = s.regime;
        out.recovery[i] = s.sinceLeft >= 0 && s.sinceLeft < recoveryRows ? 1 : 0;
        out.indexPeak[i] = s.indexPeak;
        out.confidence[i] = confidence(x, g);
      }
    },
  };

  function confidence(x: number, g: number): number {
    const d20 = Math.abs(x - l20);
    const d30 = Math.abs(x - l30);
    const d40 = Math.abs(x - l40);
    let d = d20 < d30 ? d20 : d30;
    d = d < d40 ? d : d40;
    const byIndex = d < sure ? d / sure : 1;
    const off = Math.abs(Math.abs(g) - beyond) / beyond;
    const byTrend = off < 1 ? off : 1;
    return byIndex < byTrend ? byIndex : byTrend;
  }
}
