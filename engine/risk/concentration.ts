/** Sum of the three greatest of n values, none negative; NaN where one is. */
export function topThree(values: Float64Array, n: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  for (let k = 0; k < n; k++) {
    const v = values[k];
    if (v > a) {
      c = b;
      b = a;
      a = v;
    } else if (v > b) {
      c = b;
      b = v;
    } else if (v > c) c = v;
    else if (v !== v) return v;
  }
  return a + b + c;
}
