import { endianness } from "node:os";

/** A column of numbers inside JSON: little-endian floats of `f` bits in base64, `n` of them. */
export interface Packed {
  readonly f: 32 | 64;
  readonly n: number;
  readonly d: string;
}

/** Doubles: for times, order numbers, prices. */
export function pack64(values: ArrayLike<number>): Packed {
  const array = Float64Array.from(values, canonical);
  const bytes = Buffer.from(array.buffer);
  if (endianness() === "BE") bytes.swap64();
  return { f: 64, n: array.length, d: bytes.toString("base64") };
}

/** Singles: where seven digits do. */
export function pack32(values: ArrayLike<number>): Packed {
  const array = Float32Array.from(values, canonical);
  const bytes = Buffer.from(array.buffer);
  if (endianness() === "BE") bytes.swap32();
  return { f: 32, n: array.length, d: bytes.toString("base64") };
}

/** One NaN, whatever bits it came with: the same run gives the same page. */
const canonical = (x: number): number => (x === x ? x : Number.NaN);

/** Bytes that a packed column of `rows` numbers takes in the page. */
export const packedBytes = (rows: number, f: 32 | 64): number => Math.ceil((rows * f) / 8 / 3) * 4;

/**
 * JSON that may stand inside a script element: nothing in it can end the element, open a comment or, in old
 * parsers, end a line.
 */
export function jsonInScript(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
