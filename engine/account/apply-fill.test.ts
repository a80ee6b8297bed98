import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { feeOf } from "../execution/fill.ts";
import { sharedData } from "../test-data.ts";
import { averageCost, costOfLots, createAccount, tradedWithin } from "./account.ts";
import { applyFill } from "./apply-fill.ts";

const LOTS = 1e8;
const CENTS = 1e5;

interface LedgerCase {
  readonly side: "buy" | "sell";
  readonly [key: string]: unknown;
}
interface Ledger {
  readonly input: { start_cash: string; fee_rate: string; fills: [string, string, string][] };
  readonly cases: readonly LedgerCase[];
}

/** A decimal of any length rounded half up to 9 places, as integer billionths. */
function billionths(decimal: unknown): bigint {
  const text = String(decimal);
  const [whole, part = ""] = text.replace("-", "").split(".");
  const digits = BigInt(whole + part.padEnd(10, "0").slice(0, 10));
  const rounded = (digits + 5n) / 10n;
  return text.startsWith("-") ? -rounded : rounded;
}

/** A double in the same form: its own decimal expansion, exact to 20 places. */
const found = (x: number) => billionths(x.toFixed(20));

const path = sharedData("oracles/10-ledger.json");

it.skipIf(path === undefined)("meets the decimal ledger of twelve fills in every figure to 1e-9", () => {
  const ledger: Ledger = JSON.parse(readFileSync(path!, "utf8"));
  const account = createAccount(Number(ledger.input.start_cash), [LOTS]);
  const rate = Number(ledger.input.fee_rate);
  const realised = { byPrice: 0.1, afterFees: 0.1 };
  const total = { byPrice: 0, afterFees: 0 };
  let movingAverage = 0;
  for (const [k, [side, quantityText, priceText]] of ledger.input.fills.entries()) {
    const expected = ledger.cases[k];
    const quantity = Number(quantityText);
    const price = Number(priceText);
    const cost = quantity * price;
    const fee = feeOf(cost, rate, CENTS);
    const before = account.quantity[0];
    applyFill(account, 0, side === "buy" ? 1 : -1, quantity, price, fee, k, realised);
    total.byPrice += realised.byPrice;
    total.afterFees += realised.afterFees;
    const held = account.quantity[0];
    if (side === "buy") movingAverage = (movingAverage * before + cost) / held;

    // the fee, the position and the lots are exact decimals: no tolerance
    expect(String(fee)).toBe(expected.fee);
    expect(String(held)).toBe(String(expected.held));
    const { quantity: q, price: p } = account.lots[0];
    expect(q.map((x, n) => [String(x), String(p[n])])).toEqual(
      (expected.lots_open as { quantity: string; price: string }[]).map((l) => [l.quantity, l.price]),
    );
    const figures: Record<string, number> = {
      cost,
      fee_unrounded: cost * rate,
      total_realised_by_price: total.byPrice,
      total_realised_after_fees: total.afterFees,
      total_fees: account.fees,
      cash: account.cash,
      fifo_cost_of_open_lots: costOfLots(account.lots[0]),
      unrealised_at_fill_price: held * price - costOfLots(account.lots[0]),
      equity_at_fill_price: account.cash + held * price,
      ...(side === "sell" ? { realised_by_price: realised.byPrice } : {}),
      ...(side === "sell" ? { realised_after_fees: realised.afterFees } : {}),
      ...(held > 0 ? { average_cost_of_open_lots: averageCost(account.lots[0]) } : {}),
      ...(held > 0 ? { moving_average_cost: movingAverage } : {}),
    };
    for (const [name, figure] of Object.entries(figures)) {
      const off = found(figure) - billionths(expected[name]);
      expect(off >= -1n && off <= 1n, `fill ${k + 1} ${name}: ${figure} for ${expected[name]}`).toBe(true);
    }
  }
  expect(ledger.input.fills).toHaveLength(12);
  expect(averageCost(account.lots[0])).toBe(0);
});

it("opens a lot with a buy and realises nothing", () => {
  const account = createAccount(1000, [LOTS]);
  const out = { byPrice: 1, afterFees: 1 };
  applyFill(account, 0, 1, 2, 100, 0.5, 7, out);
  expect(out).toEqual({ byPrice: 0, afterFees: 0 });
  expect(account.cash).toBe(799.5);
  expect(account.lots[0]).toEqual({ quantity: [2], price: [100], fee: [0.5] });
});

