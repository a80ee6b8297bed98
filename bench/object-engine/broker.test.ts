import { expect, test } from "vitest";
import { defaultConfig } from "../../engine/config.ts";
import { DAY, HOUR } from "../../engine/market/bars.ts";
import { Account } from "./account.ts";
import type { Row } from "./bar.ts";
import { Broker, type OrderRequest } from "./broker.ts";
import type { PairStatistics } from "./pair-statistics.ts";

const NOON = Date.UTC(2020, 5, 1, 12);
const calm = { deviation: 0, dailyDeviation: 0, dailyVolume: 1000 } as PairStatistics;
const entry: OrderRequest = {
  time: NOON,
  pair: "BTC",
  strategy: "Recovery",
  side: "buy",
  kind: "entry",
  quantity: 0.1,
  price: 20_000,
  target: 2000,
};

function setUp(cash = 100_000) {
  const account = new Account(cash);
  return { account, broker: new Broker(defaultConfig(), account, HOUR) };
}

function rowAt(time: number, volume: number, open = 20_000): Row {
  return new Map([["BTC", { time, open, high: open, low: open, close: open, volume }]]);
}

test("a calm buy pays the half-spread and 0.26 %", () => {
  const { broker } = setUp();
  broker.submit(entry, calm);
  broker.onOpen(rowAt(NOON + HOUR, 100));
  // 20000 * 1.0001 = 20002; 2000.2 * 0.0026 = 5.20052
  expect(broker.fills).toEqual([
    {
      time: NOON,
      pair: "BTC",
      strategy: "Recovery",
      side: "buy",
      quantity: 0.1,
      price: 20_002,
      fee: 5.20052,
    },
  ]);
});

test("drift and impact move the price against the order, by hand", () => {
  const { broker } = setUp();
  const order = broker.submit(entry, {
    deviation: 0.01,
    dailyDeviation: 0.03,
    dailyVolume: 1000,
  } as PairStatistics);
  order.latency = 360; // sqrt(360 ms / 1 h) = 0.01
  broker.onOpen(rowAt(NOON + HOUR, 100));
  // 0.0001 + 0.399 * 0.01 * 0.01 + 2/3 * 0.03 * sqrt(0.1 / 1000) = 0.0001 + 0.0000399 + 0.0002
  expect(broker.fills[0].price).toBe(20_006.8); // 20006.798 up to the tick
});

test("one slice a bar of at most a tenth of its volume, and none without volume", () => {
  const { broker } = setUp();
  const order = broker.submit(entry, calm);
  broker.onOpen(rowAt(NOON + HOUR, 0.4));
  broker.onClose(NOON + HOUR);
  broker.onOpen(rowAt(NOON + 2 * HOUR, 0));
  broker.onClose(NOON + 2 * HOUR);
  broker.onOpen(rowAt(NOON + 3 * HOUR, 0.5));
  expect(broker.fills.map((fill) => fill.quantity)).toEqual([0.04, 0.05]);
  broker.onClose(NOON + 3 * HOUR);
  expect(order).toMatchObject({ remaining: 0.01, status: "expired" });
});

test("every open order ends at the close of a bar in which 02:45 falls", () => {
  const { broker } = setUp();
  const night = Date.UTC(2020, 5, 1, 1);
  const order = broker.submit({ ...entry, time: night }, calm);
  broker.onClose(night + HOUR);
  expect(order.status).toBe("open");
  broker.onClose(night + 2 * HOUR);
  expect(order.status).toBe("downtime");
});

test("a buy never spends more than the cash, and its rest is cancelled", () => {
  const { account, broker } = setUp(1000);
  const order = broker.submit(entry, calm);
  broker.onOpen(rowAt(NOON + HOUR, 100));
  expect(account.cash).toBeGreaterThanOrEqual(0);
  expect(account.cash).toBeLessThan(0.001);
  expect(order.status).toBe("no cash");
});

test("own volume of 50,000 in 30 days earns the next fee tier", () => {
  const { account, broker } = setUp();
  account.buy(NOON - DAY, "BTC", "Recovery", 2.5, 20_000, 0, 1e8);
  broker.submit(entry, calm);
  broker.onOpen(rowAt(NOON + HOUR, 100));
  expect(broker.fills[0].fee).toBe(4.80048); // 2000.2 * 0.0024
});
