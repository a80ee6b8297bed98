import { FathomError } from "../errors.ts";
import type { Book } from "../portfolio/book.ts";
import { type CarriedBook, carriedInto, carriedOf } from "../portfolio/carry-over.ts";
import type { System } from "../system.ts";
import { decodePlain, encodePlain } from "./checkpoint.ts";
import type { Money, RowOutput, RunnerState, Totals } from "./runner.ts";

/** What a runner takes along to another config: plain data. */
interface Carried {
  readonly book: CarriedBook;
  readonly totals: Totals;
  readonly money: Money;
}

/** Where the portfolio is among a plan's kernels, by the name that begins its key. */
const placeOf = ({ session }: RunnerState): number =>
  session.kernels.findIndex((key) => key.startsWith('["portfolio",'));

const bookOf = (state: RunnerState) => state.session.states[placeOf(state)] as Book;

/** What of a runner's state outlives a change of config, as a journal keeps it. */
export function packCarried(state: RunnerState): Uint8Array {
  const { totals, money } = state;
  const carried: Carried = { book: carriedOf(bookOf(state)), totals, money };
  return encodePlain(carried);
}

/**
 * The state to go on from: signals as `replayed` has them, whose runner took the same rows under the new config, and
 * the portfolio as it was. Throws v8's error where `carried` is not what packCarried made.
 */
export function unpackCarried(replayed: RunnerState, carried: Uint8Array): RunnerState {
  const { book, totals, money } = decodePlain(carried) as Carried;
  const states = [...replayed.session.states];
  states[placeOf(replayed)] = carriedInto(bookOf(replayed), book);
  return { ...replayed, session: { ...replayed.session, states }, totals, money };
}

/**
 * Requires that a portfolio makes sense under the config that it was carried over to.
 * @param last the last row under the new config; none before the first.
 * @throws FathomError E_CARRY_OVER_LOTS, E_CARRY_OVER_WARMUP
 */
export function checkCarried(
  system: System,
  before: RunnerState,
  replayed: RunnerState,
  last?: RowOutput,
): void {
  const { account, side } = bookOf(before);
  const { scale } = bookOf(replayed).account;
  system.traded.forEach((pair, p) => {
    if (account.quantity[p] === 0 && side[p] === 0) return;
    if (account.scale[p] !== scale[p]) {
      throw new FathomError(
        "E_CARRY_OVER_LOTS",
        `carry over: ${pair} is held in lots of 1/${account.scale[p]}, found 1/${scale[p]} in the config, expected the same; give [pairs.${pair}] the lot_decimals it was traded with`,
        { pair, found: scale[p], expected: account.scale[p] },
      );
    }
    const target = last?.value(system.signals.pairs[p].target);
    if (target === target) return;
    throw new FathomError(
      "E_CARRY_OVER_WARMUP",
      `carry over: ${pair} is held, and under this config its target is not known yet after ${replayed.session.row} journaled rows (the slowest signal needs ${system.lookback}): all of it would be sold; go on with the config it was begun with until then, or halt first`,
      { pair, rows: replayed.session.row, lookback: system.lookback },
    );
  });
}
