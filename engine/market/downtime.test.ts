import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE, SECOND } from "./bars.ts";
import { downtime, downtimeSettings, isQuiet, phaseAt, timeOfDay, transitionBegan } from "./downtime.ts";

const window = downtime(downtimeSettings.parse({}));

/** Days on which calendars go wrong: leap day, year ends, the epoch, the day before it, changes of clocks. */
const DAYS = [
  "2024-02-29",
  "2023-12-31",
  "2024-01-01",
  "1970-01-01",
  "1969-12-31",
  "2024-03-10",
  "2024-11-03",
];
const BOUNDARIES = [
  { at: "02:45", before: "TRADING", after: "TRANSITION" },
  { at: "03:00", before: "TRANSITION", after: "DOWNTIME" },
  { at: "05:00", before: "DOWNTIME", after: "TRADING" },
] as const;

const zone = process.env.TZ;
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

describe.each(["UTC", "America/New_York", "Asia/Kathmandu"])("under TZ=%s", (tz) => {
  it.each(DAYS)("changes phase at the very millisecond on %s", (day) => {
    process.env.TZ = tz;
    // the zone is in force: New York is never at 0, Kathmandu not on a full hour
    expect(new Date(Date.UTC(2024, 0, 1)).getTimezoneOffset()).toBe(
      { UTC: 0, "America/New_York": 300, "Asia/Kathmandu": -345 }[tz],
    );
    const wrong: string[] = [];
    for (const { at, before, after } of BOUNDARIES) {
      const boundary = Date.parse(`${day}T${at}:00.000Z`);
      for (let ms = -5 * SECOND; ms <= 5 * SECOND; ms++) {
        const phase = phaseAt(window, boundary + ms);
        const quiet = isQuiet(window, boundary + ms);
        const expected = ms < 0 ? before : after;
        if (phase !== expected || quiet !== (expected !== "TRADING")) wrong.push(`${at} ${ms} ms: ${phase}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

/** The phase of each minute of a day, written down minute by minute. */
function minuteModel(start: number, end: number, transition: number): string[] {
  const phases = new Array<string>(1440).fill("TRADING");
  for (let m = start - transition; m < start; m++) phases[m] = "TRANSITION";
  for (let m = start; m < end; m++) phases[m] = "DOWNTIME";
  return phases;
}

const settings = fc
  .tuple(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: 1, max: 1440 }), fc.nat(1439))
  .map(([a, length, t]) => ({
    start: a,
    end: a + length > 1440 ? 1440 : a + length,
    transition: t > a ? a : t,
  }));
const moment = fc.integer({ min: Date.UTC(1969, 0, 1), max: Date.UTC(2100, 0, 1) });

it("agrees with a model of the day's minutes at any time, for any window", () => {
  fc.assert(
    fc.property(settings, moment, (s, time) => {
      const parsed = downtime(downtimeSettings.parse(s));
      const date = new Date(time);
      const expected = minuteModel(s.start, s.end, s.transition)[
        date.getUTCHours() * 60 + date.getUTCMinutes()
      ];
      expect(phaseAt(parsed, time)).toBe(expected);
      expect(isQuiet(parsed, time)).toBe(expected !== "TRADING");
    }),
    { numRuns: 1000 },
  );
});

it("agrees with the model on every minute of a week", () => {
  const model = minuteModel(180, 300, 15);
  for (let m = 0; m < 7 * 1440; m++) {
    const time = Date.UTC(2024, 1, 26) + m * MINUTE;
    for (const ms of [0, MINUTE - 1]) expect(phaseAt(window, time + ms)).toBe(model[m % 1440]);
  }
});

it("counts time of day from UTC midnight, also before 1970", () => {
  expect(timeOfDay(Date.UTC(2024, 1, 29, 13, 5, 7, 9))).toBe(13 * HOUR + 5 * MINUTE + 7 * SECOND + 9);
  expect(timeOfDay(-1)).toBe(DAY - 1);
  expect(timeOfDay(-DAY)).toBe(0);
});

it("sees a transition begin in the bars that contain 02:45, their close included", () => {
  const day = Date.UTC(2024, 1, 29);
  const quarter = day + 165 * MINUTE;
  expect(transitionBegan(window, quarter - 1, quarter)).toBe(true);
  expect(transitionBegan(window, quarter - HOUR, quarter - 1)).toBe(false);
  expect(transitionBegan(window, quarter, quarter + HOUR)).toBe(false); // it began before this bar
  expect(transitionBegan(window, day + 2 * HOUR, day + 3 * HOUR)).toBe(true);
  expect(transitionBegan(window, day, day + DAY)).toBe(true);
});

it("sees a transition begin in exactly those bars in which a minute-by-minute walk meets it", () => {
  const start = Date.UTC(2023, 11, 31);
  const bar = fc.constantFrom(1, 5, 15, 30, 60, 240, 1440);
  fc.assert(
    fc.property(settings, bar, fc.nat(2880), (s, minutes, at) => {
      const w = downtime(downtimeSettings.parse(s));
      let met = false;
      for (let m = 1; m <= minutes; m++) met ||= (at + m) % 1440 === s.start - s.transition;
      const from = start + at * MINUTE;
      expect(transitionBegan(w, from, from + minutes * MINUTE)).toBe(met);
    }),
    { numRuns: 500 },
  );
});

it("refuses a time that is no number", () => {
  for (const time of [Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => phaseAt(window, time)).toThrow(/time must be ms UTC, found/);
  }
});

it("refuses a window that ends before it begins, and a transition from the day before, with both values", () => {
  const messages = (s: object) => downtimeSettings.safeParse(s).error?.issues.map((i) => i.message);
  expect(messages({ start: 300, end: 180 })).toEqual(["must be before end, found start 300 and end 180"]);
  expect(messages({ start: 180, end: 180 })).toHaveLength(1);
  expect(messages({ start: 10 })).toEqual(["must not reach into the day before, found 15 with start 10"]);
});
