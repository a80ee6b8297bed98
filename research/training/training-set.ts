import { FathomError } from "../../engine/errors.ts";
import { checkFeatures } from "../../engine/scoring/model.ts";

/** Samples to train on: one number a feature and a label a sample. */
export interface TrainingSet {
  readonly names: readonly string[];
  /** One a feature. */
  readonly columns: readonly Float64Array[];
  /** 1 or 0. */
  readonly label: Uint8Array;
  /** Above 0, one a sample; all alike unless given. A sample of weight 2 counts as two. */
  readonly weights?: Float64Array;
  /** Which samples to take, in this order; all unless given. */
  readonly rows?: ArrayLike<number>;
}

/**
 * The samples to take, as row numbers, after a check of the set. `who` begins the message.
 * @throws FathomError E_MODEL_FEATURES; E_TRAIN_SET for lists of different lengths, no sample, a row outside, a label
 * that is neither 0 nor 1, labels all alike, a weight that is not above 0, an infinite feature, and a NaN one unless `isMissingFine`.
 */
export function checkedRows(who: string, set: TrainingSet, isMissingFine: boolean): Int32Array {
  const { names, columns, label, weights } = set;
  checkFeatures(who, names);
  const n = label.length;
  const refuse = (found: string, expected: string): never => {
    throw new FathomError("E_TRAIN_SET", `${who}: found ${found}, expected ${expected}`);
  };
  if (columns.length !== names.length)
    refuse(`${columns.length} columns for ${names.length} features`, "one each");
  const odd = columns.findIndex((x) => x.length !== n);
  if (odd >= 0) refuse(`${columns[odd].length} numbers of ${names[odd]} for ${n} labels`, "one a sample");
  if (weights !== undefined && weights.length !== n)
    refuse(`${weights.length} weights for ${n} labels`, "one a sample");
  const rows = new Int32Array(set.rows ?? Array.from({ length: n }, (_, i) => i));
  let positives = 0;
  for (const i of rows) {
    if (!(i >= 0 && i < n)) refuse(`row ${i} of ${n} samples`, "rows that there are");
    if (label[i] > 1) refuse(`label ${label[i]} at row ${i}`, "0 or 1");
    if (weights !== undefined && !(weights[i] > 0 && weights[i] < Number.POSITIVE_INFINITY)) {
      refuse(`weight ${weights[i]} at row ${i}`, "a finite number above 0");
    }
    positives += label[i];
  }
  if (positives === 0 || positives === rows.length) {
    refuse(`${positives} positive labels of ${rows.length}`, "both labels; take a longer train part");
  }
  for (const [j, x] of columns.entries()) {
    for (let k = 0; k < rows.length; k++) {
      const v = x[rows[k]];
      if (v - v === 0 || (isMissingFine && v !== v)) continue; // infinite - infinite is NaN
      refuse(`${v} of ${names[j]} at row ${rows[k]}`, "a finite number; leave rows of the warm-up out");
    }
  }
  return rows;
}

/** Puts x at each of the rows into `to`, in their order. A loop: TypedArray.from takes fifty times as long. */
export function gather<T extends Float64Array | Float32Array | Uint8Array>(
  x: ArrayLike<number>,
  rows: Int32Array,
  to: T,
): T {
  for (let k = 0; k < rows.length; k++) to[k] = x[rows[k]];
  return to;
}
