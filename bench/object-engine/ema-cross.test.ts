import { expect, test } from "vitest";
import { runObjectEmaCross } from "./ema-cross.ts";

test("a cross buys everything at the next open and sells it at the open after the averages cross back", () => {
  // EMA 1 is the close; EMA 2 starts as (10 + 10) / 2 and is pulled by 2/3
  const close = [10, 10, 13, 16, 10, 10];
  const open = [10, 10, 11, 20, 15, 16];
  const { equity, trades } = runObjectEmaCross({ open, close }, 1, 2, 0.01);
  const quantity = 100_000 / (20 * 1.01);
  const cash = quantity * 16 * 0.99;
  expect(trades).toEqual([
    { entryBar: 3, entryPrice: 20, exitBar: 5, exitPrice: 16, quantity, profit: cash - 100_000 },
  ]);
  expect(equity).toEqual([100_000, 100_000, 100_000, quantity * 16, quantity * 10, cash]);
});
