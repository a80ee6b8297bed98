/** Checks of parsed JSON whose shape nobody has vouched for. */

/** A plain object with exactly these keys, given in their order. */
export function hasKeys<K extends string>(x: unknown, keys: readonly K[]): x is Record<K, unknown> {
  if (!isObject(x)) return false;
  const found = Object.keys(x).sort();
  return found.length === keys.length && found.every((key, k) => key === keys[k]);
}

export const isObject = (x: unknown): x is Record<string, unknown> =>
  typeof x === "object" && x !== null && !Array.isArray(x);

/** So many lower-case hex digits. */
export const isHex = (x: unknown, digits: number): x is string =>
  typeof x === "string" && x.length === digits && /^[0-9a-f]*$/.test(x);

/** A time as toISOString writes it. */
export const isTime = (x: unknown): x is string =>
  typeof x === "string" && Number.isFinite(Date.parse(x)) && new Date(x).toISOString() === x;

export const isCount = (x: unknown, from = 0): x is number =>
  Number.isSafeInteger(x) && (x as number) >= from;
