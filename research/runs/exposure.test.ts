import { describe, expect, it } from "vitest";
import { synthetic } from "../../datasets/load.ts";
import { engineConfig } from "../../engine/config.ts";
import { HOUR } from "../../engine/market/bars.ts";
import { replay } from "../../engine/replay.ts";
import { createSystem } from "../../engine/system.ts";
import { exposureByStrategy } from "./exposure.ts";
import { rowOfFill } from "./rows.ts";
import { testReplay } from "./test-replay.ts";

describe("who holds a pair", () => {
  /** Whether each strategy has exposure in five bars; strategy 0 buys in row 1, strategy 1 is the owner from row 3. */
  const held = (interval: number, halted: readonly number[] = []) => {
    const done = testReplay({
      interval,
      start: Date.UTC(2024, 0, 1) + interval,
      symbols: ["BTC"],
      strategies: ["Up", "Down"],
      closes: [[100, 100, 100, 100, 100]],
      cash: 1000,
      halted,
      fills: [{ row: 1, pair: 0, strategy: 0, side: 1, quantity: 1, price: 100, fee: 0 }],
    });
    done.columns.pairs[0].owner.set([-1, 0, -1, 1, 1]);
    return exposureByStrategy(done, [0, 1, 2, 3, 4]).map((x) => [...x].map((e) => (e > 0 ? 1 : 0)));
  };

  it("is the strategy of the first fill until another owns the pair at a decision bar", () => {
    expect(held(HOUR)).toEqual([
      [0, 1, 1, 0, 0],
      [0, 0, 0, 1, 1],
    ]);
  });

  it("changes on full hours only", () => {
    // closes at 00:20, 00:40, 01:00, 01:20, 01:40
    expect(held(HOUR / 3)).toEqual([
      [0, 1, 1, 1, 1],
      [0, 0, 0, 0, 0],
    ]);
  });

  it("does not change in a halt", () => {
    expect(held(HOUR, [0, 0, 0, 1, 1])).toEqual([
      [0, 1, 1, 1, 1],
      [0, 0, 0, 0, 0],
    ]);
  });

  it("is asked anew after all was sold", () => {
    const buy = { pair: 0, side: 1, quantity: 1, price: 100, fee: 0 } as const;
    const done = testReplay({
      interval: HOUR,
      start: Date.UTC(2024, 0, 1),
      symbols: ["BTC"],
      strategies: ["Up", "Down"],
      closes: [[100, 100, 100, 100, 100]],
      cash: 1000,
      fills: [
        { ...buy, row: 1, strategy: 0 },
        { ...buy, row: 2, strategy: 0, side: -1 },
        { ...buy, row: 3, strategy: 1 },
      ],
    });
    done.columns.pairs[0].owner.fill(-1);
    const [up, down] = exposureByStrategy(done, [0, 1, 2, 3, 4]);
    expect([...up]).toEqual([0, 0.1, 0, 0, 0]);
    expect([...down]).toEqual([0, 0, 0, 0.1, 0.1]);
  });

  it.each([1, 4])("knows who holds what as the engine's own P&L does, decisions every %i h", (hours) => {
    const { panel } = synthetic({ seed: 5, rows: 6000, pairs: ["BTC", "ETH", "XRP"] });
    const config = engineConfig.parse({ decision: { interval: hours } });
    const { symbols, interval } = panel;
    const done = replay(createSystem({ config, symbols, interval }), panel);
    const { columns, fills, firstRow } = done;
    const rows = Array.from({ length: panel.time.length - firstRow }, (_, k) => firstRow + k);
    const exposures = exposureByStrategy(done, rows);
    const filled = new Set(Array.from({ length: fills.n }, (_, k) => rowOfFill(done, k)));
    let compared = 0;
    let worst = 0;
    for (let k = 1; k < rows.length; k++) {
      const i = rows[k];
      const isHandedOver = columns.pairs.some(({ owner }) => owner[i] !== owner[i - 1]);
      if (filled.has(i) || isHandedOver) continue;
      done.strategies.forEach((_, s) => {
        const value = exposures[s][k] * columns.equity[i] - exposures[s][k - 1] * columns.equity[i - 1];
        const pnl = columns.pnl[s][i] - columns.pnl[s][i - 1];
        worst = Math.max(worst, Math.abs(value - pnl));
        if (pnl !== 0) compared++;
      });
    }
    expect(worst).toBeLessThan(1e-8);
    expect(compared).toBeGreaterThan(500);
  });
});
