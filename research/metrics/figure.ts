/** A figure, or why there is none: never NaN, never infinite. */
export type Figure = { readonly value: number } | { readonly value: null; readonly why: string };

/** `x` as a figure, or `why` where it is not finite. */
export function figure(x: number, why: string): Figure {
  if (!Number.isFinite(x)) return { value: null, why };
  return { value: x === 0 ? 0 : x }; // no -0
}

export const unsupported = (why: string): Figure => ({ value: null, why });

/** A figure in JSON: a plain number, or {"value": null, "why": "..."}. */
export type PlainFigure = number | { readonly value: null; readonly why: string };

export type Plain<T> = T extends Figure
  ? Exclude<keyof T, "value" | "why"> extends never
    ? PlainFigure
    : { readonly [K in keyof T]: Plain<T[K]> }
  : T extends readonly (infer U)[]
    ? readonly Plain<U>[]
    : T extends object
      ? { readonly [K in keyof T]: Plain<T[K]> }
      : T;

/** Every figure inside `x` in its JSON form; everything else as it is. */
export function plain<T>(x: T): Plain<T> {
  return plainOf(x) as Plain<T>;
}

function plainOf(x: unknown): unknown {
  if (Array.isArray(x)) return x.map(plainOf);
  if (typeof x !== "object" || x === null) return x;
  const keys = Object.keys(x);
  if (keys.length === 1 && keys[0] === "value") return (x as { value: unknown }).value;
  return Object.fromEntries(Object.entries(x).map(([k, v]) => [k, plainOf(v)]));
}
