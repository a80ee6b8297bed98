import { FathomError } from "../../engine/errors.ts";

/** When each label lived. */
export interface LabelLives {
  /** Index of the pair, one a sample. */
  readonly pair: ArrayLike<number>;
  /** When it was decided on, ms UTC. */
  readonly time: ArrayLike<number>;
  /** When it became known, ms UTC, later than `time`. */
  readonly end: ArrayLike<number>;
}

/**
 * How much of each label is its own: the mean over its life (time, end] of 1 / labels of the same pair alive then, in (0, 1] (Lopez de
 * Prado 2018, average uniqueness). A label of every hour that looks 96 hours ahead is worth about 1/96 of an independent one.
 * Pairs that move together are not discounted here: intervals by resampled days do that.
 *
 * @throws FathomError E_METRIC_INPUT where a life does not end after it begins.
 */
export function uniqueness({ pair, time, end }: LabelLives): Float64Array {
  const samples = new Map<number, number[]>();
  for (let i = 0; i < time.length; i++) {
    if (!(end[i] > time[i])) {
      throw new FathomError(
        "E_METRIC_INPUT",
        `uniqueness: the label of sample ${i} lives from ${time[i]} to ${end[i]}, expected an end after its beginning`,
        { sample: i, time: time[i], end: end[i] },
      );
    }
    const own = samples.get(pair[i]);
    if (own === undefined) samples.set(pair[i], [i]);
    else own.push(i);
  }
  const out = new Float64Array(time.length);
  for (const own of samples.values()) {
    const shared = integral(
      Float64Array.from(own, (i) => time[i]).sort(),
      Float64Array.from(own, (i) => end[i]).sort(),
    );
    for (const i of own) {
      out[i] = Math.min(1, (valueAt(shared, end[i]) - valueAt(shared, time[i])) / (end[i] - time[i]));
    }
  }
  return out;
}

/** Integral over time of 1 / labels alive, at each moment at which their number changes. */
interface Integral {
  readonly at: Float64Array;
  readonly value: Float64Array;
}

function integral(begins: Float64Array, ends: Float64Array): Integral {
  const at = new Float64Array(2 * begins.length);
  const value = new Float64Array(2 * begins.length);
  let b = 0;
  let e = 0;
  for (let k = 0; k < at.length; k++) {
    // an end at the moment of a beginning goes first: lives are open at their beginning
    const next = b < begins.length && begins[b] < ends[e] ? begins[b] : ends[e];
    const alive = b - e;
    at[k] = next;
    value[k] = k === 0 ? 0 : value[k - 1] + (alive > 0 ? (next - at[k - 1]) / alive : 0);
    if (b < begins.length && begins[b] < ends[e]) b++;
    else e++;
  }
  return { at, value };
}

/** At a moment that is in `at`, by bisection. Equal moments have equal values. */
function valueAt({ at, value }: Integral, moment: number): number {
  let low = 0;
  let high = at.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at[middle] < moment) low = middle + 1;
    else high = middle;
  }
  return value[low];
}

/**
 * How many independent labels they are worth: the sum of their uniqueness.
 *
 * @param of 1 for each sample that counts, such as the positives; without it, all do.
 */
export function effectiveCount(unique: Float64Array, of?: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < unique.length; i++) if (of === undefined || of[i] === 1) sum += unique[i];
  return sum;
}
