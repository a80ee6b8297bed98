import { FathomError } from "../errors.ts";

/*
 * Plain data in a form of which equal values serialise to equal bytes. v8 writes a number as a small integer or as a
 * double, and an array as dense or sparse, by how it came to lie in memory: the same state made by computing and by
 * reading differ. So numbers become their 64 bits as bigints, with one NaN, and arrays are made anew.
 */

const double = new Float64Array(1);
const bits = new BigUint64Array(double.buffer);
const NAN = 0x7ff8000000000000n;

function bitsOf(x: number): bigint {
  if (x !== x) return NAN;
  double[0] = x;
  return bits[0];
}

function numberOf(x: bigint): number {
  bits[0] = x;
  return double[0];
}

/**
 * Makes plain data (null, booleans, numbers, strings, arrays, records, typed arrays) canonical. What is shared stays
 * shared. Typed arrays are not copied, and their NaN become the one NaN.
 * @throws FathomError E_CHECKPOINT_STATE for anything else, with its place.
 */
export const pack = (value: unknown): unknown => mapNumbers(value, true);

/** Undoes `pack`. */
export const unpack = (value: unknown): unknown => mapNumbers(value, false);

function mapNumbers(root: unknown, isPacking: boolean): unknown {
  const seen = new Map<object, unknown>();
  const walk = (value: unknown, path: string): unknown => {
    if (typeof value === "number" && isPacking) return bitsOf(value);
    if (typeof value === "bigint" && !isPacking) return numberOf(value);
    if (value === null || ["undefined", "boolean", "string"].includes(typeof value)) return value;
    if (typeof value !== "object") throw notPlain(path, typeof value);
    const before = seen.get(value);
    if (before !== undefined) return before;
    if (ArrayBuffer.isView(value)) {
      if (isPacking) oneNaN(value);
      seen.set(value, value);
      return value;
    }
    if (Array.isArray(value)) {
      const to: unknown[] = [];
      seen.set(value, to);
      for (let i = 0; i < value.length; i++) to.push(walk(value[i], `${path}[${i}]`));
      return to;
    }
    if (!isRecord(value)) throw notPlain(path, value.constructor?.name ?? "an object");
    const to: Record<string, unknown> = {};
    seen.set(value, to);
    for (const [key, item] of Object.entries(value)) {
      // Not to[key]: a key "__proto__" would be taken for the prototype.
      const own = {
        value: walk(item, `${path}.${key}`),
        enumerable: true,
        writable: true,
        configurable: true,
      };
      Object.defineProperty(to, key, own);
    }
    return to;
  };
  return walk(root, "state");
}

function isRecord(value: object): value is Record<string, unknown> {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function oneNaN(array: ArrayBufferView): void {
  if (!(array instanceof Float64Array || array instanceof Float32Array)) return;
  for (let i = 0; i < array.length; i++) if (array[i] !== array[i]) array[i] = Number.NaN;
}

const notPlain = (path: string, found: string) =>
  new FathomError(
    "E_CHECKPOINT_STATE",
    `checkpoint: found ${found} at ${path}, expected plain data: numbers, strings, booleans, null, arrays, records and typed arrays; change what the kernel's init returns`,
    { path, found },
  );
