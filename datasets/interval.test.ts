import { expect, test } from "vitest";
import { DAY, HOUR, MINUTE } from "../engine/market/bars.ts";
import { formatInterval, parseInterval } from "./interval.ts";

test.each([
  ["60", HOUR],
  ["1440", DAY],
  ["21600", 15 * DAY],
  ["15m", 15 * MINUTE],
  ["1h", HOUR],
  ["2d", 2 * DAY],
  ["1w", 7 * DAY],
])("%s is the length of a bar", (text, ms) => {
  expect(parseInterval(text)).toBe(ms);
});

test.each(["", "0", "1", "7", "7m", "5h", "1H", "1 h", "-1h", "1.5h", "1x", "60s", "100000"])(
  "%j is taken only where it is one of Kraken's minutes or divides the day",
  (text) => {
    expect(parseInterval(text)).toBe(text === "1" ? MINUTE : undefined);
  },
);

test.each([
  [MINUTE, "1m"],
  [90 * MINUTE, "90m"],
  [4 * HOUR, "4h"],
  [7 * DAY, "7d"],
  [1500, "1500ms"],
])("%d ms are shown as %s", (ms, text) => {
  expect(formatInterval(ms)).toBe(text);
});
