import {
  checkCount,
  checkEmbargo,
  checkSpans,
  keptRows,
  purge,
  rowsFrom,
  type Spans,
  type Split,
} from "./split.ts";

/**
 * k folds of rows in time order, the first n mod k one row longer; each is the test once. Trained on is every other
 * row but those of which a label's life meets the test's span, and those of the embargo after it (split.ts).
 * `embargo` in the unit of the times.
 * @throws FathomError E_SPLIT_NUMBER, E_SPLIT_SPANS, E_SPLIT_EMBARGO
 */
export function purgedKFold(spans: Spans, k: number, embargo: number): Split[] {
  const n = spans.time.length;
  checkSpans("purged k-fold", spans);
  checkCount("purged k-fold", "k", k, 2, n);
  checkEmbargo("purged k-fold", embargo);
  const splits: Split[] = [];
  let from = 0;
  for (let fold = 0; fold < k; fold++) {
    const to = from + Math.floor(n / k) + (fold < n % k ? 1 : 0);
    const kept = new Uint8Array(n).fill(1);
    purge(spans, from, to, embargo, kept);
    splits.push({ train: keptRows(kept), test: rowsFrom(from, to) });
    from = to;
  }
  return splits;
}
