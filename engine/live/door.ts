import { FathomError } from "../errors.ts";
import { barCheck, barFault, checkBar, PASSED } from "../market/bar-check.ts";
import { BAR_FIELDS } from "../market/bars.ts";
import type { System } from "../system.ts";
import type { LiveRow } from "./row.ts";

/** What the door remembers: plain data, part of a checkpoint. */
export interface DoorState {
  /** Close of the last row that passed, ms UTC; NaN before the first. */
  time: number;
  /** Whether each pair was listed by then, and whether the outside index was known. */
  readonly listed: boolean[];
  known: boolean;
}

export const closedDoor = (pairs: number): DoorState => ({
  time: Number.NaN,
  listed: Array.from({ length: pairs }, () => false),
  known: false,
});

/**
 * The door of the live runner: a row that passes is one that the system may be advanced by. The number of pairs;
 * the time on the grid and exactly one interval after the row before; every bar as bar-check.ts wants it; no pair
 * and no outside index gone that was there before. Only `passed` moves the state.
 * @param now time of day, ms UTC.
 * @throws FathomError E_ROW_PAIRS, E_ROW_TIME, E_ROW_ORDER, E_ROW_GAP, E_ROW_MISSING, E_ROW_OUTSIDE, and
 * E_DATA_* of bar-check.ts; each names row, pair, field, what was found and what was expected.
 */
export function checkRow(system: System, state: DoorState, row: LiveRow, at: number, now: number): void {
  const { symbols, interval } = system;
  const check = barCheck(interval, now);
  checkTime(state, row.time, at, interval, check.latest, now);
  if (row.pairs.length !== symbols.length) {
    throw refused("E_ROW_PAIRS", row, at, "", "pairs", row.pairs.length, `${symbols.length} of them`);
  }
  const open = row.time - interval;
  for (let p = 0; p < symbols.length; p++) {
    const bar = row.pairs[p];
    if (bar === null) {
      if (!state.listed[p]) continue;
      const expected = "a bar: the pair is listed; a bar without trades is flat, of volume 0";
      throw refused("E_ROW_MISSING", row, at, symbols[p], "bar", "nothing", expected);
    }
    check.last = Number.NEGATIVE_INFINITY;
    const found = checkBar(check, open, bar[0], bar[1], bar[2], bar[3], bar[4]);
    if (found === PASSED) continue;
    const { code, field, expected } = barFault(found);
    const value = field === "time" ? open : bar[BAR_FIELDS.indexOf(field)];
    throw refused(code, row, at, symbols[p], field, value, expected);
  }
  if (system.inputs.outside !== undefined) checkOutside(state, row, at);
}

function checkTime(
  state: DoorState,
  time: number,
  at: number,
  interval: number,
  latest: number,
  now: number,
): void {
  const row = { time };
  if (time - interval > latest) {
    const expected = `a bar that opens at most a day after this machine's time, ${iso(now)}`;
    throw refused("E_ROW_TIME", row, at, "", "time", iso(time), expected);
  }
  if (!Number.isSafeInteger(time) || time % interval !== 0) {
    const expected = `a close on the grid: a whole multiple of ${interval} ms, UTC`;
    throw refused("E_ROW_TIME", row, at, "", "time", time, expected);
  }
  if (Number.isNaN(state.time)) return;
  const next = state.time + interval;
  if (time === next) return;
  const expected = `${iso(next)}, one interval after the row before`;
  throw refused(time < next ? "E_ROW_ORDER" : "E_ROW_GAP", row, at, "", "time", iso(time), expected);
}

function checkOutside(state: DoorState, row: LiveRow, at: number): void {
  const { value, age } = row.outside ?? { value: "nothing", age: "nothing" };
  const isNumber = typeof value === "number" && value > 0 && value < Infinity;
  if (isNumber && typeof age === "number" && age >= 0 && age < Infinity) return;
  if (!state.known && Number.isNaN(value) && Number.isNaN(age)) return;
  const field = isNumber ? "outside.age" : "outside.value";
  const expected = isNumber ? "an age of 0 ms or more" : "an index above 0, which regime.source asks for";
  throw refused("E_ROW_OUTSIDE", row, at, "", field, isNumber ? age : value, expected);
}

/** Notes a row that passed. An outside index that the system does not take is not journaled, and so not noted. */
export function passed(system: System, state: DoorState, row: LiveRow): void {
  state.time = row.time;
  for (let p = 0; p < row.pairs.length; p++) if (row.pairs[p] !== null) state.listed[p] = true;
  if (system.inputs.outside !== undefined && !Number.isNaN(row.outside?.value)) state.known = true;
}

const iso = (ms: number): string => (Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms));

function refused(
  code: string,
  { time }: { readonly time: number },
  row: number,
  pair: string,
  field: string,
  found: number | string,
  expected: string,
): FathomError {
  const of = pair === "" ? "" : `${pair}, `;
  return new FathomError(
    code,
    `runner: found ${field} ${found} in row ${row} (${of}close ${iso(time)}), expected ${expected}; the row was not taken; correct the feed`,
    { row, time: iso(time), ...(pair !== "" && { pair }), field, found, expected },
  );
}
