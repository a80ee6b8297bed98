import type { StoredTable } from "../research/runs/read-run.ts";

/** Buy-and-hold of more than this many times the height of the other lines would press them flat. */
const MOST_HEIGHT = 3;

/**
 * How many times as far as the run and the scaled benchmark together reach from lowest to highest buy-and-hold takes
 * the chart with it, where that is more than three times: it is left off then until a reader asks for it.
 * Null where it is not, or where there is nothing to compare.
 */
export function heldHeight(daily: StoredTable): number | null {
  const others = rangeOf([daily.numbers("equity"), daily.numbers("scaled")]);
  const all = rangeOf([daily.numbers("equity"), daily.numbers("scaled"), daily.numbers("buyAndHold")]);
  const height = all / others;
  return Number.isFinite(height) && height > MOST_HEIGHT ? height : null;
}

function rangeOf(columns: readonly Float64Array[]): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const column of columns) {
    for (const x of column) {
      if (x < low) low = x;
      if (x > high) high = x;
    }
  }
  return high - low;
}
