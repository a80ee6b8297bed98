import type { Events } from "../events.ts";
import type { Column, Kernel } from "../kernel.ts";

/** Whole fills at an open: `row` counts from the first known row, `side` is 1 for a buy and -1 for a sale. */
export const BARE_FILL_FIELDS = ["row", "side", "quantity", "price"] as const;
export type BareFillEvents = Events<(typeof BARE_FILL_FIELDS)[number]>;

type In = { open: Column; close: Column; desire: Column };
type Out = { equity: Column; fills: BareFillEvents };
export type AllInState = { rows: number; cash: number; quantity: number; wants: number };

/**
 * The bare money loop: all in while the desire is above 0, else all out; the order of one close fills at
 * the next open, whole, at that price; a fixed proportional fee; no rounding, limits, spread or downtime.
 * A buy spends all cash: quantity = cash / (open * (1 + fee)). Equity = cash + quantity * close, the
 * initial cash until the first fill. No lookback.
 */
export function allIn(initialCash: number, fee: number): Kernel<In, Out, AllInState> {
  return {
    name: "all-in",
    params: { initialCash, fee },
    lookback: 0,
    writes: { equity: "equity", fills: { name: "fills", fields: BARE_FILL_FIELDS } },
    init: () => ({ rows: 0, cash: initialCash, quantity: 0.1 - 0.1, wants: 0 }),
    advance: (s, input, output, rows) => allInRows(1 + fee, 1 - fee, s, input, output, rows),
  };
}

function allInRows(
  buyAt: number,
  sellAt: number,
  s: AllInState,
  { open, close, desire }: In,
  { equity, fills }: Out,
  rows: number,
): void {
  let { cash, quantity, wants } = s;
  let i = 0;
  for (; i < rows && close[i] !== close[i]; i++) equity[i] = Number.NaN;
  const first = i - s.rows;
  for (; i < rows; i++) {
    if (wants === 1) {
      if (quantity === 0) {
        quantity = cash / (open[i] * buyAt);
        cash = 0;
        tell(fills, i - first, 1, quantity, open[i]);
      }
    } else if (quantity > 0) {
      tell(fills, i - first, -1, quantity, open[i]);
      cash += quantity * open[i] * sellAt;
      quantity = 0;
    }
    equity[i] = cash + quantity * close[i];
    wants = desire[i] > 0 ? 1 : 0; // an unknown desire wants nothing
  }
  s.rows = rows - first;
  s.cash = cash;
  s.quantity = quantity;
  s.wants = wants;
}

function tell(fills: BareFillEvents, row: number, side: number, quantity: number, price: number): void {
  const k = fills.next();
  fills.at.row[k] = row;
  fills.at.side[k] = side;
  fills.at.quantity[k] = quantity;
  fills.at.price[k] = price;
}
