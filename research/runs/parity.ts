import type { Events } from "../../engine/events.ts";
import type { Column, Slot } from "../../engine/kernel.ts";
import type { LiveRow } from "../../engine/live/row.ts";
import { panelRows } from "../../engine/live/row.ts";
import { createRunner, nothingSaid, type RowOutput } from "../../engine/live/runner.ts";
import type { Panel } from "../../engine/market/bars.ts";
import type { Replay } from "../../engine/replay.ts";
import type { System } from "../../engine/system.ts";
import { iso } from "./rows.ts";

/** parity.json: a replay and the live runner over the same rows, compared bit for bit. */
export interface Parity {
  readonly verdict: "identical" | "different";
  /** Rows, orders, fills, cancels, refusals and numbers that were compared. */
  readonly rows: number;
  readonly orders: number;
  readonly fills: number;
  readonly cancels: number;
  readonly refusals: number;
  readonly numbers: number;
  readonly difference: ParityDifference | null;
}

/** The first difference: the table or column, the pair (or null), the row with its close, and both values. */
export interface ParityDifference {
  readonly what: string;
  readonly pair: string | null;
  readonly row: number;
  readonly time: string;
  readonly replay: number | null;
  readonly live: number | null;
}

export interface ParityOptions {
  /** What the runner is fed instead of the panel's own rows. */
  readonly rows?: Iterable<LiveRow>;
  /** Called every 1,024 rows. */
  onProgress?(rows: number, of: number): void;
}

/**
 * Feeds a panel's rows to the live runner, one at a time through its door, and compares all that it decides and does
 * with a replay of the same panel: every kept column, orders, fills, cancels, refusals, by their bits (NaN equals
 * NaN). Ends at the first difference.
 * @param system wired anew as the replay's was.
 * @throws FathomError what the runner's door refuses.
 */
export function parity(system: System, panel: Panel, replay: Replay, options: ParityOptions = {}): Parity {
  const { rows = panelRows(panel), onProgress } = options;
  const of = panel.time.length;
  const columns = comparedColumns(system, replay);
  const tables = comparedTables(system, replay);
  const runner = createRunner(system);
  const quiet = nothingSaid(0);
  const counts = { rows: 0, numbers: 0 };

  const sum = (difference: ParityDifference | null): Parity => ({
    verdict: difference === null ? "identical" : "different",
    rows: counts.rows,
    orders: tables.orders.done,
    fills: tables.fills.done,
    cancels: tables.cancels.done,
    refusals: tables.refusals.done,
    numbers: counts.numbers,
    difference,
  });
  const differs = (row: number, what: string, pair: string | null, ofReplay: number, ofLive: number) =>
    sum({
      what,
      pair,
      row,
      time: iso(panel.time[Math.min(row, of - 1)]),
      replay: finite(ofReplay),
      live: finite(ofLive),
    });

  for (const row of rows) {
    const i = counts.rows;
    if (i === of) return differs(i, "rows", null, of, i + 1);
    const out = runner.take(row, quiet, Number.POSITIVE_INFINITY);
    if (out.time !== panel.time[i]) return differs(i, "time", null, panel.time[i], out.time);
    counts.numbers++;
    for (const { name, pair, slot, column } of columns) {
      const live = out.value(slot);
      if (!Object.is(live, column[i])) return differs(i, name, pair, column[i], live);
      counts.numbers++;
    }
    for (const table of Object.values(tables)) {
      const found = table.compare(out, replay.symbols);
      counts.numbers += found.numbers;
      if (found.difference !== null) {
        const { what, pair, ofReplay, ofLive } = found.difference;
        return differs(i, what, pair, ofReplay, ofLive);
      }
    }
    counts.rows++;
    if (counts.rows % 1024 === 0) onProgress?.(counts.rows, of);
  }
  if (counts.rows < of) return differs(counts.rows, "rows", null, of, counts.rows);
  for (const [name, { done }] of Object.entries(tables)) {
    const { n } = replay[name as EventTable];
    if (done < n) return differs(of, name, null, n, done);
  }
  return sum(null);
}

