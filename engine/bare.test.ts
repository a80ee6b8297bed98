import { describe, expect, it } from "vitest";
import { replayBare } from "./bare.ts";
import { defaultConfig } from "./config.ts";
import { ema } from "./indicators/ema.ts";
import { createInputs } from "./law-inputs.ts";
import { MINUTE, type Panel } from "./market/bars.ts";
import { builtInStrategies } from "./strategies/registry.ts";
import { perPair, rowwise } from "./strategies/strategy.ts";

const ROWS = 5000;

function panelOf(rows: number): Panel {
  const { open, high, low, close, volume } = createInputs(rows, 11, "usual").bars();
  return {
    interval: MINUTE,
    time: Float64Array.from({ length: rows }, (_, i) => (i + 1) * MINUTE),
    symbols: ["BTC"],
    pairs: [
      { open: open.values, high: high.values, low: low.values, close: close.values, volume: volume.values },
    ],
  };
}

const cross = perPair("EmaCross", 1, ({ plan }, { bars }) => {
  const average = (n: number) => plan.add(ema(n), { x: bars.close }).y;
  const isAbove = rowwise(
    "isAbove",
    {},
    ["fast", "slow"],
    () => null,
    ({ fast, slow }) => (fast > slow ? 1 : 0),
  );
  return plan.add(isAbove, { fast: average(12), slow: average(48) }).y;
});

/** EMA cross all in, by a loop over the whole columns: the order of one close fills at the next open. */
function loop({ pairs: [{ open, close }] }: Panel, fast: number, slow: number, fee: number): number[] {
  const average = (n: number) => {
    const out: number[] = [];
    let mean = 0;
    for (let i = 0; i < close.length; i++) {
      mean = i < n ? mean + close[i] / n : mean + (2 / (n + 1)) * (close[i] - mean);
      out.push(i < n - 1 ? Number.NaN : mean);
    }
    return out;
  };
  const [a, b] = [average(fast), average(slow)];
  let [cash, held] = [100_000, 0];
  return Array.from(close, (c, i) => {
    if (i > 0 && a[i - 1] > b[i - 1] && held === 0) [cash, held] = [0, cash / (open[i] * (1 + fee))];
    else if (i > 0 && !(a[i - 1] > b[i - 1]) && held > 0) [cash, held] = [held * open[i] * (1 - fee), 0];
    return cash + held * c;
  });
}

describe("replayBare", () => {
  it("equals a twenty-line loop to 1e-12", () => {
    const panel = panelOf(ROWS);
    const { equity, fills } = replayBare(panel, { strategy: cross, fee: 0.0026 });
    const expected = loop(panel, 12, 48, 0.0026);
    for (let i = 0; i < ROWS; i++) expect(Math.abs(equity[i] / expected[i] - 1)).toBeLessThan(1e-12);
    expect(fills.n).toBeGreaterThan(50);
    const { row, price } = fills.at;
    for (let k = 0; k < fills.n; k++) expect(price[k]).toBe(panel.pairs[0].open[row[k]]);
  });

  it("pays the fee on both sides and nothing else", () => {
    const flat = { ...panelOf(4) };
    for (const column of Object.values(flat.pairs[0])) column.fill(100);
    const onOff = perPair(
      "OnOff",
      1,
      ({ plan, time }) =>
        plan.add(
          rowwise(
            "onOff",
            {},
            ["t"],
            () => null,
            ({ t }) => (t < 2.5 * MINUTE ? 1 : 0),
          ),
          { t: time },
        ).y,
    );
    const { equity } = replayBare(flat, { strategy: onOff, fee: 0.01, cash: 1000 });
    expect(equity[0]).toBe(1000);
    expect(equity[1]).toBeCloseTo(1000 / 1.01, 9);
    expect(equity[3]).toBeCloseTo((1000 / 1.01) * 0.99, 9);
  });

  it("runs each of the six strategies alone", () => {
    const panel = panelOf(60 * 24 * 60);
    const hourly: Panel = { ...panel, interval: 60 * MINUTE, time: panel.time.map((t) => 60 * t) };
    for (const strategy of builtInStrategies(defaultConfig().strategies)) {
      const { equity } = replayBare(hourly, { strategy });
      expect(Number.isFinite(equity[equity.length - 1]), strategy.name).toBe(true);
    }
  });

  it("names the pairs that there are", () => {
    expect(() => replayBare(panelOf(10), { strategy: cross, symbol: "ETH" })).toThrow(
      /ETH is not in the panel, found BTC/,
    );
  });
});
