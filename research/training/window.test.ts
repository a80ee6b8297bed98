import fc from "fast-check";
import { expect, it } from "vitest";
import { DAY, HOUR } from "../../engine/market/bars.ts";
import { downtimeSettings } from "../../engine/market/downtime.ts";
import { isForced, requireOpen } from "./window.ts";

const usual = downtimeSettings.parse({});
const at = (text: string) => Date.parse(`${text}Z`);

it("training may begin from 03:00 on and before 05:00, and at no other time", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: DAY - 1 }), fc.integer({ min: 0, max: 20_000 }), (t, day) => {
      const attempt = () => requireOpen(usual, day * DAY + t, false);
      if (t >= 3 * HOUR && t < 5 * HOUR) attempt();
      else expect(attempt).toThrow(expect.objectContaining({ code: "E_TRAIN_WINDOW" }));
    }),
  );
});

it("the refusal says what time it is and when the next window begins", () => {
  expect(() => requireOpen(usual, at("2026-01-01T02:59:59.999"), false)).toThrow(
    /it is 2026-01-01 02:59 UTC, expected a time in the downtime \[03:00, 05:00\) UTC; begin at 2026-01-01 03:00 UTC/,
  );
  expect(() => requireOpen(usual, at("2026-12-31T05:00:00"), false)).toThrow(/begin at 2027-01-01 03:00 UTC/);
});

it("the window is config's", () => {
  const own = downtimeSettings.parse({ start: 60, end: 90 });
  requireOpen(own, at("2026-01-01T01:29:59"), false);
  expect(() => requireOpen(own, at("2026-01-01T03:30:00"), false)).toThrow(/\[01:00, 01:30\)/);
});

it("force opens it, and counts as force only where it was needed", () => {
  requireOpen(usual, at("2026-01-01T12:00:00"), true);
  expect(isForced(usual, at("2026-01-01T12:00:00"), true)).toBe(true);
  expect(isForced(usual, at("2026-01-01T04:00:00"), true)).toBe(false);
  expect(isForced(usual, at("2026-01-01T12:00:00"), false)).toBe(false);
});
