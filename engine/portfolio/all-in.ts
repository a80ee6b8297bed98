import type { Column, Kernel } from "../kernel.ts";

type In = { open: Column; close: Column; desire: Column };
type Out = { equity: Column; quantity: Column };
export type AllInState = { cash: number; quantity: number; wants: number };

/**
 * The bare money loop: all in while the desire is above 0, else all out; the order of one close fills at
 * the next open, whole, at that price; a fixed proportional fee; no rounding, limits, spread or downtime.
 * A buy spends all cash: quantity = cash / (open * (1 + fee)). Equity = cash + quantity * close.
 * Equity is the initial cash, and the quantity 0, until the first fill. No lookback.
 */
export function allIn(initialCash: number, fee: number): Kernel<In, Out, AllInState> {
  const buyAt = 1 + fee;
  const sellAt = 1 - fee;
  return {
    name: "all-in",
    params: { initialCash, fee },
    lookback: 0,
    writes: { equity: "equity", quantity: "quantity" },
    init: () => ({ cash: initialCash, quantity: 0.1 - 0.1, wants: 0 }),
    advance(s, { open, close, desire }, { equity, quantity }, rows) {
      let { cash, quantity: q, wants } = s;
      for (let i = 0; i < rows; i++) {
        const c = close[i];
        if (c !== c) {
          equity[i] = quantity[i] = Number.NaN;
          continue;
        }
        if (wants === 1) {
          if (q === 0) {
            q = cash / (open[i] * buyAt);
            cash = 0;
          }
        } else if (q > 0) {
          cash += q * open[i] * sellAt;
          q = 0;
        }
        equity[i] = cash + q * c;
        quantity[i] = q;
        wants = desire[i] > 0 ? 1 : 0; // an unknown desire wants nothing
      }
      s.cash = cash;
      s.quantity = q;
      s.wants = wants;
    },
  };
}
