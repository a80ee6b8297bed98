/*
 * The greater and the lesser of two numbers that nothing can tell apart beforehand: a mispredicted branch
 * costs more than the arithmetic. e + relu(v - e) is exact for v <= e, and by Sterbenz for v <= 2 e; what lies
 * beyond, or is negative, is compared. Exact for every |v|, |e| up to 1e300; NaN where e is NaN.
 * The comparison is made outside its branch: V8 throws compiled code away at an operation that it meets for
 * the first time, and what comes back in mid-loop is several times slower.
 */

export function greater(v: number, e: number): number {
  const d = v - e;
  const above = d > 0;
  return v > 2 * e ? (above ? v : e) : e + 0.5 * (d + Math.abs(d));
}

export function lesser(v: number, e: number): number {
  const d = e - v;
  const below = d > 0;
  return e > 2 * v ? (below ? v : e) : e - 0.5 * (d + Math.abs(d));
}
