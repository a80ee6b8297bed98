import { FathomError } from "../../engine/errors.ts";
import { checkCount, checkEmbargo, checkSpans, keptRows, purge, rowsFrom, type Spans } from "./split.ts";

/** More than this many fits nobody waits for; skfolio has the same bound. */
const MOST_SPLITS = 100_000;

export interface Combinatorial {
  /** Rows are cut into so many groups in time order. */
  readonly groups: number;
  /** So many of them are the test of each split. */
  readonly test: number;
  /** In the unit of the times. */
  readonly embargo: number;
}

/** One choice of test groups. */
export interface CombinatorialSplit {
  /** The test groups, ascending, the rows of each, and the path that each one's scores belong to. */
  readonly groups: readonly number[];
  readonly test: readonly Int32Array[];
  readonly paths: readonly number[];
  readonly train: Int32Array;
}

/**
 * C(N, k) splits of which every group is the test of C(N - 1, k - 1): so many paths from the first row to the last
 * can be put together from the scores out of sample.
 * @throws FathomError E_SPLIT_NUMBER
 */
export function combinatorialCounts(groups: number, test: number): { splits: number; paths: number } {
  checkCount("combinatorial", "groups", groups, 2, 1000);
  checkCount("combinatorial", "test", test, 1, groups - 1);
  return { splits: choose(groups, test), paths: choose(groups - 1, test - 1) };
}

/** n over k, exact up to 2^53. */
function choose(n: number, k: number): number {
  let c = 1;
  for (let i = 1; i <= k; i++) c = (c * (n - k + i)) / i;
  return c;
}

/**
 * Combinatorial purged cross-validation: groups of floor(n / N) rows, the last takes the rest; test groups in
 * lexicographic order. Every test group is purged and embargoed by itself (split.ts). A split's group
 * belongs to path p when p earlier splits have tested that group. Splits are made as they are asked for.
 * Source: Lopez de Prado 2018, Advances in Financial Machine Learning, chapter 12; order and paths as skfolio's.
 * @throws FathomError E_SPLIT_NUMBER, E_SPLIT_SPANS, E_SPLIT_EMBARGO, E_SPLIT_COUNT above 100,000 splits
 */
export function combinatorial(spans: Spans, options: Combinatorial): Iterable<CombinatorialSplit> {
  const { groups, test, embargo } = options;
  const { splits } = combinatorialCounts(groups, test);
  checkSpans("combinatorial", spans);
  checkEmbargo("combinatorial", embargo);
  checkCount("combinatorial", "groups", groups, 2, spans.time.length);
  if (splits > MOST_SPLITS) {
    throw new FathomError(
      "E_SPLIT_COUNT",
      `combinatorial: ${test} of ${groups} groups are ${splits} splits, expected at most ${MOST_SPLITS}; take fewer groups`,
      { splits },
    );
  }
  return made(spans, options);
}

function* made(spans: Spans, { groups, test, embargo }: Combinatorial): Generator<CombinatorialSplit> {
  const n = spans.time.length;
  const size = Math.floor(n / groups);
  const endOf = (g: number) => (g === groups - 1 ? n : (g + 1) * size);
  const tested = new Int32Array(groups);
  for (const chosen of combinations(groups, test)) {
    const kept = new Uint8Array(n).fill(1);
    for (const g of chosen) purge(spans, g * size, endOf(g), embargo, kept);
    yield {
      groups: chosen,
      test: chosen.map((g) => rowsFrom(g * size, endOf(g))),
      paths: chosen.map((g) => tested[g]++),
      train: keptRows(kept),
    };
  }
}

/** Every choice of k of 0 .. n - 1, ascending, in lexicographic order. */
function* combinations(n: number, k: number): Generator<number[]> {
  const chosen = Array.from({ length: k }, (_, i) => i);
  for (;;) {
    yield [...chosen];
    let i = k - 1;
    while (i >= 0 && chosen[i] === n - k + i) i--;
    if (i < 0) return;
    chosen[i]++;
    for (let j = i + 1; j < k; j++) chosen[j] = chosen[j - 1] + 1;
  }
}
