// @ts-check

/**
 * Numbers as the page carries them: `d` is base64 of `n` little-endian floats of `f` bits.
 * @typedef {{ f: number, n: number, d: string }} Packed
 * @typedef {Float64Array | Float32Array} Numbers
 * A table of the page: columns of numbers and lists of names. `n` is its rows.
 * @typedef {{ n: number, [column: string]: any }} Table
 * @typedef {object} Run
 * @property {Table} bars
 * @property {Table} trips
 * @property {Table} orders
 * @property {Table} fills
 * @property {Table} cancels
 * @property {Table} refusals
 * @property {string[]} regimes
 * @property {string[]} strategies
 * @property {string[]} pairs
 * @property {string[]} rules
 * @property {string} quote
 * @property {number} intervalMs
 * @property {Record<string, number>} limits
 * @property {{ unit?: number, cap?: number, multipliers?: Record<string, number> }} sizing
 * @property {Record<string, number>} multipliers
 * @property {(symbol: string) => Table | undefined} candlesOf
 */

/** @param {unknown} x @returns {x is Packed} */
function isPacked(x) {
  return typeof x === "object" && x !== null && "d" in x && "n" in x && "f" in x;
}

/**
 * @param {Packed} packed
 * @returns {Numbers}
 */
export function decodeNumbers({ f, n, d }) {
  const bytes = f / 8;
  const text = atob(d);
  if ((f !== 32 && f !== 64) || text.length !== n * bytes) {
    throw new Error(`packed numbers: found ${text.length} bytes, expected ${n} floats of ${f} bits`);
  }
  const raw = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) raw[i] = text.charCodeAt(i);
  return f === 64 ? new Float64Array(raw.buffer) : new Float32Array(raw.buffer);
}

/**
 * Decodes every packed column of a table; lists of names stay as they are. An absent table has no rows.
 * @param {Record<string, unknown> | undefined} raw
 * @returns {Table}
 */
export function decodeTable(raw) {
  /** @type {Table} */
  const table = Object.assign(Object.create(null), { n: 0 });
  for (const [name, value] of Object.entries(raw ?? {})) {
    if (!isPacked(value)) {
      table[name] = value;
      continue;
    }
    const column = decodeNumbers(value);
    table[name] = column;
    table.n = Math.max(table.n, column.length);
  }
  return table;
}

/**
 * The page's data, ready to use. Candles are decoded when a pair's are asked for.
 * @param {Record<string, any>} raw
 * @returns {Run}
 */
export function decodeRun(raw) {
  const candles = new Map(Object.entries(raw.candles ?? {}));
  /** @type {Map<string, Table>} */
  const decoded = new Map();
  return {
    bars: decodeTable(raw.bars),
    trips: decodeTable(raw.trips),
    orders: decodeTable(raw.orders),
    fills: decodeTable(raw.fills),
    cancels: decodeTable(raw.cancels),
    refusals: decodeTable(raw.refusals),
    regimes: raw.regimes ?? [],
    strategies: raw.strategies ?? [],
    pairs: raw.pairs ?? [],
    rules: raw.rules ?? [],
    quote: raw.quote ?? "",
    intervalMs: raw.intervalMs,
    limits: raw.limits ?? {},
    sizing: raw.sizing ?? {},
    multipliers: raw.multipliers ?? {},
    candlesOf(symbol) {
      const packed = candles.get(symbol);
      if (packed === undefined) return undefined;
      const table = decoded.get(symbol) ?? decodeTable(packed);
      decoded.set(symbol, table);
      return table;
    },
  };
}

/**
 * The last row whose time is not after `time`, or -1. Times ascend.
 * @param {ArrayLike<number>} times
 * @param {number} time
 */
export function rowAt(times, time) {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
