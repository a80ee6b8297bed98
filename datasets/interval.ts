import { DAY, HOUR, MINUTE } from "../engine/market/bars.ts";

/** Kraken's intervals; every one of them divides the day or is whole days. */
const INTERVALS = [1, 5, 15, 30, 60, 240, 720, 1440, 10080, 21600].map((minutes) => minutes * MINUTE);
const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY };

/** "60" (minutes, as Kraken writes it), "15m", "1h", "1d" as ms; undefined when it is no interval of bars. */
export function parseInterval(text: string): number | undefined {
  const m = /^([1-9]\d{0,4})([mhdw]?)$/.exec(text);
  if (m === null) return undefined;
  const ms = Number(m[1]) * UNITS[m[2] === "" ? "m" : m[2]];
  return INTERVALS.includes(ms) || (m[2] !== "" && (DAY % ms === 0 || ms % DAY === 0)) ? ms : undefined;
}

/** 3600000 as "1h": the longest unit in which an interval is whole. */
export function formatInterval(ms: number): string {
  for (const unit of ["d", "h", "m"]) if (ms % UNITS[unit] === 0) return `${ms / UNITS[unit]}${unit}`;
  return `${ms}ms`;
}
