import { expect, it } from "vitest";
import type { StoredTable } from "../research/runs/read-run.ts";
import { heldHeight } from "./held-height.ts";

const daily = (columns: Record<string, number[]>): StoredTable =>
  ({ numbers: (name: string) => Float64Array.from(columns[name]) }) as StoredTable;

it("says how many times the height of the other lines buy-and-hold takes, from more than three times on", () => {
  const equity = [100, 110, 95];
  const scaled = [100, 105, 115]; // the two reach from 95 to 115
  expect(heldHeight(daily({ equity, scaled, buyAndHold: [100, 155, 120] }))).toBeNull();
  expect(heldHeight(daily({ equity, scaled, buyAndHold: [100, 156, 120] }))).toBe(61 / 20);
  expect(heldHeight(daily({ equity, scaled, buyAndHold: [100, 55, 295] }))).toBe(12);
});

it("leaves buy-and-hold where there is nothing to compare it with", () => {
  expect(heldHeight(daily({ equity: [], scaled: [], buyAndHold: [] }))).toBeNull();
  const flat = [100, 100];
  expect(heldHeight(daily({ equity: flat, scaled: flat, buyAndHold: [100, 900] }))).toBeNull();
  expect(
    heldHeight(daily({ equity: flat, scaled: [100, 101], buyAndHold: [Number.NaN, Number.NaN] })),
  ).toBeNull();
});
