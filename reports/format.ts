import type { PlainFigure } from "../research/metrics/figure.ts";
import type { Interval } from "../research/runs/intervals.ts";

/** Numbers and moments as a person reads them: the only place of a report in which a fraction becomes percent. */

export type Show = (x: number) => string;

function grouped(x: number, digits: number): string {
  const text = x.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return /^-[0.,]*$/.test(text) ? text.slice(1) : text; // no -0.00
}

/** From 1,000 % on a decimal says nothing. */
export const percent: Show = (x) => `${grouped(x * 100, Math.abs(x) < 10 ? 1 : 0)}%`;
export const finePercent: Show = (x) => `${grouped(x * 100, 3)}%`;
export const money: Show = (x) => grouped(x, 2);
/** Money where cents say nothing. */
export const wholeMoney: Show = (x) => grouped(x, 0);
export const ratio: Show = (x) => grouped(x, 2);
export const fineRatio: Show = (x) => grouped(x, 3);
export const tenth: Show = (x) => grouped(x, 1);
export const whole: Show = (x) => grouped(x, 0);

/** A price with the digits that tell it from its neighbours: seven significant ones. */
export const price: Show = (x) => {
  const digits = x > 0 ? Math.min(8, Math.max(2, 6 - Math.floor(Math.log10(x)))) : 2;
  return x.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: digits });
};

/** "2021-03-04" of ms UTC or an ISO time. */
export const date = (at: number | string): string => isoOf(at).slice(0, 10);

/** "2021-03-04 05:00" UTC. */
export const moment = (at: number | string): string => isoOf(at).slice(0, 16).replace("T", " ");

const isoOf = (at: number | string): string => (typeof at === "string" ? at : new Date(at).toISOString());

/** A figure as text, or the figure itself where it has no value: a table shows its reason. */
export const shown = (f: PlainFigure, show: Show): string | { readonly why: string } =>
  typeof f === "number" ? show(f) : f;

/** "-0.95 to 1.33", or the interval itself where there is none. */
export const span = (i: Interval, show: Show): string | { readonly why: string } =>
  i.low === null ? i : `${show(i.low)} to ${show(i.high)}`;

export const numberOf = (f: PlainFigure): number | null => (typeof f === "number" ? f : null);
