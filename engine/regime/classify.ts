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

/** The settings as the rows need them: levels on and off, gaps, shares of a high. */
interface Bounds {
  readonly l20: number;
  readonly l30: number;
  readonly l40: number;
  readonly off20: number;
  readonly off30: number;
  readonly off40: number;
  readonly beyond: number;
  readonly inside: number;
  readonly fallen: number;
  readonly held: number;
  readonly sure: number;
  readonly dwellRows: number;
  readonly recoveryRows: number;
}

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
  const { levels, release, trend, sure, decline, panic_hold: panicHold } = settings;
  const { beyond, inside } = trend;
  const { risk_on: l20, risk_off: l30, panic: l40 } = levels;
  const bounds: Bounds = {
    l20,
    l30,
    l40,
    off20: release * l20,
    off30: release * l30,
    off40: release * l40,
    beyond,
    inside,
    fallen: 1 - decline,
    held: 1 - panicHold,
    sure,
    dwellRows,
    recoveryRows,
  };
  return {
    name: "classify",
    params: { l20, l30, l40, release, beyond, inside, decline, panicHold, sure, dwellRows, recoveryRows },
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
    advance: (s, input, out, rows) => classifyRows(bounds, s, input, out, rows),
  };
}

function classifyRows(
  bounds: Bounds,
  s: ClassifyState,
  { close, index, gap, high }: In,
  out: Out,
  rows: number,
): void {
  const { l20, l30, l40, off20, off30, off40, beyond, inside, fallen, held, dwellRows, recoveryRows } =
    bounds;
  const { regime, confidence, recovery, indexPeak } = out;
  let { regime: now, dwell, on20, on30, on40, up, down, panicHigh, indexPeak: peak, sinceLeft } = s;
  for (let i = 0; i < rows; i++) {
    const x = index[i];
    const g = gap[i];
    const h = high[i];
    // a trigger runs from the first row of its own input: NaN leaves it as it is
    on20 = x > l20 ? 1 : x < off20 ? 0 : on20;
    on30 = x > l30 ? 1 : x < off30 ? 0 : on30;
    on40 = x > l40 ? 1 : x < off40 ? 0 : on40;
    up = g > beyond ? 1 : g < inside ? 0 : up;
    down = g < -beyond ? 1 : g > -inside ? 0 : down;
    if (x !== x || g !== g || h !== h) {
      regime[i] = confidence[i] = recovery[i] = indexPeak[i] = Number.NaN;
      continue;
    }
    const c = close[i];
    const before = now;
    if (before === PANIC && c > panicHigh) panicHigh = c;

    const isSharp = on40 === 1 && c <= fallen * h;
    const holds = before === PANIC && x >= off40 && c <= held * panicHigh;
    const calm = on20 === 0 && up === 1 ? RISK_ON : NEUTRAL;
    const next = isSharp || holds ? PANIC : on30 + down > 0 ? RISK_OFF : calm;
    dwell++;
    if (next !== before && (before < 0 || next === PANIC || dwell >= dwellRows)) {
      now = next;
      dwell = 0;
      if (next === PANIC) panicHigh = h;
    }
    if (now >= RISK_OFF) sinceLeft = -1;
    else if (before >= RISK_OFF) sinceLeft = 0;
    else if (sinceLeft >= 0) sinceLeft++;
    peak = now === PANIC && before === PANIC && peak > x ? peak : x;

    regime[i] = now;
    recovery[i] = sinceLeft >= 0 && sinceLeft < recoveryRows ? 1 : 0;
    indexPeak[i] = peak;
    confidence[i] = confidenceOf(bounds, x, g);
  }
  s.regime = now;
  s.dwell = dwell;
  s.on20 = on20;
  s.on30 = on30;
  s.on40 = on40;
  s.up = up;
  s.down = down;
  s.panicHigh = panicHigh;
  s.indexPeak = peak;
  s.sinceLeft = sinceLeft;
}

/** How far index and trend are from where the regime would change, in [0, 1]. */
function confidenceOf({ l20, l30, l40, beyond, sure }: Bounds, x: number, g: number): number {
  const d20 = Math.abs(x - l20);
  const d30 = Math.abs(x - l30);
  const d40 = Math.abs(x - l40);
  let d = d20 < d30 ? d20 : d30;
  d = d < d40 ? d : d40;
  const byIndex = d < sure ? d / sure : 1;
  const off = Math.abs(Math.abs(g) - beyond);
  const byTrend = off < beyond ? off / beyond : 1;
  return byIndex < byTrend ? byIndex : byTrend;
}
