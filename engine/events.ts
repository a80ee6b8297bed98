/**
 * Sparse rows (orders, fills, refusals) of one advance, cleared before the next. Never state.
 *
 * `at` holds one growing Float64Array a field; a writer asks `next()` for the row to fill. The arrays
 * may be replaced by `next()`, so read `events.at.field` again after it.
 */
export interface Events<F extends string = string> {
  readonly fields: readonly F[];
  readonly n: number;
  readonly at: Readonly<Record<F, Float64Array>>;
  next(): number;
}

/** Events that their owner (the session, or a collector) can clear. */
export interface OwnedEvents<F extends string = string> extends Events<F> {
  clear(): void;
}

const FIRST_CAPACITY = 64;

export function createEvents<F extends string>(fields: readonly F[]): OwnedEvents<F> {
  const at = Object.fromEntries(fields.map((f) => [f, new Float64Array(FIRST_CAPACITY)])) as Record<
    F,
    Float64Array
  >;
  let capacity = FIRST_CAPACITY;
  const events = {
    fields,
    n: 0,
    at,
    next() {
      if (events.n === capacity) {
        capacity *= 2;
        for (const f of fields) {
          const grown = new Float64Array(capacity);
          grown.set(at[f]);
          at[f] = grown;
        }
      }
      return events.n++;
    },
    clear() {
      events.n = 0;
    },
  };
  return events;
}

/** Adds every row of `from` to `to` (same fields). */
export function appendEvents<F extends string>(to: Events<F>, from: Events<F>): void {
  for (let k = 0; k < from.n; k++) {
    const row = to.next();
    for (const f of from.fields) to.at[f][row] = from.at[f][k];
  }
}
