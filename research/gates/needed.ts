import { DAY } from "../../engine/market/bars.ts";
import { type Figure, figure, unsupported } from "../metrics/figure.ts";
import { minimumTrackRecord, sharpeSample } from "../metrics/sharpe-inference.ts";
import { GATE_PROTOCOL } from "../splits/gate-folds.ts";
import type { GateBounds } from "./bounds.ts";
import type { GateDetail } from "./detail.ts";
import type { Reported } from "./gate.ts";
import type { OutOfSampleEvidence } from "./out-of-sample.ts";

type Need = GateDetail["needed"][number];
type Folds = OutOfSampleEvidence["folds"];

/** Days of a fold. */
const FOLD = GATE_PROTOCOL.test / DAY;
const MONTH = 365 / 12;

export const MONTHS_NEEDED = "months of data still needed";

export const daysOutOfSample = (folds: Folds): number =>
  folds.reduce((sum, { edge, end }) => sum + (end - edge), 0) / DAY;

/**
 * How many days of data gate 3 still lacks to judge by, for each thing that it asks to be many, if that comes on as it
 * came so far: days out of sample more, (bound - found) / (found a day). They are judged in whole folds of 90 days, so the
 * wait is until the fold that holds the last of them is whole; what the data hold of the next fold is taken off.
 * PSR(0) asks for its minimum track record, which there is none of without a Sharpe ratio above 0.
 */
export function dataNeeded(
  {
    folds,
    beyond,
    predictions,
    equity,
  }: Pick<OutOfSampleEvidence, "folds" | "beyond" | "predictions" | "equity">,
  bounds: GateBounds,
): Need[] {
  const days = daysOutOfSample(folds);
  const need = (what: string, found: number, bound: number, none: string): Need => ({
    what,
    days: found >= bound ? { value: 0 } : figure(wait(((bound - found) * days) / found, beyond), none),
  });
  const { effectivePositives, effectivePredicted } = predictions;
  const sample = sharpeSample(equity.returns);
  const record = minimumTrackRecord(sample, 0, bounds.psr);
  return [
    need("days out of sample", days, bounds.days, "none so far"),
    need("folds", folds.length, bounds.folds, "none so far"),
    need("effective positives", effectivePositives, bounds.positives, "none was found so far"),
    need("effective predicted positives", effectivePredicted, bounds.positives, "none was predicted so far"),
    record.value === null
      ? { what: "PSR(0)", days: record }
      : need("PSR(0)", sample.n, record.value, "no returns so far"),
  ];
}

/** The same before the first fold is whole. @param missing Time until it is, ms: of E_SPLIT_SHORT's context. */
export function dataNeededAtFirst(missing: number, { days, folds }: GateBounds): Need[] {
  const beyond = GATE_PROTOCOL.test - missing;
  return [
    { what: "days out of sample", days: { value: wait(days, beyond) } },
    { what: "folds", days: { value: wait(folds * FOLD, beyond) } },
  ];
}

/** Days until so many more are out of sample. @param beyond Data behind the last whole fold, ms. */
const wait = (days: number, beyond: number): number => Math.ceil(days / FOLD) * FOLD - beyond / DAY;

/** The longest of these waits, as a person plans: 0 where there is enough, no value where one of them has none. */
export function monthsNeeded(needed: readonly Need[]): Reported {
  let longest = 0;
  let of = "";
  for (const { what, days } of needed) {
    if (days.value === null) return { name: MONTHS_NEEDED, value: unsupported(`${what}: ${days.why}`) };
    if (days.value > longest) {
      longest = days.value;
      of = what;
    }
  }
  const value: Figure = { value: longest / MONTH };
  return { name: MONTHS_NEEDED, value, ...(longest > 0 && { why: `the longest wait: ${of}` }) };
}
