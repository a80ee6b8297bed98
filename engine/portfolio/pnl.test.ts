import { expect, it } from "vitest";
import { runScenario } from "./harness.test-data.ts";

it("adds P&L by strategy up to the change of equity", () => {
  const price = (i: number) => 100 + 8 * Math.sin(i / 5);
  const owner = (i: number) => Math.floor(i / 17) % 3;
  const { pnl, equity } = runScenario({
    rows: 300,
    pairs: [
      { open: price, close: (i) => price(i + 1), high: 120, low: 80, owner, target: (i) => (i % 11) / 220 },
      {
        owner: (i) => 2 - owner(i),
        target: (i) => (i % 7) / 140,
        close: (i) => price(2 * i),
        high: 120,
        low: 80,
      },
    ],
    config: { risk: { correlation: 1, correlation_present: 0 } },
  });
  for (let i = 0; i < 300; i++) {
    expect(pnl[0][i] + pnl[1][i] + pnl[2][i]).toBeCloseTo(equity[i] - 100_000, 6);
  }
  expect(equity[299]).not.toBe(100_000);
});

it("adds up too where one strategy's exit sells what another took over meanwhile", () => {
  const price = (i: number) => 100 + 2 * i;
  const { pnl, equity, quantity } = runScenario({
    rows: 6,
    pairs: [
      {
        open: price,
        close: price,
        high: 120,
        low: 80,
        target: (i) => (i < 2 ? 0.05 : 0),
        owner: (i) => (i < 2 ? 0 : i < 3 ? -1 : 1),
        volume: (i) => (i === 3 ? 0 : 1e6), // the exit of row 2 waits a bar
      },
    ],
  });
  expect([quantity[0][3] > 0, quantity[0][4]]).toEqual([true, 0]);
  expect(pnl[1][4]).toBeGreaterThan(0);
  for (let i = 0; i < 6; i++) expect(pnl[0][i] + pnl[1][i]).toBeCloseTo(equity[i] - 100_000, 6);
});
