/**
 * Rows to draw of a long column: of each of `buckets` equal stretches the first, the lowest, the highest and the
 * last row, so that no peak and no trough is lost. Rows before `from` are left out; ascending; all rows
 * where there are no more than 4 * buckets.
 */
export function rowsToDraw(y: Float64Array, from: number, buckets: number): number[] {
  const n = y.length - from;
  if (n <= 4 * buckets) return Array.from({ length: Math.max(0, n) }, (_, k) => from + k);
  const rows: number[] = [];
  for (let b = 0; b < buckets; b++) {
    const first = from + Math.floor((b * n) / buckets);
    const end = from + Math.floor(((b + 1) * n) / buckets);
    let low = first;
    let high = first;
    for (let i = first; i < end; i++) {
      if (y[i] < y[low]) low = i;
      if (y[i] > y[high]) high = i;
    }
    const last = end - 1;
    for (const row of [first, Math.min(low, high), Math.max(low, high), last]) {
      if (row !== rows[rows.length - 1]) rows.push(row);
    }
  }
  return rows;
}

/** The values of a column at some rows. */
export const pick = (column: Float64Array, rows: readonly number[]): Float64Array =>
  Float64Array.from(rows, (row) => column[row]);
