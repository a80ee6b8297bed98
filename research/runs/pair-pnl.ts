import type { Replay } from "../../engine/replay.ts";
import { closesOf, rowOfFill } from "./rows.ts";

/**
 * P&L of every pair between rows of the panel, mark to market and after costs, quote currency: the change of
 * quantity * close, and sales less buys less fees of the fills in (rows[k-1], rows[k]]. The pairs' add up
 * to the change of equity.
 * @param rows Ascending rows. @returns One array a pair, as long as `rows`; 0 in the first entry.
 */
export function pnlByPair(replay: Replay, rows: ArrayLike<number>): Float64Array[] {
  const { columns, fills, symbols } = replay;
  const n = rows.length;
  const pnl = symbols.map((_, p) => {
    const close = closesOf(replay, p);
    const { quantity } = columns.pairs[p];
    const changes = new Float64Array(n);
    let before = 0;
    for (let k = 0; k < n; k++) {
      const held = quantity[rows[k]];
      const value = held === 0 ? 0 : held * close[rows[k]]; // no close before the listing
      if (k > 0) changes[k] = value - before;
      before = value;
    }
    return changes;
  });
  const { pair, side, quantity, price, fee } = fills.at;
  let k = 0;
  for (let f = 0; f < fills.n; f++) {
    const row = rowOfFill(replay, f);
    while (k < n && rows[k] < row) k++;
    if (k === n) break;
    if (k > 0) pnl[pair[f]][k] -= side[f] * quantity[f] * price[f] + fee[f];
  }
  return pnl;
}
