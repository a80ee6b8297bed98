import fc from "fast-check";
import { expect, it } from "vitest";
import { synthetic } from "../../datasets/load.ts";
import { panelFromBars } from "../../datasets/panel.ts";
import { krakenHourly, usdtHourly } from "../../datasets/real-bars.test-data.ts";
import { engineConfig } from "../../engine/config.ts";
import { type LiveRow, panelRows } from "../../engine/live/row.ts";
import { HOUR, MINUTE, type Panel } from "../../engine/market/bars.ts";
import { replay } from "../../engine/replay.ts";
import { createSystem } from "../../engine/system.ts";
import { parity } from "./parity.ts";

function compared(panel: Panel, given: object, rows?: Iterable<LiveRow>) {
  const config = engineConfig.parse(given);
  const build = () => createSystem({ config, symbols: panel.symbols, interval: panel.interval });
  return parity(build(), panel, replay(build(), panel), { rows });
}

const usdt = usdtHourly();
it.skipIf(usdt === undefined)("replay and live runner are identical on ten real pairs over two years", () => {
  const panel = panelFromBars(usdt ?? [], { from: Date.UTC(2020, 8, 22) + HOUR, to: Date.UTC(2022, 9, 11) });
  expect(compared(panel, { execution: { volume_scale: 0.025 } })).toMatchObject({
    verdict: "identical",
    rows: panel.time.length,
  });
});

const kraken = krakenHourly();
it.skipIf(kraken === undefined)("replay and live runner are identical on ten years of Kraken's XBT", () => {
  const panel = panelFromBars(kraken ?? []);
  expect(compared(panel, {})).toMatchObject({ verdict: "identical", rows: panel.time.length });
});

const drawn = fc.record({
  seed: fc.integer({ min: 0, max: 1e6 }),
  interval: fc.constantFrom(15 * MINUTE, 30 * MINUTE, HOUR, 4 * HOUR),
  config: fc.record({
    seed: fc.integer({ min: 0, max: 1e6 }),
    execution: fc.record({
      volume_scale: fc.constantFrom(1, 0.02, 0.0005),
      price: fc.constantFrom("modelled", "worst", "best"),
    }),
    risk: fc.record({
      correlation: fc.double({ min: 0.1, max: 0.99, noNaN: true }),
      drawdown: fc.constantFrom(0.01, 0.05, 0.2),
    }),
    account: fc.record({ initial_cash: fc.constantFrom(2000, 20_000, 1e6) }),
  }),
});

it("replay and live runner are identical on drawn markets, bar lengths and configs", () => {
  let orders = 0;
  fc.assert(
    fc.property(drawn, ({ seed, interval, config }) => {
      const { panel } = synthetic({
        seed,
        interval,
        rows: Math.min(12_000, (2600 * HOUR) / interval),
        pairs: ["BTC", "ETH", "SOL"],
      });
      const found = compared(panel, config);
      orders += found.orders;
      expect(found.difference).toBeNull();
    }),
    { numRuns: 60 },
  );
  expect(orders).toBeGreaterThan(500);
});

it("a row that reaches the runner late, changed or swapped is caught wherever it lies", () => {
  const { panel } = synthetic({ seed: 3, rows: 3000, pairs: ["BTC", "ETH"] });
  const rows = [...panelRows(panel)];
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2990 }),
      fc.constantFrom("late", "close", "swapped"),
      (at, fault) => {
        const faulty = rows.map((row, i): LiveRow => {
          const [btc, eth] = row.pairs;
          if (fault === "late" && i >= at) return { ...row, pairs: rows[i - 1].pairs };
          if (fault === "swapped" && i >= at) return { ...row, pairs: [eth, btc] };
          if (fault === "close" && i === at && btc !== null) {
            const [open, high, low, close, volume] = btc;
            const other = close * 1.01;
            return { ...row, pairs: [[open, Math.max(high, other), low, other, volume], eth] };
          }
          return row;
        });
        const { verdict, difference } = compared(panel, {}, faulty);
        expect(verdict).toBe("different");
        expect(difference!.row).toBeGreaterThanOrEqual(at);
      },
    ),
    { numRuns: 60 },
  );
});
