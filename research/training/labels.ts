import { z } from "zod";
import { returnStd } from "../../engine/indicators/return-std.ts";
import type { BarColumns } from "../../engine/market/bars.ts";
import { wholeBars } from "../../engine/market-view.ts";
import { fraction, hours, ratio } from "../../engine/settings.ts";

/*
 * Labels look ahead by nature. Nothing in engine/ may import this file: a decision that could see it would be worth nothing.
 */

export const labelSettings = z.strictObject({
  horizon: hours(96, "A label looks so far ahead"),
  window: hours(240, "Span of the returns whose standard deviation sets the barriers", 2),
  multiple: ratio(1, "Barrier = multiple * standard deviation * sqrt(bars of the horizon)", 1e-3, 100),
  least: fraction(0.03, "Rows whose barrier is below this are dropped, and a median below it is refused"),
});

export type LabelSettings = z.infer<typeof labelSettings>;
export type LabelInput = z.input<typeof labelSettings>;

/** Why a row has no label. */
export const NO_LABEL = ["warm-up", "unfinished", "not traded", "narrow"] as const;
export type NoLabel = (typeof NO_LABEL)[number];

/** One pair's labels by row of its decision bars. */
export interface PairLabels {
  /** -1 where the row has a label, else an index into NO_LABEL. */
  readonly missing: Int8Array;
  /** Distance of the barriers, a fraction of the entry price; NaN in the warm-up. */
  readonly width: Float64Array;
  /** 1 the upper barrier was touched first, -1 the lower, 0 neither. */
  readonly outcome: Int8Array;
  /** 1 positive, 0 negative. */
  readonly label: Uint8Array;
  /** Row of the close at which the label is known; -1 where there is none. */
  readonly end: Int32Array;
}

/**
 * Triple-barrier labels: decided at a row's close, entered at the next open; barriers at entry * (1 +- width), width =
 * multiple * s * sqrt(H), s the standard deviation (ddof 1) of the simple returns of `window` that end with the
 * decision's close; the closes of H bars are looked at, the entry bar's first; touched at >= or <=. Positive where the
 * upper barrier is touched first, or where neither is and the last close is above the entry.
 *
 * A row has no label while s is unknown; where fewer than H bars follow, though a barrier may be touched in
 * them (only quick ends would be kept there); where the entry bar has volume 0: nobody could have entered; and
 * where the barriers are nearer than `least`. A narrow row's label is filled in all the same.
 * @param bars decision bars: NaN before the listing, then finite. @param interval their length, ms.
 * @throws FathomError E_CFG_SPAN for spans that are no whole number of bars.
 */
export function tripleBarrier(bars: BarColumns, interval: number, settings: LabelSettings): PairLabels {
  const { open, close, volume } = bars;
  const rows = close.length;
  const horizon = wholeBars(settings.horizon, interval, "labels.horizon");
  const width = deviations(close, wholeBars(settings.window, interval, "labels.window"));
  const root = Math.sqrt(horizon);
  const [WARM_UP, UNFINISHED, NOT_TRADED, NARROW] = [0, 1, 2, 3];
  const missing = new Int8Array(rows);
  const outcome = new Int8Array(rows);
  const label = new Uint8Array(rows);
  const end = new Int32Array(rows).fill(-1);
  for (let i = 0; i < rows; i++) {
    const w = settings.multiple * width[i] * root;
    width[i] = w;
    if (w !== w) missing[i] = WARM_UP;
    else if (i + horizon >= rows) missing[i] = UNFINISHED;
    else if (volume[i + 1] === 0) missing[i] = NOT_TRADED;
    else {
      missing[i] = w < settings.least ? NARROW : -1;
      const entry = open[i + 1];
      const upper = entry * (1 + w);
      const lower = entry * (1 - w);
      const last = i + horizon;
      let j = i + 1;
      while (j < last && close[j] < upper && close[j] > lower) j++;
      const c = close[j];
      outcome[i] = c >= upper ? 1 : c <= lower ? -1 : 0;
      label[i] = outcome[i] === 1 || (outcome[i] === 0 && c / entry - 1 > 0) ? 1 : 0;
      end[i] = j;
    }
  }
  return { missing, width, outcome, label, end };
}

/** Standard deviation of the last n simple returns, by the engine's own kernel. */
function deviations(close: Float64Array, n: number): Float64Array {
  const y = new Float64Array(close.length);
  const kernel = returnStd(n);
  kernel.advance(kernel.init(), { x: close }, { y }, close.length);
  return y;
}
