import type { Column } from "./kernel.ts";
import { scramble } from "./law-garbage.ts";
import { clock, code, type InputColumn, type InputsOf, number } from "./law-run.ts";
import type { BarColumns } from "./market/bars.ts";

/**
 * "usual": everything known from the first row. "staggered": every series begins at a row of its own.
 * "extreme": valid bars at their worst: flat for long, without volume, a million times dearer or cheaper
 * from one bar to the next; levels that sit on their bounds and leap between them.
 */
export const STYLES = ["usual", "staggered", "extreme"] as const;
export type Style = (typeof STYLES)[number];

/** Seeded input data that passes the door; every call is another series. */
export interface InputMaker {
  readonly rows: number;
  /** Close times on a grid of `interval` ms whose first row is the first of a UTC day. */
  time(interval: number): InputColumn;
  bars(): InputsOf<BarColumns>;
  /** The closes of such bars. */
  price(): InputColumn;
  /** A wandering number in [low, high]. */
  level(low: number, high: number): InputColumn;
  /** Whole numbers in [low, high] that stay for a while. */
  codes(low: number, high: number): InputColumn;
}

/** A UTC midnight. */
const FIRST_DAY = 1_600_041_600_000;

export function createInputs(rows: number, seed: number, style: Style): InputMaker {
  let series = 0;
  const uniforms = () => {
    const base = scramble(seed * 7919 + series++);
    let k = 0;
    return () => (scramble(base + Math.imul(k++, 0x9e3779b9)) + 0.5) / 2147483648;
  };
  const isExtreme = style === "extreme";
  /** First known row of the next series. */
  const listing = (random: () => number) => (style === "staggered" ? Math.floor(random() * 0.25 * rows) : 0);
  const column = () => new Float64Array(rows).fill(Number.NaN);

  function bars(): InputsOf<BarColumns> {
    const random = uniforms();
    const made = { open: column(), high: column(), low: column(), close: column(), volume: column() };
    let price = isExtreme && random() < 0.5 ? 1e-7 : 100 * random() + 1;
    for (let i = listing(random); i < rows; i++) {
      const isFlat = isExtreme && scramble(seed + (i >> 5)) % 3 === 0;
      const leap = isExtreme && !isFlat && random() < 0.05 ? (price > 1e3 ? 1e-6 : 1e6) : 1;
      const open = isFlat ? price : price * leap * (0.99 + 0.02 * random());
      const close = isFlat ? price : open * (0.97 + 0.06 * random());
      made.open[i] = open;
      made.close[i] = price = close;
      made.high[i] = isFlat ? price : Math.max(open, close) * (1 + 0.02 * random());
      made.low[i] = isFlat ? price : Math.min(open, close) * (1 - 0.02 * random());
      made.volume[i] = isFlat || random() < 0.15 ? 0 : 1000 * random();
    }
    return {
      open: number(made.open),
      high: number(made.high),
      low: number(made.low),
      close: number(made.close),
      volume: number(made.volume),
    };
  }

  function wander(low: number, high: number): Column {
    const random = uniforms();
    const values = column();
    let at = random();
    for (let i = listing(random); i < rows; i++) {
      if (isExtreme) {
        const r = random();
        at = r < 0.1 ? 0 : r < 0.2 ? 1 : r < 0.25 ? random() : at;
      } else {
        at += 0.3 * (random() - 0.5);
        at = at < 0 ? -at : at > 1 ? 2 - at : at;
      }
      values[i] = low + (high - low) * at;
    }
    return values;
  }

  return {
    rows,
    time: (interval) => clock(Float64Array.from({ length: rows }, (_, i) => FIRST_DAY + interval * (i + 1))),
    bars,
    price: () => bars().close,
    level: (low, high) => number(wander(low, high)),
    codes(low, high) {
      const random = uniforms();
      const values = column();
      let at = low;
      for (let i = listing(random); i < rows; i++) {
        if (random() < 0.15) at = low + Math.floor(random() * (high - low + 1));
        values[i] = at;
      }
      return code(values);
    },
  };
}
