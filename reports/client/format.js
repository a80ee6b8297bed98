// @ts-check

/** What stands for a number that is not known. */
export const UNKNOWN = "–";

/** @type {Map<string, Intl.NumberFormat>} */
const formatters = new Map();

/** @param {string} key @param {Intl.NumberFormatOptions} options */
function formatter(key, options) {
  let made = formatters.get(key);
  if (made === undefined) {
    made = new Intl.NumberFormat("en-GB", options);
    formatters.set(key, made);
  }
  return made;
}

/** With thousands separators and this many decimals; never "-0". @param {number} x @param {number} decimals */
export function formatNumber(x, decimals = 2) {
  if (!Number.isFinite(x)) return UNKNOWN;
  const text = formatter(`d${decimals}`, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(x);
  return /^-[0.,]*$/.test(text) ? text.slice(1) : text;
}

/** Up to so many significant digits: prices and quantities, which span many magnitudes. @param {number} x */
export function formatSignificant(x, digits = 10) {
  if (!Number.isFinite(x)) return UNKNOWN;
  return formatter(`s${digits}`, { maximumSignificantDigits: digits }).format(x);
}

/** Money: cents up to 10,000, whole units above. @param {number} x */
export function formatMoney(x) {
  return formatNumber(x, Math.abs(x) < 10_000 ? 2 : 0);
}

/** Money with its sign. @param {number} x */
export function formatSigned(x, decimals = 2) {
  const text = formatNumber(x, decimals);
  return x > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** A fraction as percent. @param {number} x */
export function formatPercent(x, decimals = 2) {
  return Number.isFinite(x) ? `${formatNumber(x * 100, decimals)}%` : UNKNOWN;
}

/** @param {number} hours */
export function formatHold(hours) {
  if (!Number.isFinite(hours)) return UNKNOWN;
  if (hours < 1) return `${formatNumber(hours * 60, 0)} min`;
  if (hours < 48) return `${formatSignificant(hours, 3)} h`;
  const days = Math.floor(hours / 24);
  const rest = Math.round(hours - days * 24);
  return rest === 0 ? `${formatNumber(days, 0)} d` : `${formatNumber(days, 0)} d ${rest} h`;
}

/** "2021-03-04 05:00", UTC. @param {number} ms */
export function formatUtc(ms) {
  const text = isoOf(ms);
  return text === "" ? UNKNOWN : `${text.slice(0, 10)} ${text.slice(11, 16)}`;
}

/** ISO 8601, or nothing for what is no time. @param {number} ms */
export function isoOf(ms) {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : "";
}

/** "BTC" of "BTC/USD", and of "BTC". @param {string} symbol */
export const baseOf = (symbol) => symbol.split("/", 1)[0];
