import { expect, it } from "vitest";
import { FEE_WINDOW, feeSettings, feeTier } from "./fee-schedule.ts";

const settings = feeSettings.parse({});
const BEFORE = Date.UTC(2023, 7, 31, 23, 59, 59, 999);
const FROM = Date.UTC(2023, 8, 1);

/** Kraken's AssetPairs as recorded 2025-11 (and in 2023 below 50k): volume in USD, maker and taker in percent. */
const TIERS = [
  [0, 0.25, 0.4],
  [10_000, 0.2, 0.35],
  [50_000, 0.14, 0.24],
  [100_000, 0.12, 0.22],
  [250_000, 0.1, 0.2],
  [500_000, 0.08, 0.18],
  [1_000_000, 0.06, 0.16],
  [2_500_000, 0.04, 0.14],
  [5_000_000, 0.02, 0.12],
  [10_000_000, 0, 0.1],
];
const OLDER = [[0, 0.16, 0.26], ...TIERS.slice(2)];

const percent = (x: number) => Math.round(x * 1e6) / 1e4;

it.each([
  { name: "until 2023-09-01", time: BEFORE, tiers: OLDER },
  { name: "from 2023-09-01 on", time: FROM, tiers: TIERS },
])("gives each tier from its volume on, $name", ({ time, tiers }) => {
  for (const [k, [volume, maker, taker]] of tiers.entries()) {
    const end = tiers[k + 1]?.[0] ?? 1e12;
    for (const v of [volume, (volume + end) / 2, end - 0.01]) {
      const tier = feeTier(settings, time, v);
      expect([v, percent(tier.maker), percent(tier.taker)]).toEqual([v, maker, taker]);
    }
  }
});

it("changes schedule at 2023-09-01 00:00:00.000 UTC, not a millisecond before", () => {
  expect(feeTier(settings, BEFORE, 0).taker).toBe(0.0026);
  expect(feeTier(settings, FROM, 0).taker).toBe(0.004);
  expect(feeTier(settings, FROM - 0.5, 0).taker).toBe(0.0026);
});

it("holds the oldest schedule for all time before, and the newest for all time after", () => {
  expect(feeTier(settings, 0, 0).taker).toBe(0.0026);
  expect(feeTier(settings, -1e15, 0).taker).toBe(0.0026);
  expect(feeTier(settings, Date.UTC(2100, 0, 1), 0).taker).toBe(0.004);
});

it("looks back 30 days", () => {
  expect(FEE_WINDOW).toBe(30 * 86_400_000);
});

it("refuses an empty schedule, at the door and in use", () => {
  expect(feeSettings.safeParse({ schedule: [] }).error?.issues[0].message).toMatch(/must not be empty/);
  expect(feeSettings.safeParse({ schedule: [{ from: 0, tiers: [] }] }).success).toBe(false);
  expect(() => feeTier({ schedule: [] }, FROM, 0)).toThrow(/expected at least one from volume 0/);
});

it("refuses periods and tiers out of order, and tiers that do not start at 0, with the values found", () => {
  const tier = (volume: number) => ({ volume, maker: 0, taker: 0.001 });
  const messages = (schedule: unknown) =>
    feeSettings.safeParse({ schedule }).error?.issues.map((i) => i.message);
  expect(
    messages([
      { from: 5, tiers: [tier(0)] },
      { from: 4, tiers: [tier(0)] },
    ]),
  ).toEqual(["periods must be in order of their from, found 5, 4"]);
  expect(messages([{ from: 0, tiers: [tier(10)] }])).toEqual([
    "tiers must start at volume 0 and rise, found 10",
  ]);
  expect(messages([{ from: 0, tiers: [tier(0), tier(9), tier(9)] }])).toEqual([
    "tiers must start at volume 0 and rise, found 0, 9, 9",
  ]);
});
