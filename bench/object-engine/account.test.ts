import { expect, test } from "vitest";
import { DAY } from "../../engine/market/bars.ts";
import { Account } from "./account.ts";

const LOTS = 1e8;

test("a sale takes the oldest lots first and shares a lot's fee by quantity", () => {
  const account = new Account(1000);
  account.buy(0, "BTC", "Recovery", 1, 100, 1, LOTS);
  account.buy(1, "BTC", "Recovery", 1, 110, 2, LOTS);
  account.sell(2, "BTC", 1.5, 120, 3, LOTS);
  expect(account.cash).toBe(1000 - 101 - 112 + 180 - 3);
  expect(account.realisedByPrice).toBeCloseTo(1 * 20 + 0.5 * 10, 10);
  expect(account.realisedAfterFees).toBeCloseTo(25 - (1 + 0.5 * 2 + 3), 10);
  expect(account.position("BTC").lots).toEqual([{ quantity: 0.5, price: 110, fee: 1 }]);
});

test("a position is exactly flat after decimal buys that binary sums miss", () => {
  const account = new Account(1000);
  account.buy(0, "BTC", "Recovery", 0.1, 100, 0, LOTS);
  account.buy(0, "BTC", "Recovery", 0.2, 100, 0, LOTS);
  account.sell(1, "BTC", 0.3, 100, 0, LOTS);
  expect(account.position("BTC")).toMatchObject({ quantity: 0, lots: [], holder: "" });
});

test("the strategy whose order entered holds the pair until it is flat", () => {
  const account = new Account(1000);
  account.buy(0, "BTC", "Recovery", 1, 100, 0, LOTS);
  account.buy(1, "BTC", "MeanReversion", 1, 100, 0, LOTS);
  expect(account.position("BTC").holder).toBe("Recovery");
});

test("own volume counts the fills of the last 30 days, buys and sells", () => {
  const account = new Account(1000);
  account.buy(0, "BTC", "Recovery", 1, 100, 0, LOTS);
  account.sell(10 * DAY, "BTC", 1, 120, 0, LOTS);
  expect(account.recentVolume(30 * DAY)).toBe(220);
  expect(account.recentVolume(30 * DAY + 1)).toBe(120);
});
