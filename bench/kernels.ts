import { indicatorBenches } from "../engine/indicators/indicators.bench.ts";
import { type Figure, medianSeconds } from "./measure.ts";

const ROWS = 300_000;

/** ns a row of every indicator. */
export function kernelCost(): Figure[] {
  return indicatorBenches().map(({ name, run }) => ({
    name,
    value: (medianSeconds(5, () => run(ROWS)) * 1e9) / ROWS,
    unit: "ns/row",
  }));
}
