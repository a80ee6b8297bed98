/** Columns side by side in memory: three by three make nine sums at once, as many as stay in registers. */
const WIDE = 3;

/** Rows whose numbers are used while they are in the cache. */
export const BLOCK = 256;

/**
 * The rows of a regression in the order in which its sums read them: in blocks of rows, each by threes of columns, each
 * three row by row. The first column is the intercept's, all 1; columns of 0 fill up the last three.
 */
export interface Design {
  readonly rows: number;
  readonly features: number;
  /** Columns: the intercept's, the features, those of 0. */
  readonly width: number;
  readonly values: Float64Array;
}

/** What makes a feature's mean 0 and its sd 1. */
export interface Scale {
  readonly mean: number;
  /** Above 0. */
  readonly sd: number;
}

/**
 * The features (x - mean) / sd of some samples.
 * @param columns one a feature. @param samples which of their numbers to take, a row each. @param scales one a feature.
 */
export function createDesign(
  columns: readonly Float64Array[],
  samples: Int32Array,
  scales: readonly Scale[],
): Design {
  const rows = samples.length;
  const features = columns.length;
  const width = WIDE * Math.ceil((features + 1) / WIDE);
  const values = new Float64Array(rows * width);
  for (let first = 0; first < rows; first += BLOCK) {
    const taken = samples.subarray(first, first + BLOCK);
    for (let j = 0; j <= features; j++) {
      const within = j % WIDE;
      const at = first * width + (j - within) * taken.length + within;
      if (j === 0) for (let r = 0; r < taken.length; r++) values[at + WIDE * r] = 1;
      else fillColumn(values, at, columns[j - 1], taken, scales[j - 1]);
    }
  }
  return { rows, features, width, values };
}

function fillColumn(
  values: Float64Array,
  at: number,
  x: Float64Array,
  taken: Int32Array,
  scale: Scale,
): void {
  const { mean, sd } = scale;
  for (let r = 0; r < taken.length; r++) values[at + WIDE * r] = (x[taken[r]] - mean) / sd;
}

/** Sums over the columns of w_j x_j, for each row of the block that begins at `first`. */
export function addUp(
  { rows, width, values }: Design,
  first: number,
  w: Float64Array,
  out: Float64Array,
): void {
  const n = Math.min(BLOCK, rows - first);
  out.fill(0);
  let at = first * width;
  for (let j = 0; j < width; j += WIDE) {
    const w0 = w[j];
    const w1 = w[j + 1];
    const w2 = w[j + 2];
    for (let r = 0; r < n; r++, at += WIDE) {
      out[r] += w0 * values[at] + w1 * values[at + 1] + w2 * values[at + 2];
    }
  }
}

/** Adds to each column's sum that of c_r x_r over the rows r of the block. */
export function addWeighted(
  { rows, width, values }: Design,
  first: number,
  c: Float64Array,
  sums: Float64Array,
): void {
  const n = Math.min(BLOCK, rows - first);
  let at = first * width;
  for (let j = 0; j < width; j += WIDE) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    for (let r = 0; r < n; r++, at += WIDE) {
      const v = c[r];
      s0 += v * values[at];
      s1 += v * values[at + 1];
      s2 += v * values[at + 2];
    }
    sums[j] += s0;
    sums[j + 1] += s1;
    sums[j + 2] += s2;
  }
}

/**
 * The sum over rows of c_r x_r x_r', width x width by rows, of which the lower half is filled.
 * @param c 0 or more, one a row.
 */
export function weightedSquares({ rows, width, values }: Design, c: Float64Array): Float64Array {
  const sums = new Float64Array(width * width);
  const z = new Float64Array(BLOCK * width);
  const root = new Float64Array(BLOCK);
  for (let first = 0; first < rows; first += BLOCK) {
    const n = Math.min(BLOCK, rows - first);
    for (let r = 0; r < n; r++) root[r] = Math.sqrt(c[first + r]);
    scaleRows(values, first * width, root, n, z, width);
    for (let j = 0; j < width; j += WIDE) {
      for (let k = 0; k <= j; k += WIDE) addTile(z, j * n, k * n, n, sums, j * width + k, width);
    }
  }
  return sums;
}

/** Rows of a block times a number each. */
function scaleRows(
  x: Float64Array,
  from: number,
  by: Float64Array,
  n: number,
  to: Float64Array,
  width: number,
): void {
  let at = 0;
  for (let j = 0; j < width; j += WIDE) {
    for (let r = 0; r < n; r++, at += WIDE) {
      const v = by[r];
      to[at] = v * x[from + at];
      to[at + 1] = v * x[from + at + 1];
      to[at + 2] = v * x[from + at + 2];
    }
  }
}

/** sums[j][k] += sum over rows of z[r][j] z[r][k], for three columns that begin at `a` and three at `b`. */
function addTile(
  z: Float64Array,
  a: number,
  b: number,
  n: number,
  sums: Float64Array,
  at: number,
  width: number,
): void {
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s20 = 0;
  let s21 = 0;
  let s22 = 0;
  for (const end = a + WIDE * n; a < end; a += WIDE, b += WIDE) {
    const a0 = z[a];
    const a1 = z[a + 1];
    const a2 = z[a + 2];
    const b0 = z[b];
    const b1 = z[b + 1];
    const b2 = z[b + 2];
    s00 += a0 * b0;
    s01 += a0 * b1;
    s02 += a0 * b2;
    s10 += a1 * b0;
    s11 += a1 * b1;
    s12 += a1 * b2;
    s20 += a2 * b0;
    s21 += a2 * b1;
    s22 += a2 * b2;
  }
  sums[at] += s00;
  sums[at + 1] += s01;
  sums[at + 2] += s02;
  sums[at + width] += s10;
  sums[at + width + 1] += s11;
  sums[at + width + 2] += s12;
  sums[at + 2 * width] += s20;
  sums[at + 2 * width + 1] += s21;
  sums[at + 2 * width + 2] += s22;
}
