import { z } from "zod";

/**
 * Settings are zod numbers that carry their unit, so that `fathom config` can print it. A module
 * exports the zod piece of its own settings beside the code that uses them; config.ts joins them.
 */
function number(unit: string, fallback: number, description: string, min: number, max: number) {
  return z.number().min(min).max(max).default(fallback).meta({ unit, description });
}

/** A share of one, never percent. */
export const fraction = (fallback: number, description: string, min = 0, max = 1) =>
  number("fraction", fallback, description, min, max);

/** A span in hours, which must be a whole number of decision bars. */
export const hours = (fallback: number, description: string, min = 1) =>
  number("h", fallback, description, min, 1e6);

export const usd = (fallback: number, description: string, min = 0) =>
  number("USD", fallback, description, min, 1e15);

/** A plain factor or ratio without a unit. */
export const ratio = (fallback: number, description: string, min = 0, max = 1e6) =>
  number("ratio", fallback, description, min, max);

/** A level in points of the volatility index. */
export const points = (fallback: number, description: string, min = 0) =>
  number("VIX points", fallback, description, min, 1000);

export const count = (fallback: number, description: string, min = 0, max = 1e9) =>
  z.number().int().min(min).max(max).default(fallback).meta({ unit: "count", description });

export const milliseconds = (fallback: number, description: string, min = 0) =>
  number("ms", fallback, description, min, 1e12);

export const days = (fallback: number, description: string, min = 0) =>
  number("d", fallback, description, min, 1e5);

export const flag = (fallback: boolean, description: string) =>
  z.boolean().default(fallback).meta({ unit: "true/false", description });