it("closes the oldest lot first and shares its fee out by quantity", () => {
  const account = createAccount(1000, [LOTS]);
  const out = { byPrice: 0, afterFees: 0 };
  applyFill(account, 0, 1, 2, 100, 0.5, 0, out);
  applyFill(account, 0, 1, 1, 200, 0.25, 1, out);
  applyFill(account, 0, -1, 0.5, 150, 0.125, 2, out);
  // 0.5 * (150 - 100) = 25; a quarter of the lot's 0.5 fee, and its own 0.125
  expect(out).toEqual({ byPrice: 25, afterFees: 25 - 0.125 - 0.125 });
  expect(account.lots[0]).toEqual({ quantity: [1.5, 1], price: [100, 200], fee: [0.375, 0.25] });
  expect(averageCost(account.lots[0])).toBe((150 + 200) / 2.5);
});

it("keeps pairs apart", () => {
  const account = createAccount(1000, [LOTS, LOTS]);
  const out = { byPrice: 0, afterFees: 0 };
  applyFill(account, 1, 1, 1, 10, 0, 0, out);
  expect([...account.quantity]).toEqual([0, 1]);
  expect(account.lots[0].quantity).toEqual([]);
});

it("holds the identity of equity, and sells whole positions to exactly nothing", () => {
  const fill = fc.record({
    isBuy: fc.boolean(),
    lots: fc.integer({ min: 1, max: 1e12 }),
    ticks: fc.integer({ min: 1, max: 1e7 }),
    fee: fc.integer({ min: 0, max: 1e7 }),
  });
  fc.assert(
    fc.property(fc.array(fill, { minLength: 1, maxLength: 40 }), (fills) => {
      const account = createAccount(1e9, [LOTS]);
      const out = { byPrice: 0, afterFees: 0 };
      let byPrice = 0;
      let afterFees = 0;
      let gross = 1e9;
      let lots = 0;
      let price = 1;
      for (const [k, f] of fills.entries()) {
        const side = f.isBuy || lots === 0 ? 1 : -1;
        const n = side > 0 ? f.lots : f.lots < lots ? f.lots : lots;
        price = f.ticks / 10;
        lots += side * n;
        gross += (n / LOTS) * price;
        applyFill(account, 0, side, n / LOTS, price, f.fee / CENTS, k, out);
        byPrice += out.byPrice;
        afterFees += out.afterFees;
        expect(account.quantity[0]).toBe(lots / LOTS);
        expect(account.lots[0].quantity.reduce((a, b) => a + Math.round(b * LOTS), 0)).toBe(lots);
      }
      const open = account.lots[0];
      const held = account.quantity[0];
      const equity = account.cash + held * price;
      const unrealised = held * price - costOfLots(open);
      const openFees = open.fee.reduce((a, b) => a + b, 0);
      const tolerance = 1e-12 * gross * fills.length;
      expect(Math.abs(equity - (1e9 + byPrice + unrealised - account.fees))).toBeLessThan(tolerance);
      expect(Math.abs(byPrice - afterFees - (account.fees - openFees))).toBeLessThan(tolerance);
    }),
    { numRuns: 100 },
  );
});

it("counts the notional of [time - window, time) and drops what is older", () => {
  const account = createAccount(1e6, [LOTS]);
  const out = { byPrice: 0, afterFees: 0 };
  applyFill(account, 0, 1, 1, 100, 0, 1000, out);
  applyFill(account, 0, -1, 1, 110, 0, 2000, out);
  expect(tradedWithin(account, 2000, 1000)).toBe(100); // the fill of this very moment is not before it
  expect(tradedWithin(account, 2001, 1001)).toBe(210);
  expect(tradedWithin(account, 2001, 1000)).toBe(110);
  expect(tradedWithin(account, 3000, 1000)).toBe(110);
  expect(tradedWithin(account, 3001, 1000)).toBe(0);
});

it("counts the notional of the window however many fills it has forgotten", () => {
  const account = createAccount(1e9, [1]);
  const out = { byPrice: 0, afterFees: 0 };
  for (let k = 0; k < 2500; k++) {
    applyFill(account, 0, k % 2 === 0 ? 1 : -1, 1, k, 0, k, out);
    let expected = 0; // the ten fills before this one, priced by their number
    for (let before = Math.max(0, k - 10); before < k; before++) expected += before;
    expect(tradedWithin(account, k, 10)).toBe(expected);
  }
  expect(account.traded.time.length).toBeLessThan(2100);
});
