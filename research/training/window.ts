import { FathomError } from "../../engine/errors.ts";
import { DAY, MINUTE } from "../../engine/market/bars.ts";
import { type DowntimeSettings, downtime, phaseAt, timeOfDay } from "../../engine/market/downtime.ts";

/** Whether a training at `now` (ms UTC) needs its force. */
export function isForced(settings: DowntimeSettings, now: number, force: boolean): boolean {
  return force && phaseAt(downtime(settings), now) !== "DOWNTIME";
}

/**
 * Training is for the daily downtime, [03:00, 05:00) UTC by default, while nothing trades.
 * @throws FathomError E_TRAIN_WINDOW outside of it, unless forced.
 */
export function requireOpen(settings: DowntimeSettings, now: number, force: boolean): void {
  if (force || phaseAt(downtime(settings), now) === "DOWNTIME") return;
  const { start, end } = settings;
  const midnight = now - timeOfDay(now);
  const today = midnight + start * MINUTE;
  const next = today > now ? today : today + DAY;
  throw new FathomError(
    "E_TRAIN_WINDOW",
    `train: it is ${minuteOf(now)} UTC, expected a time in the downtime [${clock(start)}, ${clock(end)}) UTC; ` +
      `begin at ${minuteOf(next)} UTC, or force it, which the audit log will tell`,
    { now, next },
  );
}

const minuteOf = (ms: number) => new Date(ms).toISOString().slice(0, 16).replace("T", " ");

/** "03:00" of a minute of the day. */
const clock = (minute: number) =>
  [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0")).join(":");
