import { HOUR } from "../../engine/market/bars.ts";
import { RULES } from "../../engine/risk/limits.ts";
import type { TestRun } from "./test-replay.ts";

const MONDAY = Date.UTC(2024, 0, 1);

/** Two pairs, seven bars of 12 h, the first close at 12:00; both strategies make a round trip, one stays open. */
export const EXAMPLE: TestRun = {
  interval: 12 * HOUR,
  start: MONDAY + 12 * HOUR,
  symbols: ["BTC", "ETH"],
  strategies: ["Up", "Down"],
  closes: [
    [100, 100, 110, 121, 110, 110, 110],
    [10, 10, 10, 8, 8, 9, 10],
  ],
  cash: 1000,
  regime: [0, 0, 2, 2, 0, 0, 0],
  halted: [0, 0, 0, 1, 1, 0, 1],
  fills: [
    // buys 2 BTC at 101 (open 100), fee 1: costs 1 + 2
    {
      row: 1,
      pair: 0,
      strategy: 0,
      side: 1,
      quantity: 2,
      price: 101,
      fee: 1,
      halfSpread: 0.004,
      drift: 0.003,
      impact: 0.002,
    },
    // buys 10 ETH at 10, fee 0.5
    { row: 2, pair: 1, strategy: 1, side: 1, quantity: 10, price: 10, fee: 0.5 },
    // sells 2 BTC at 120 (open 121), fee 2, flagged: costs 2 + 2
    { row: 4, pair: 0, strategy: 0, side: -1, quantity: 2, price: 120, fee: 2, impact: 1 / 121, flagged: 1 },
    // sells 4 of 10 ETH at 8, fee 0.5
    { row: 5, pair: 1, strategy: 1, side: -1, quantity: 4, price: 8, fee: 0.5 },
  ],
  refusals: [
    { row: 1, pair: 1, strategy: 1, rule: RULES.indexOf("correlation"), value: 50 },
    { row: 2, pair: 1, strategy: 1, rule: RULES.indexOf("downtime"), value: 70 },
    { row: 3, pair: 1, strategy: 1, rule: RULES.indexOf("correlation"), value: 30 },
  ],
};
// cash   1000  797  696.5  696.5  934.5  966   966
// held      0  200  320    322     80     54    60
// equity 1000  997 1016.5 1018.5 1014.5 1020  1026
