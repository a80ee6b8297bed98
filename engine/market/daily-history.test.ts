import { expect, it } from "vitest";
import { drive } from "../drive.ts";
import type { Column, Slots } from "../kernel.ts";
import { createPlan } from "../plan.ts";
import { column } from "../test-data.ts";
import { BAR_FIELDS, type BarColumns } from "./bars.ts";
import { addDailyHistory } from "./daily-history.ts";

const DAYS = 30;

const ROWS = 80;
const close = column(ROWS, (i) => 100 + 10 * Math.sin(i) + i);
const volume = column(ROWS, (i) => 1000 + ((i * 7919) % 997));

function run(): { deviation: Column; volume: Column } {
  const plan = createPlan();
  const bars = Object.fromEntries(BAR_FIELDS.map((f) => [f, plan.input(f)])) as Slots<BarColumns>;
  const slots = addDailyHistory(plan, "BTC", bars, DAYS);
  const d = drive(plan, ROWS);
  d.feed(close, bars.close);
  d.feed(volume, bars.volume);
  const kept = { deviation: d.keep(slots.deviation), volume: d.keep(slots.volume) };
  d.go();
  return kept;
}

it("is the standard deviation (ddof 1) of the last 30 daily returns", () => {
  const { deviation } = run();
  expect(deviation.findIndex((x) => x === x)).toBe(DAYS); // 30 returns need 31 closes
  for (let i = DAYS; i < ROWS; i++) {
    const returns = Array.from({ length: 30 }, (_, k) => close[i - k] / close[i - k - 1] - 1);
    const mean = returns.reduce((a, b) => a + b) / 30;
    const variance = returns.reduce((a, r) => a + (r - mean) ** 2, 0) / 29;
    expect(deviation[i]).toBeCloseTo(Math.sqrt(variance), 12);
  }
});

it("is the median volume of the last 30 days, the mean of the two in the middle", () => {
  const found = run().volume;
  for (let i = DAYS - 1; i < ROWS; i++) {
    const sorted = [...volume.subarray(i - 29, i + 1)].sort((a, b) => a - b);
    expect(found[i]).toBe((sorted[14] + sorted[15]) / 2);
  }
});
