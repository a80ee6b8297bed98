const ZERO = 48;
const NINE = 57;
const MINUS = 45;
const POINT = 46;
const PLUS = 43;
const UPPER_E = 69;
const LOWER_E = 101;

// A mantissa below 2^53 divided by an exact power of ten is rounded once: the double that Number() gives.
const POWERS = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
  1e20, 1e21, 1e22,
];
const MOST_DIGITS = 15;

/** Where a scan stopped. */
export interface Cursor {
  end: number;
}

/**
 * The number that starts at `start` and does not reach `limit`, from ASCII: -?(0|[1-9]\d*)(\.\d+)?, and with
 * an exponent only as programs print exact numbers: 2.9e-7 (JavaScript, Python), 1E+1 (Python's Decimal, in
 * Kraken's archive). Nothing else is a number here: no plus sign, no 1e3 or 1.23E+05 (a spreadsheet's, whose
 * digits may be lost), no 0x10, no .5, no blanks. The result is the double of Number(text), but -0 is 0. NaN when
 * no number starts there; `cursor.end` is one past the number, and the caller checks what stands there.
 */
export function scanDecimal(bytes: Uint8Array, start: number, limit: number, cursor: Cursor): number {
  let i = start;
  const negative = i < limit && bytes[i] === MINUS;
  if (negative) i++;
  const first = i;
  // Nine digits at a time fit whole numbers of 32 bits, which are faster than doubles.
  let mantissa = 0;
  let part = 0;
  let inPart = 0;
  let c = i < limit ? bytes[i] : 0;
  while (c >= ZERO && c <= NINE) {
    part = (part * 10 + (c - ZERO)) | 0;
    if (++inPart === 9) {
      mantissa = mantissa * 1e9 + part;
      part = 0;
      inPart = 0;
    }
    c = ++i < limit ? bytes[i] : 0;
  }
  let digits = i - first;
  if (digits === 0 || (digits > 1 && bytes[first] === ZERO)) return Number.NaN;
  let scale = 0;
  if (c === POINT) {
    const decimals = ++i;
    c = i < limit ? bytes[i] : 0;
    while (c >= ZERO && c <= NINE) {
      part = (part * 10 + (c - ZERO)) | 0;
      if (++inPart === 9) {
        mantissa = mantissa * 1e9 + part;
        part = 0;
        inPart = 0;
      }
      c = ++i < limit ? bytes[i] : 0;
    }
    scale = i - decimals;
    if (scale === 0) return Number.NaN;
    digits += scale;
  }
  let exponent = false;
  if (c === LOWER_E || c === UPPER_E) {
    i = endOfExponent(bytes, i, limit);
    if (i < 0) return Number.NaN;
    exponent = true;
  }
  cursor.end = i;
  if (exponent || digits > MOST_DIGITS) {
    const value = Number(ascii(bytes, start, i));
    return value === 0 ? 0 : value;
  }
  mantissa = mantissa * POWERS[inPart] + part;
  const value = scale === 0 ? mantissa : mantissa / POWERS[scale];
  return negative && value !== 0 ? -value : value;
}

/** One past the "e-7", "E-7" or "E+1" that starts at `e`, or -1. */
function endOfExponent(bytes: Uint8Array, e: number, limit: number): number {
  const sign = bytes[e + 1];
  const first = e + 2;
  if (first >= limit || !(sign === MINUS || (sign === PLUS && bytes[e] === UPPER_E))) return -1;
  // Spreadsheets pad with zero, 1.23E+05; so does Python, but it writes a small e.
  if (bytes[e] === UPPER_E && bytes[first] === ZERO) return -1;
  let i = first;
  while (i < limit && bytes[i] >= ZERO && bytes[i] <= NINE) i++;
  return i === first || i - first > 3 ? -1 : i;
}

/** The bytes as text, one character a byte. */
export function ascii(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]);
  return text;
}
