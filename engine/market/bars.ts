import type { Column } from "../kernel.ts";

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The five columns of one pair's bars, in quote currency and base units. */
export type BarColumns = {
  readonly open: Column;
  readonly high: Column;
  readonly low: Column;
  readonly close: Column;
  readonly volume: Column;
};

export const BAR_FIELDS = ["open", "high", "low", "close", "volume"] as const;

/**
 * Bars of one pair as stored: only bars that the exchange reported, in time order.
 * `time` is the exchange's open time, ms UTC; `trades` is NaN where the source has none.
 */
export interface Bars extends BarColumns {
  readonly symbol: string;
  /** Length of a bar, ms. */
  readonly interval: number;
  readonly time: Column;
  readonly trades: Column;
}

/**
 * Several pairs on one UTC grid. `time` is the close of each row, ms UTC: the moment a row can be
 * acted on. A pair is NaN before its listing and finite from then on; holes are flat bars of volume 0.
 */
export interface Panel {
  /** Length of a bar, ms. */
  readonly interval: number;
  readonly time: Column;
  readonly symbols: readonly string[];
  readonly pairs: readonly BarColumns[];
  /** Outside volatility series joined at its publication times: value and age in ms, or none. */
  readonly outside?: { readonly value: Column; readonly age: Column };
}
