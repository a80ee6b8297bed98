import { z } from "zod";
import { FathomError } from "../errors.ts";
import { DAY, MINUTE } from "./bars.ts";

const minuteOfDay = (fallback: number, description: string) =>
  z.number().int().min(0).max(1440).default(fallback).meta({ unit: "minute of the UTC day", description });

/** The daily window, UTC, in which no order is sent. */
export const downtimeSettings = z
  .strictObject({
    start: minuteOfDay(180, "DOWNTIME begins (03:00)"),
    end: minuteOfDay(300, "DOWNTIME ends; this very minute trades again (05:00)"),
    transition: z
      .number()
      .int()
      .min(0)
      .max(1440)
      .default(15)
      .meta({ unit: "min", description: "TRANSITION before it: open orders are cancelled, no entries" }),
  })
  .check((ctx) => {
    const { start, end, transition } = ctx.value;
    if (start >= end) {
      ctx.issues.push({
        code: "custom",
        input: ctx.value,
        path: ["start"],
        message: `must be before end, found start ${start} and end ${end}`,
      });
    }
    if (transition > start) {
      ctx.issues.push({
        code: "custom",
        input: ctx.value,
        path: ["transition"],
        message: `must not reach into the day before, found ${transition} with start ${start}`,
      });
    }
  });

export type DowntimeSettings = z.infer<typeof downtimeSettings>;

export const PHASES = ["TRADING", "TRANSITION", "DOWNTIME"] as const;

/** The window in ms of the UTC day: no entries in [quietFrom, end), no orders at all in [start, end). */
export interface Downtime {
  readonly quietFrom: number;
  readonly start: number;
  readonly end: number;
}

export function downtime(settings: DowntimeSettings): Downtime {
  return {
    quietFrom: (settings.start - settings.transition) * MINUTE,
    start: settings.start * MINUTE,
    end: settings.end * MINUTE,
  };
}

/** Time of the UTC day in ms, also before 1970. */
export function timeOfDay(time: number): number {
  return time - Math.floor(time / DAY) * DAY;
}

/** The phase at `time`; half-open: 03:00:00.000 is DOWNTIME, 05:00:00.000 is TRADING. */
export function phaseAt(window: Downtime, time: number): (typeof PHASES)[number] {
  if (!Number.isFinite(time)) {
    throw new FathomError("E_TIME", `downtime: time must be ms UTC, found ${time}`);
  }
  const t = timeOfDay(time);
  if (t >= window.end || t < window.quietFrom) return "TRADING";
  return t < window.start ? "TRANSITION" : "DOWNTIME";
}

/** Whether entries are refused at a close at `time`. */
export function isQuiet(window: Downtime, time: number): boolean {
  return phaseAt(window, time) !== "TRADING";
}

/** Whether a TRANSITION began in (from, to]: an order that lived through it is cancelled. */
export function transitionBegan(window: Downtime, from: number, to: number): boolean {
  return Math.floor((to - window.quietFrom) / DAY) > Math.floor((from - window.quietFrom) / DAY);
}