/** As JSON can hold it. */
const finite = (x: number): number | null => (Number.isFinite(x) ? x : null);

interface ComparedColumn {
  readonly name: string;
  readonly pair: string | null;
  readonly slot: Slot;
  readonly column: Column;
}

/** Decisions before the money they lead to: the first difference is then the cause. */
function comparedColumns({ signals, portfolio: money }: System, replay: Replay): ComparedColumn[] {
  const { columns: c, symbols, strategies } = replay;
  const whole = (name: string, slot: Slot, column: Column) => ({ name, pair: null, slot, column });
  return [
    whole("index", signals.index, c.index),
    ...(c.indexAge === undefined ? [] : [whole("indexAge", signals.outsideAge[0], c.indexAge)]),
    whole("regime", signals.regime, c.regime),
    whole("confidence", signals.confidence, c.confidence),
    whole("recovery", signals.recovery, c.recovery),
    whole("first", signals.first, c.first),
    whole("second", signals.second, c.second),
    whole("share", signals.share, c.share),
    ...c.pairs.flatMap(({ target, owner, quantity, score }, p) => {
      const pair = symbols[p];
      const judge = signals.pairs[p].score;
      return [
        ...(score === undefined ? [] : [{ name: "score", pair, slot: judge[0], column: score }]),
        { name: "target", pair, slot: signals.pairs[p].target, column: target },
        { name: "owner", pair, slot: signals.pairs[p].owner, column: owner },
        { name: "quantity", pair, slot: money.pairs[p].quantity, column: quantity },
      ];
    }),
    whole("cash", money.cash, c.cash),
    whole("held", money.held, c.held),
    whole("equity", money.equity, c.equity),
    whole("drawdown", money.drawdown, c.drawdown),
    whole("halted", money.halted, c.halted),
    ...c.pnl.map((column, s) => whole(`pnl.${strategies[s]}`, money.pnl[s], column)),
  ];
}

interface EventDifference {
  readonly what: string;
  readonly pair: string | null;
  readonly ofReplay: number;
  readonly ofLive: number;
}

type EventTable = "orders" | "fills" | "cancels" | "refusals";

/** One table of the replay, compared from its start on as rows bring theirs. */
interface ComparedTable {
  readonly done: number;
  compare(
    out: RowOutput,
    symbols: readonly string[],
  ): { readonly numbers: number; readonly difference: EventDifference | null };
}

function comparedTables({ interval }: System, replay: Replay): Record<EventTable, ComparedTable> {
  // a fill bears the open of its bar, everything else the close
  const table = (name: EventTable, delay: number): ComparedTable => {
    const { fields, n, at }: Events = replay[name];
    let done = 0;
    return {
      get done() {
        return done;
      },
      compare(out, symbols) {
        const live: Events = out[name];
        let until = done;
        while (until < n && at.time[until] + delay <= out.time) until++;
        const expected = until - done;
        let numbers = 0;
        for (let k = 0; k < Math.min(expected, live.n); k++) {
          for (const field of fields) {
            const ofReplay = at[field][done];
            const ofLive = live.at[field][k];
            if (!Object.is(ofReplay, ofLive)) {
              const pair = symbols[at.pair[done]] ?? null;
              return { numbers, difference: { what: `${name}.${field}`, pair, ofReplay, ofLive } };
            }
            numbers++;
          }
          done++;
        }
        if (expected === live.n) return { numbers, difference: null };
        const pair = symbols[expected > live.n ? at.pair[done] : live.at.pair[expected]] ?? null;
        return { numbers, difference: { what: name, pair, ofReplay: expected, ofLive: live.n } };
      },
    };
  };
  return {
    orders: table("orders", 0),
    fills: table("fills", interval),
    cancels: table("cancels", 0),
    refusals: table("refusals", 0),
  };
}
