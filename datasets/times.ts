import { DAY } from "../engine/market/bars.ts";

/** How a file writes time: epoch in one of four units, or RFC 3339 with a zone. */
export type TimeUnit = "s" | "ms" | "us" | "ns" | "rfc3339";
const EPOCH_UNITS = ["s", "ms", "us", "ns"] as const;

/** 2009-01-01, before the first bar of any series. */
const FIRST = 1_230_768_000_000n;

const PER_MS: Readonly<Record<string, bigint>> = { ms: 1n, us: 1_000n, ns: 1_000_000n };

/**
 * A whole number of epoch as ms in a unit, exact also beyond 2^53; undefined when it has a fraction of a ms or
 * lies outside [2009-01-01, now + 1 d]. A number lies inside for at most one unit.
 */
export function epochToMs(text: string, unit: TimeUnit, now: number): number | undefined {
  const value = BigInt(text);
  const per = PER_MS[unit];
  const ms = per === undefined ? value * 1000n : value / per;
  if (per !== undefined && value % per !== 0n) return undefined;
  return ms >= FIRST && ms <= BigInt(Math.floor(now)) + BigInt(DAY) ? Number(ms) : undefined;
}

/** The unit in which a whole number is a time from 2009 to a day from now. */
export const unitOf = (text: string, now: number): TimeUnit | undefined =>
  EPOCH_UNITS.find((unit) => epochToMs(text, unit, now) !== undefined);

export const isWhole = (text: string): boolean => /^(0|[1-9]\d{0,29})$/.test(text);

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:(Z)|([+-])(\d\d):(\d\d))$/;
const DATE = /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}/;

/** Whether text is meant as a calendar time. */
export const looksLikeDate = (text: string): boolean => DATE.test(text);

/** RFC 3339 with a zone as ms UTC; undefined for anything else, local times and days that do not exist included. */
export function rfc3339ToMs(text: string): number | undefined {
  const m = RFC3339.exec(text);
  if (m === null) return undefined;
  const [year, month, day, hour, minute, second] = m.slice(1, 7).map(Number);
  const fraction = (m[7] ?? "").padEnd(9, "0");
  if (hour > 23 || minute > 59 || second > 59 || !fraction.endsWith("000000")) return undefined;
  const local = Date.UTC(year, month - 1, day, hour, minute, second, Number(fraction.slice(0, 3)));
  if (new Date(local).getUTCDate() !== day || new Date(local).getUTCMonth() !== month - 1) return undefined;
  if (m[8] === "Z") return local;
  const [hours, minutes] = [Number(m[10]), Number(m[11])];
  if (hours > 23 || minutes > 59) return undefined;
  const offset = (hours * 60 + minutes) * 60_000;
  return m[9] === "+" ? local - offset : local + offset;
}
