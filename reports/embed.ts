import { deflateSync } from "node:zlib";

/** Numbers on their way into the page: doubles, or singles where seven digits do. */
export type Column = Float64Array | Float32Array;

/**
 * How a column lies among the page's bytes: `n` numbers from byte `at`, first the lowest byte of each, then the next
 * (what changes little stands together, which halves the size). `f`: floats of so many bits. `w`: whole numbers
 * of so many bytes, 2x for x >= 0 and -2x - 1 below; with `steps`, each but the first is what was added.
 */
export interface Packed {
  readonly n: number;
  readonly at: number;
  readonly f?: 32 | 64;
  readonly w?: number;
  readonly steps?: true;
}

/**
 * JSON data with typed arrays anywhere in it, as text for a script element: base64 of zlib's format of (length of the
 * JSON as 4 bytes, the JSON, the columns). Every number comes back to the bit; every NaN as the same NaN.
 * client/decode.js reads it.
 */
export function packPage(data: unknown): string {
  const columns: Uint8Array[] = [];
  let end = 0;
  const json = JSON.stringify(data, (_, value: unknown) => {
    if (!(value instanceof Float64Array || value instanceof Float32Array)) return value;
    const { bytes, ...form } = planesOf(value);
    const packed: Packed = { n: value.length, at: end, ...form };
    columns.push(bytes);
    end += bytes.length;
    return packed;
  });
  const text = Buffer.from(json);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return deflateSync(Buffer.concat([length, text, ...columns])).toString("base64");
}

function planesOf(column: Column): Pick<Packed, "f" | "w" | "steps"> & { readonly bytes: Uint8Array } {
  if (column.every(isWhole)) return wholePlanes(column);
  const width = column.BYTES_PER_ELEMENT;
  const raw = new Uint8Array(column.map((x) => (x === x ? x : Number.NaN)).buffer);
  const bytes = new Uint8Array(raw.length);
  for (let k = 0; k < width; k++) {
    for (let i = 0; i < column.length; i++) bytes[k * column.length + i] = raw[i * width + k];
  }
  return { f: width === 8 ? 64 : 32, bytes };
}

/** Whole, with room for the doubling and for steps; -0 is none, as it would come back as 0. */
const isWhole = (x: number): boolean => Number.isInteger(x) && Math.abs(x) < 2 ** 50 && !Object.is(x, -0);

function wholePlanes(column: Column): {
  readonly w: number;
  readonly steps?: true;
  readonly bytes: Uint8Array;
} {
  const n = column.length;
  const ascends = n > 1 && column.every((x, i) => i === 0 || x >= column[i - 1]);
  const codes = Float64Array.from(column, (x, i) => {
    const part = ascends && i > 0 ? x - column[i - 1] : x;
    return part < 0 ? -2 * part - 1 : 2 * part;
  });
  let w = 1;
  for (const code of codes) while (code >= 256 ** w) w++;
  const bytes = new Uint8Array(w * n);
  for (let k = 0; k < w; k++) {
    for (let i = 0; i < n; i++) bytes[k * n + i] = Math.floor(codes[i] / 256 ** k) % 256;
  }
  return ascends ? { w, steps: true, bytes } : { w, bytes };
}
