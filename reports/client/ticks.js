// @ts-check

/** Mantissas of a logarithmic axis, from the finest to the coarsest. */
const MANTISSAS = [
  [1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9],
  [1, 1.5, 2, 3, 4, 5, 7],
  [1, 2, 3, 5, 7],
  [1, 2, 5],
  [1, 3],
  [1],
];

/** Below this ratio of its ends a logarithmic axis is nearly straight, and even steps read best. */
const NEARLY_STRAIGHT = 3.2;

/**
 * Round values in [min, max] for a logarithmic axis, at least 1 / most of its length apart.
 * @param {number} min above 0
 * @param {number} max
 * @param {number} most
 * @returns {number[]}
 */
export function logTicks(min, max, most) {
  if (!(min > 0 && max > min)) return [];
  const gap = Math.log(max / min) / most;
  if (max / min < NEARLY_STRAIGHT) return stepTicks(min, max, max * (1 - Math.exp(-gap)));
  for (const mantissas of MANTISSAS) {
    const ticks = mantissaTicks(min, max, mantissas);
    if (ticks.every((x, i) => i === 0 || Math.log(x / ticks[i - 1]) >= gap)) return ticks;
  }
  const decades = mantissaTicks(min, max, [1]);
  const every = Math.ceil(Math.log10(max / min) / most);
  return decades.filter((_, i) => i % every === 0);
}

/** @param {number} min @param {number} max @param {number[]} mantissas */
function mantissaTicks(min, max, mantissas) {
  const ticks = [];
  const last = Math.floor(Math.log10(max)) + 1;
  for (let e = Math.floor(Math.log10(min)) - 1; e <= last; e++) {
    for (const m of mantissas) {
      const x = Number(`${m}e${e}`);
      if (x >= min && x <= max) ticks.push(x);
    }
  }
  return ticks;
}

/** Multiples in [min, max] of the least of 1, 2, 5 * 10^k from `atLeast` on. @param {number} min @param {number} max @param {number} atLeast */
export function stepTicks(min, max, atLeast) {
  const e = Math.floor(Math.log10(atLeast));
  const m = [1, 2, 5, 10].find((x) => Number(`${x}e${e}`) >= atLeast * (1 - 1e-9)) ?? 10;
  const step = Number(`${m}e${e}`);
  const ticks = [];
  for (let k = Math.ceil(min / step - 1e-9); k * step <= max * (1 + 1e-12); k++) {
    ticks.push(Number((k * step).toPrecision(12)));
  }
  return ticks;
}

const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 4, 7, 14].map((n) => n * DAY),
];
const MONTHS = [1, 2, 3, 6, 12, 24, 60, 120, 240];
/** 1970-01-05 was a Monday: weeks begin there. */
const MONDAY = 4 * DAY;

/**
 * UTC times in [min, max] at which a calendar reader expects ticks, at most `most` of them.
 * @param {number} min ms
 * @param {number} max ms
 * @param {number} most
 * @returns {number[]}
 */
export function timeTicks(min, max, most) {
  if (!(max > min)) return [];
  const atLeast = (max - min) / most;
  const step = STEPS.find((s) => s >= atLeast);
  const ticks = [];
  if (step !== undefined) {
    const from = step % (7 * DAY) === 0 ? MONDAY : 0;
    for (let t = Math.ceil((min - from) / step) * step + from; t <= max; t += step) ticks.push(t);
    return ticks;
  }
  const months = MONTHS.find((m) => m * 31.5 * DAY >= atLeast) ?? 480;
  const first = new Date(min);
  const index = first.getUTCFullYear() * 12 + first.getUTCMonth();
  for (let k = Math.floor(index / months) * months; ; k += months) {
    const t = Date.UTC(Math.floor(k / 12), k % 12, 1);
    if (t > max) return ticks;
    if (t >= min) ticks.push(t);
  }
}

const MONTH_NAMES = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * A label a tick; its second line gives the day or year where that differs from the tick before.
 * @param {readonly number[]} ticks
 * @returns {string[]}
 */
export function timeLabels(ticks) {
  const step = ticks.length > 1 ? ticks[1] - ticks[0] : DAY;
  let before = "";
  return ticks.map((t) => {
    const date = new Date(t);
    const year = String(date.getUTCFullYear());
    const day = `${date.getUTCDate()} ${MONTH_NAMES[date.getUTCMonth()]}`;
    if (step >= 360 * DAY) return year;
    const [label, under] =
      step < DAY
        ? [date.toISOString().slice(11, 16), day]
        : step < 28 * DAY
          ? [day, year]
          : [MONTH_NAMES[date.getUTCMonth()], year];
    const text = under === before ? label : `${label}\n${under}`;
    before = under;
    return text;
  });
}

/**
 * Labels of an axis with the fewest decimals that tell all ticks apart.
 * @param {readonly number[]} ticks
 * @param {(x: number, decimals: number) => string} format
 * @returns {string[]}
 */
export function numberLabels(ticks, format) {
  for (let decimals = 0; ; decimals++) {
    const scale = 10 ** decimals;
    const isExact = ticks.every((x) => Math.abs(Math.round(x * scale) / scale - x) <= 1e-9 * Math.abs(x));
    if (isExact || decimals === 8) return ticks.map((x) => format(x, decimals));
  }
}
