import { describe, expect, it } from "vitest";
import { synthetic } from "../../datasets/load.ts";
import { engineConfig } from "../../engine/config.ts";
import { type LiveRow, panelRows } from "../../engine/live/row.ts";
import { HOUR, type Panel } from "../../engine/market/bars.ts";
import { type Replay, replay } from "../../engine/replay.ts";
import { createSystem } from "../../engine/system.ts";
import { keptColumns } from "./kept-columns.ts";
import { parity } from "./parity.ts";

const { panel } = synthetic({ seed: 3, rows: 3000, pairs: ["BTC", "ETH", "XRP"] });
// slow orders and a strict limit, so that there is something in every table
const config = engineConfig.parse({ execution: { volume_scale: 0.0005 }, risk: { correlation: 0.3 } });
const build = (of: Panel = panel) => createSystem({ config, symbols: of.symbols, interval: of.interval });
const done = replay(build(), panel);
const rows = [...panelRows(panel)];

/** The replay with one number changed, or one event taken out. */
function planted(change: (copy: Replay) => void): Replay {
  const copy = structuredClone({
    ...done,
    orders: plain("orders"),
    fills: plain("fills"),
    cancels: plain("cancels"),
    refusals: plain("refusals"),
  }) as unknown as Replay;
  change(copy);
  return copy;
}
const plain = (name: "orders" | "fills" | "cancels" | "refusals") => {
  const { fields, n, at } = done[name];
  return { fields, n, at };
};

describe("replay and live runner over the same rows", () => {
  it("are identical, and everything was counted", () => {
    const { orders, fills, cancels, refusals } = done;
    const found = parity(build(), panel, done);
    const events = [orders, fills, cancels, refusals].reduce((sum, e) => sum + e.n * e.fields.length, 0);
    expect(found).toEqual({
      verdict: "identical",
      rows: 3000,
      orders: orders.n,
      fills: fills.n,
      cancels: cancels.n,
      refusals: refusals.n,
      numbers: 3000 * keptColumns(done).length + events,
      difference: null,
    });
    for (const { n } of [orders, fills, cancels, refusals]) expect(n).toBeGreaterThan(3);
  });

  it("are identical with an outside index and on bars shorter than the decision", () => {
    const short = synthetic({ seed: 3, rows: 8000, pairs: ["BTC"], interval: HOUR / 2 }).panel;
    const outside = {
      value: Float64Array.from(short.time, (_, i) => (i < 10 ? Number.NaN : 20 + (i % 48) / 4)),
      age: Float64Array.from(short.time, (_, i) => (i < 10 ? Number.NaN : (i % 48) * 1000)),
    };
    const of = { ...short, outside };
    const settings = engineConfig.parse({ regime: { source: "DVOL" } });
    const wired = () => createSystem({ config: settings, symbols: of.symbols, interval: of.interval });
    expect(parity(wired(), of, replay(wired(), of))).toMatchObject({ verdict: "identical", rows: 8000 });
  });

  it("tells how far it is", () => {
    const told: number[] = [];
    parity(build(), panel, done, { onProgress: (at, of) => told.push(at, of) });
    expect(told).toEqual([1024, 3000, 2048, 3000]);
  });
});

describe("a live runner that is fed something else", () => {
  it("is caught at the first row where every bar comes one row late", () => {
    const late = rows.map((row, i): LiveRow => ({ ...row, pairs: rows[Math.max(0, i - 1)].pairs }));
    const found = parity(build(), panel, done, { rows: late });
    expect(found).toMatchObject({ verdict: "different", difference: { what: "index", pair: null } });
    const { row, time, replay: a, live: b } = found.difference!;
    expect(found.rows).toBe(row);
    expect(time).toBe(new Date(panel.time[row]).toISOString());
    expect(a).not.toBe(b);
  });

  it("is caught within days where one pair gets another's bars from some row on", () => {
    const swapped = rows.map((row, i): LiveRow => {
      const [btc, eth, xrp] = row.pairs;
      return i < 2000 ? row : { ...row, pairs: [btc, xrp, eth] };
    });
    const { verdict, difference } = parity(build(), panel, done, { rows: swapped });
    expect(verdict).toBe("different");
    expect(difference!.row).toBeGreaterThanOrEqual(2000);
    expect(["ETH", "XRP"]).toContain(difference!.pair);
  });

  it("is caught where rows are missing at the end", () => {
    expect(parity(build(), panel, done, { rows: rows.slice(0, 2990) })).toMatchObject({
      verdict: "different",
      difference: { what: "rows", row: 2990, replay: 3000, live: 2990 },
    });
  });
});

describe("a difference", () => {
  it.each([
    [
      "a decision",
      (r: Replay) => {
        r.columns.regime[1500] = 9;
      },
      { what: "regime", pair: null, row: 1500, replay: 9 },
    ],
    [
      "a target",
      (r: Replay) => {
        r.columns.pairs[1].target[2500] = 0.5;
      },
      { what: "target", pair: "ETH", row: 2500, replay: 0.5 },
    ],
    [
      "one bit of the equity",
      (r: Replay) => {
        r.columns.equity[2999] *= 1 + 2 ** -52;
      },
      { what: "equity", row: 2999 },
    ],
    [
      "the sign of a zero",
      (r: Replay) => {
        r.columns.pairs[0].quantity[0] = -0;
      },
      { what: "quantity", pair: "BTC", row: 0 },
    ],
    [
      "a number where none was known",
      (r: Replay) => {
        r.columns.index[0] = 20;
      },
      { what: "index", row: 0, replay: 20, live: null },
    ],
    [
      "a price",
      (r: Replay) => {
        r.fills.at.price[2] += 1e-9;
      },
      { what: "fills.price" },
    ],
    [
      "a reason",
      (r: Replay) => {
        r.cancels.at.reason[1] = 4;
      },
      { what: "cancels.reason", replay: 4 },
    ],
    [
      "a bound",
      (r: Replay) => {
        r.refusals.at.bound[0] = 0.1;
      },
      { what: "refusals.bound", replay: 0.1 },
    ],
  ])("in %s is named with row and values", (_, change, expected) => {
    const found = parity(build(), panel, planted(change));
    expect(found.verdict).toBe("different");
    expect(found.difference).toMatchObject(expected);
  });

  it("in an event that the replay has after its last row is named", () => {
    const more = planted((r) => {
      const { fields, n, at } = r.cancels;
      const later = Object.fromEntries(fields.map((f) => [f, Float64Array.of(...at[f].slice(0, n), 1e15)]));
      Object.assign(r.cancels, { n: n + 1, at: later });
    });
    expect(parity(build(), panel, more).difference).toMatchObject({
      what: "cancels",
      row: 3000,
      replay: done.cancels.n + 1,
      live: done.cancels.n,
    });
  });

  it("in the number of a row's orders is named with both numbers", () => {
    const last = done.orders.n - 1;
    const without = planted((r) => {
      Object.assign(r.orders, { n: last });
    });
    const { time, pair } = done.orders.at;
    expect(parity(build(), panel, without).difference).toEqual({
      what: "orders",
      pair: done.symbols[pair[last]],
      row: panel.time.indexOf(time[last]),
      time: new Date(time[last]).toISOString(),
      replay: 0,
      live: 1,
    });
  });
});
