import { expect, it } from "vitest";
import { date, finePercent, moment, money, percent, price, ratio, shown, span, whole } from "./format.ts";

it("shows fractions as percent, groups thousands and never a negative zero", () => {
  expect([
    percent(0.1234),
    percent(-0.0001),
    finePercent(0.00356),
    money(-1234.5),
    ratio(-0.001),
    whole(26280),
  ]).toEqual(["12.3%", "0.0%", "0.356%", "-1,234.50", "0.00", "26,280"]);
});

it.each([
  [48_025.6, "48,025.60"],
  [2.392514, "2.392514"],
  [0.0074530312, "0.00745303"],
  [0, "0.00"],
])("shows the price %d as %s", (x, text) => {
  expect(price(x)).toBe(text);
});

it("shows times in UTC, of ms and of ISO texts", () => {
  expect([date(Date.UTC(2021, 1, 3, 23)), moment("2021-02-03T04:05:06.000Z")]).toEqual([
    "2021-02-03",
    "2021-02-03 04:05",
  ]);
});

it("hands a figure or interval without value on with its reason", () => {
  expect(shown({ value: null, why: "no fills" }, ratio)).toMatchObject({ why: "no fills" });
  expect(span({ low: null, high: null, why: "too few days" }, ratio)).toMatchObject({ why: "too few days" });
  expect(span({ low: -1, high: 2.345 }, ratio)).toBe("-1.00 to 2.35");
});
