import type { Book } from "./book.ts";

/** What of a portfolio outlives a change of config. */
export type CarriedBook = Omit<Book, "history">;

/**
 * Cash, positions, open orders, P&L, the halt and the peak of equity are facts, whatever the config says now. What an
 * earlier config refused is not: it is forgotten, and asked anew. The return history follows from the bars.
 */
export function carriedOf({ history: _, ...book }: Book): CarriedBook {
  const n = book.side.length;
  return {
    ...book,
    refusedOwner: new Float64Array(n).fill(-1),
    refusedDesire: new Float64Array(n),
    refusedAt: new Float64Array(n),
    refusedByDowntime: new Uint8Array(n),
    sellRefused: new Uint8Array(n),
  };
}

/** The book after the change; `replayed` has seen the same bars under the new config. */
export const carriedInto = (replayed: Book, carried: CarriedBook): Book => ({
  ...carried,
  account: { ...carried.account, scale: replayed.account.scale },
  history: replayed.history,
});
