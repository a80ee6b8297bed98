import type { BarColumns } from "./bars.ts";
import { DAY } from "./bars.ts";

/** 2011-01-01: no exchange that is read here has a real bar before it. */
const EARLIEST = 1_293_840_000_000;
/** 2009-01-01: daily files carry backfilled rows from before the exchange opened. */
const EARLIEST_DAILY = 1_230_768_000_000;

/** The door's state: plain data, one for each series. */
export interface BarCheck {
  /** Length of a bar, ms. */
  readonly interval: number;
  /** Greatest open time let in, ms UTC. */
  readonly latest: number;
  readonly earliest: number;
  /** Open time of the last row that passed, -Infinity before the first. */
  last: number;
}

/** Why a row was turned away. `field` names the column, `expected` says what would have passed. */
export interface BarFault {
  readonly code: string;
  readonly field: "time" | "open" | "high" | "low" | "close" | "volume";
  readonly expected: string;
}

export const PASSED = 0;
/** The two faults of order, which an importer settles by sorting. */
export const DUPLICATE = 1;
export const OUT_OF_ORDER = 2;
const TIME_NUMBER = 3;
const TIME_RANGE = 4;
const TIME_GRID = 5;
const NUMBER = 6;
const PRICE = 11;
const VOLUME = 15;
const HIGH = 16;
const LOW = 17;

const FIELDS = ["open", "high", "low", "close", "volume"] as const;

const fault = (code: string, field: BarFault["field"], expected: string): BarFault => ({
  code,
  field,
  expected,
});

const FAULTS: readonly (BarFault | undefined)[] = [
  undefined,
  fault("E_DATA_DUPLICATE", "time", "a time later than the row before"),
  fault("E_DATA_ORDER", "time", "a time later than the row before"),
  fault("E_DATA_NOT_NUMBER", "time", "a finite number of ms"),
  fault("E_DATA_RANGE", "time", "a time from 2011 (daily bars: 2009) to a day from now"),
  fault("E_DATA_GRID", "time", "the open of a bar: a whole multiple of the interval, UTC"),
  ...FIELDS.map((field) => fault("E_DATA_NOT_NUMBER", field, "a finite number")),
  ...FIELDS.slice(0, 4).map((field) => fault("E_DATA_RANGE", field, "a price above 0")),
  fault("E_DATA_RANGE", "volume", "a volume of 0 or more"),
  fault("E_DATA_OHLC_ORDER", "high", "high at or above open, close and low"),
  fault("E_DATA_OHLC_ORDER", "low", "low at or below open and close"),
];

/** A fresh door for bars of `interval` ms. `now` is the time of day, ms UTC: nothing opens a day after it. */
export function barCheck(interval: number, now: number): BarCheck {
  return {
    interval,
    latest: now + DAY,
    earliest: interval >= DAY ? EARLIEST_DAILY : EARLIEST,
    last: Number.NEGATIVE_INFINITY,
  };
}

/**
 * The door: checks one bar and returns PASSED or the number of its fault (see `barFault`). `time` is the
 * bar's open, ms UTC. Finite numbers; prices above 0; volume 0 or more; low <= open, close <= high; time
 * within [earliest, latest], on the interval's grid and later than the row before. Only a row that passes
 * moves the state.
 */
export function checkBar(
  check: BarCheck,
  time: number,
  open: number,
  high: number,
  low: number,
  close: number,
  volume: number,
): number {
  // Written so that NaN fails every comparison: the usual row costs these three lines.
  const inRange = time >= check.earliest && time <= check.latest && time % check.interval === 0;
  const priced = low > 0 && low <= open && low <= close && high >= open && high >= close && high < Infinity;
  if (inRange && priced && volume >= 0 && volume < Infinity && time > check.last) {
    check.last = time;
    return PASSED;
  }
  if (!Number.isFinite(time)) return TIME_NUMBER;
  if (!Number.isFinite(open)) return NUMBER;
  if (!Number.isFinite(high)) return NUMBER + 1;
  if (!Number.isFinite(low)) return NUMBER + 2;
  if (!Number.isFinite(close)) return NUMBER + 3;
  if (!Number.isFinite(volume)) return NUMBER + 4;
  if (time < check.earliest || time > check.latest) return TIME_RANGE;
  if (time % check.interval !== 0) return TIME_GRID;
  if (open <= 0) return PRICE;
  if (high <= 0) return PRICE + 1;
  if (low <= 0) return PRICE + 2;
  if (close <= 0) return PRICE + 3;
  if (volume < 0) return VOLUME;
  if (high < open || high < close || high < low) return HIGH;
  if (low > open || low > close) return LOW;
  return time === check.last ? DUPLICATE : OUT_OF_ORDER;
}

/** What the number of a fault means. */
export function barFault(number: number): BarFault {
  const found = FAULTS[number];
  if (found === undefined) throw new RangeError(`barFault: ${number} is no fault`);
  return found;
}

/**
 * Checks rows [0, rows) of columns (`time` = open, ms UTC) and continues where the last call stopped.
 * Returns the first row at fault with the fault's number, or undefined when all passed.
 */
export function checkBars(
  check: BarCheck,
  bars: BarColumns & { readonly time: Float64Array },
  rows: number,
): { readonly row: number; readonly fault: number } | undefined {
  const { time, open, high, low, close, volume } = bars;
  for (let row = 0; row < rows; row++) {
    const found = checkBar(check, time[row], open[row], high[row], low[row], close[row], volume[row]);
    if (found !== PASSED) return { row, fault: found };
  }
  return undefined;
}
