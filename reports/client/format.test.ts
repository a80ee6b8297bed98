import { expect, it } from "vitest";
import {
  baseOf,
  formatHold,
  formatMoney,
  formatNumber,
  formatPercent,
  formatSigned,
  formatSignificant,
  formatUtc,
  isoOf,
} from "./format.js";

it("separates thousands and never shows a minus before nothing", () => {
  expect(formatNumber(1_234_567.891)).toBe("1,234,567.89");
  expect(formatNumber(-0.001)).toBe("0.00");
  expect(formatSigned(0.001)).toBe("0.00");
  expect([formatSigned(12.5), formatSigned(-12.5)]).toEqual(["+12.50", "-12.50"]);
  expect([formatMoney(9_999.5), formatMoney(10_000.5)]).toEqual(["9,999.50", "10,001"]);
});

it("keeps the digits of small prices", () => {
  expect(formatSignificant(0.000_012_345)).toBe("0.000012345");
  expect(formatPercent(0.012_34, 1)).toBe("1.2%");
});

it("shows a dash for what is not known", () => {
  const nan = Number.NaN;
  expect([
    formatNumber(nan),
    formatPercent(nan),
    formatSignificant(nan),
    formatUtc(nan),
    formatHold(nan),
  ]).toEqual(Array.from({ length: 5 }, () => "–"));
  expect(isoOf(nan)).toBe("");
});

it("tells times in UTC and spans in their natural unit", () => {
  expect(formatUtc(Date.UTC(2021, 2, 4, 5))).toBe("2021-03-04 05:00");
  expect([0.5, 5, 47.5, 48, 75.2].map(formatHold)).toEqual(["30 min", "5 h", "47.5 h", "2 d", "3 d 3 h"]);
});

it("takes a symbol without a quote for its base", () => {
  expect([baseOf("BTC/USD"), baseOf("BTC")]).toEqual(["BTC", "BTC"]);
});
