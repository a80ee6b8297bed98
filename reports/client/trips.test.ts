import { expect, it } from "vitest";
import { HOSTILE, runOf, sampleRun } from "./page.test-data.ts";
import { filterTrips, outcomeOf, sortTrips, sumOf, tripColumns, tripsCsv } from "./trips.js";

const run = runOf(sampleRun({ trips: 40, points: 1200 }));
const { trips } = run;
const all = filterTrips(trips, {});
const column = (key: string) => tripColumns(run).find((c) => c.key === key)!;

it("lets everything pass without a filter", () => {
  expect(all).toEqual(Array.from({ length: 40 }, (_, i) => i));
});

it("filters by pair, strategy, outcome, P&L and day of entry, together", () => {
  expect(filterTrips(trips, { pair: 2 })).toEqual([2, 7, 12, 17, 22, 27, 32, 37]);
  expect(filterTrips(trips, { pair: 2, strategy: 1 })).toEqual([7, 22, 37]);
  expect(filterTrips(trips, { outcome: "open" })).toEqual([39]);
  const won = filterTrips(trips, { outcome: "won" });
  const lost = filterTrips(trips, { outcome: "lost" });
  expect([...won, ...lost, 39].sort((a, b) => a - b)).toEqual(all);
  expect(won.every((i) => trips.pnl[i] > 0)).toBe(true);
  const bound = trips.pnl[3];
  expect(filterTrips(trips, { pnlMin: bound, pnlMax: bound })).toEqual([3]);
  const from = trips.entryTime[10];
  expect(filterTrips(trips, { from, to: from + 1 })).toEqual([10, 11, 12, 13, 14]);
});

it("calls a trip without a gain lost, as the figures do", () => {
  const flat = runOf({ trips: { pnl: Float64Array.of(0, 1), open: Float64Array.of(0, 1) } }).trips;
  expect([outcomeOf(flat, 0), outcomeOf(flat, 1)]).toEqual(["lost", "open"]);
});

it("sorts stably both ways, with the unknown last", () => {
  const values = [2, Number.NaN, 1, 2, 1];
  const order = (direction: 1 | -1) => sortTrips([0, 1, 2, 3, 4], (i) => values[i], direction);
  expect(order(1)).toEqual([2, 4, 0, 3, 1]);
  expect(order(-1)).toEqual([0, 3, 2, 4, 1]);
});

it("sorts names by alphabet, not by code", () => {
  const sorted = sortTrips(all, column("pair").value, 1).map((i) => run.pairs[trips.pair[i]]);
  expect(sorted).toEqual([...sorted].sort());
});

it("adds up the P&L of what is shown", () => {
  expect(sumOf(trips, [1, 4])).toBe(trips.pnl[1] + trips.pnl[4]);
});

it("exports what is shown: a head, numbers in full, text made harmless", () => {
  const lines = tripsCsv(tripColumns(run), [3, 5]).split("\r\n");
  expect(lines).toHaveLength(4);
  expect(lines[0].startsWith("trip,pair,strategy,entryTime")).toBe(true);
  expect(HOSTILE[2]).toBe('=HYPERLINK("x")');
  expect(lines[1].startsWith(`4,"'=HYPERLINK(""x"")",TrendFollower,2021-`)).toBe(true);
  expect(lines[1]).toContain(String(trips.pnl[3]));
});
