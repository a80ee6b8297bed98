/**
 * How much of each label is its own: the mean, over the bars of its life, of 1 / (labels alive in that bar). Labels
 * of one pair that overlap tell partly the same story; the sum of these is the number of labels that could
 * have been independent (effective n). Label k lives in the bars first[k] .. last[k], both included, of one pair.
 * Source: Lopez de Prado 2018, Advances in Financial Machine Learning, chapter 4.
 */
export function uniqueness(first: ArrayLike<number>, last: ArrayLike<number>): Float64Array {
  const n = first.length;
  let bars = 0;
  for (let k = 0; k < n; k++) if (last[k] >= bars) bars = last[k] + 1;
  // labels alive in each bar, then the sum of their inverses up to it
  const alive = new Int32Array(bars + 1);
  for (let k = 0; k < n; k++) {
    alive[first[k]]++;
    alive[last[k] + 1]--;
  }
  const inverses = new Float64Array(bars + 1);
  for (let i = 0, now = 0; i < bars; i++) {
    now += alive[i];
    inverses[i + 1] = inverses[i] + (now > 0 ? 1 / now : 0);
  }
  return Float64Array.from(
    { length: n },
    (_, k) => (inverses[last[k] + 1] - inverses[first[k]]) / (last[k] + 1 - first[k]),
  );
}
