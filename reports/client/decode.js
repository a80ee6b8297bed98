// @ts-check

/**
 * Where a column lies among the page's bytes, and in which form: see reports/embed.ts, which writes it.
 * @typedef {{ n: number, at: number, f?: number, w?: number, steps?: boolean }} Packed
 * @typedef {Float64Array | Float32Array} Numbers
 * A table of the page: columns of numbers and lists of names. `n` is its rows.
 * @typedef {{ n: number, [column: string]: any }} Table
 * @typedef {object} Run
 * @property {Table} bars
 * @property {number | null} heldHeight how many times the others' height buy-and-hold takes, where that is too much
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
 * @property {{ release: number, least: number } | undefined} model settings of the gate, where a model judges the entries
 * @property {(symbol: string) => Table | undefined} candlesOf
 */

/**
 * The page's data out of its text: base64 of zlib's format of the length of some JSON, the JSON, and the bytes of
 * its columns.
 * @param {string} text
 * @returns {Promise<{ raw: Record<string, any>, bytes: Uint8Array }>}
 */
export async function unpackPage(text) {
  if (typeof DecompressionStream === "undefined")
    throw new Error(
      "this browser is too old to unpack the page's data (Chrome and Edge can since version 80, Safari since 16.4, Firefox since 113)",
    );
  const packed = Uint8Array.from(atob(text.trim()), (c) => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const all = new Uint8Array(await new Response(stream).arrayBuffer());
  const end = 4 + new DataView(all.buffer).getUint32(0, true);
  return { raw: JSON.parse(new TextDecoder().decode(all.subarray(4, end))), bytes: all.subarray(end) };
}

/** @param {unknown} x @returns {x is Packed} */
function isPacked(x) {
  return typeof x === "object" && x !== null && "n" in x && "at" in x && ("f" in x || "w" in x);
}

/**
 * @param {Uint8Array} bytes
 * @param {Packed} packed
 * @returns {Numbers}
 */
export function decodeNumbers(bytes, { n, at, f, w, steps }) {
  const width = w ?? Number(f) / 8;
  if (at + n * width > bytes.length)
    throw new Error(
      `packed numbers: found ${bytes.length} bytes, expected ${n} numbers of ${width} bytes from ${at}`,
    );
  if (w === undefined) {
    const raw = new Uint8Array(n * width);
    for (let k = 0; k < width; k++) for (let i = 0; i < n; i++) raw[i * width + k] = bytes[at + k * n + i];
    return f === 64 ? new Float64Array(raw.buffer) : new Float32Array(raw.buffer);
  }
  const numbers = new Float64Array(n);
  for (let k = 0; k < w; k++) for (let i = 0; i < n; i++) numbers[i] += bytes[at + k * n + i] * 256 ** k;
  for (let i = 0; i < n; i++) {
    const code = numbers[i];
    numbers[i] = code % 2 === 1 ? -(code + 1) / 2 : code / 2;
    if (steps && i > 0) numbers[i] += numbers[i - 1];
  }
  return numbers;
}

/**
 * Decodes every packed column of a table; lists of names stay as they are. An absent table has no rows.
 * @param {Record<string, unknown> | undefined} raw
 * @param {Uint8Array} bytes
 * @returns {Table}
 */
export function decodeTable(raw, bytes) {
  /** @type {Table} */
  const table = Object.assign(Object.create(null), { n: 0 });
  for (const [name, value] of Object.entries(raw ?? {})) {
    if (!isPacked(value)) {
      table[name] = value;
      continue;
    }
    const column = decodeNumbers(bytes, value);
    table[name] = column;
    table.n = Math.max(table.n, column.length);
  }
  return table;
}

/**
 * The bars of a pair with their prices, which reports/candles.ts writes as small whole numbers.
 * @param {Record<string, unknown>} raw
 * @param {Uint8Array} bytes
 */
export function decodeCandles(raw, bytes) {
  const bars = decodeTable(raw, bytes);
  const { digits, open, high, low, close } = bars;
  if (digits === undefined) return bars;
  const unit = 10 ** digits;
  let before = 0;
  for (let i = 0; i < bars.n; i++) {
    const from = before + open[i];
    const to = from + close[i];
    before = to;
    open[i] = from / unit;
    high[i] = (Math.max(from, to) + high[i]) / unit;
    low[i] = (Math.min(from, to) - low[i]) / unit;
    close[i] = to / unit;
  }
  return bars;
}

/**
 * The page's data, ready to use. Candles are decoded when a pair's are asked for.
 * @param {{ raw: Record<string, any>, bytes: Uint8Array }} unpacked
 * @returns {Run}
 */
export function decodeRun({ raw, bytes }) {
  const candles = new Map(Object.entries(raw.candles ?? {}));
  /** @type {Map<string, Table>} */
  const decoded = new Map();
  return {
    bars: decodeTable(raw.bars, bytes),
    heldHeight: raw.heldHeight ?? null,
    trips: decodeTable(raw.trips, bytes),
    orders: decodeTable(raw.orders, bytes),
    fills: decodeTable(raw.fills, bytes),
    cancels: decodeTable(raw.cancels, bytes),
    refusals: decodeTable(raw.refusals, bytes),
    regimes: raw.regimes ?? [],
    strategies: raw.strategies ?? [],
    pairs: raw.pairs ?? [],
    rules: raw.rules ?? [],
    quote: raw.quote ?? "",
    intervalMs: raw.intervalMs,
    limits: raw.limits ?? {},
    sizing: raw.sizing ?? {},
    multipliers: raw.multipliers ?? {},
    model: raw.model,
    candlesOf(symbol) {
      const packed = candles.get(symbol);
      if (packed === undefined) return undefined;
      const table = decoded.get(symbol) ?? decodeCandles(packed, bytes);
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
