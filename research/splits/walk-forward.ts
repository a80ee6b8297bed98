import { checkCount, rowsFrom, type Split } from "./split.ts";

/** Numbers of rows. */
export interface WalkForward {
  /** Of each train part; of the first where it expands. */
  readonly train: number;
  readonly test: number;
  /** Rows left out between train and test: at least as many as a label looks ahead. */
  readonly purge?: number;
  /** Whether every train part begins at row 0 instead of moving on. */
  readonly expand?: boolean;
  /** Whether a last, shorter test part is given too. */
  readonly reduce?: boolean;
  /** First row of the first test part; the earliest that leaves a whole train part unless given. */
  readonly first?: number;
}

/**
 * Walk-forward over `n` rows in time order: train on the past, leave out `purge` rows, test on what follows; test
 * parts follow each other without a gap. A train part never reaches before row 0.
 * @throws FathomError E_SPLIT_NUMBER
 */
export function walkForward(n: number, options: WalkForward): Split[] {
  const { train, test, purge = 0, expand = false, reduce = false } = options;
  const most = Number.POSITIVE_INFINITY;
  checkCount("walk-forward", "n", n, 0, most);
  checkCount("walk-forward", "train", train, 1, most);
  checkCount("walk-forward", "test", test, 1, most);
  checkCount("walk-forward", "purge", purge, 0, most);
  const first = options.first ?? train + purge;
  checkCount("walk-forward", "first", first, purge + 1, most);
  const splits: Split[] = [];
  for (let start = first; start + test <= n || (reduce && start < n); start += test) {
    const end = start - purge;
    const from = expand || end < train ? 0 : end - train;
    splits.push({ train: rowsFrom(from, end), test: rowsFrom(start, Math.min(start + test, n)) });
  }
  return splits;
}
