import { expect, it } from "vitest";
import { feeSettings } from "../../engine/market/fee-schedule.ts";
import { EXAMPLE } from "./example-run.test-data.ts";
import { runFigures } from "./figures.ts";
import { tablesOf } from "./tables.ts";
import { testReplay } from "./test-replay.ts";

const done = testReplay(EXAMPLE);
const tables = tablesOf(done, runFigures(done, { pairs: [], fees: feeSettings.parse({}) }));

it("names every table of a run", () => {
  expect(tables.map((t) => t.name)).toEqual([
    "columns",
    "daily",
    "orders",
    "fills",
    "cancels",
    "refusals",
    "round-trips",
    "bars",
  ]);
  for (const { rows, columns, name } of tables) {
    expect(
      columns.map((c) => c.column.length),
      name,
    ).toEqual(columns.map(() => rows));
  }
});

it("tells days by strategy and by pair under their names", () => {
  const daily = tables[1];
  expect(daily.rows).toBe(4);
  expect(daily.columns.map((c) => c.name)).toEqual([
    "time",
    "equity",
    "return",
    "drawdown",
    "buyAndHold",
    "scaled",
    "exposure",
    "sharpe90",
    "volatility90",
    "exposure.Up",
    "exposure.Down",
    "pnl.Up",
    "pnl.Down",
    "pnl.BTC",
    "pnl.ETH",
  ]);
  const at = (name: string) => daily.columns.find((c) => c.name === name)?.column[2];
  expect(at("pnl.Up")).toBeCloseTo(42, 10);
  expect(at("pnl.ETH")).toBeCloseTo(-20.5, 10);
  expect(at("exposure.Down")).toBeCloseTo((100 / 1016.5 + 80 / 1018.5) / 2, 12);
});
