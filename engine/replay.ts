import { type Drive, type DriveOptions, drive } from "./drive.ts";
import { FathomError } from "./errors.ts";
import type { Column, Slot } from "./kernel.ts";
import { BAR_FIELDS, type Panel } from "./market/bars.ts";
import {
  CANCEL_FIELDS,
  type CancelEvents,
  FILL_FIELDS,
  type FillEvents,
  ORDER_FIELDS,
  type OrderEvents,
  REFUSAL_FIELDS,
  type RefusalEvents,
} from "./portfolio/events.ts";
import type { System } from "./system.ts";

/** One pair's kept columns. */
export interface PairColumns {
  /** Target weight (fraction of equity), the strategy that wants it (-1: none), base quantity held. */
  readonly target: Column;
  readonly owner: Column;
  readonly quantity: Column;
  /** The model's score, where one judges the pair. */
  readonly score?: Column;
}

/** Columns of a replay, one number a row of the panel. Money in quote currency. */
export interface ReplayColumns {
  /** Close of the row, ms UTC. */
  readonly time: Column;
  readonly equity: Column;
  readonly cash: Column;
  /** Value of what is held, at the close. */
  readonly held: Column;
  /** 1 - equity / peak, a fraction. */
  readonly drawdown: Column;
  readonly halted: Column;
  /** Index into REGIMES. */
  readonly regime: Column;
  readonly confidence: Column;
  readonly recovery: Column;
  /** Volatility index, points. */
  readonly index: Column;
  /** Age of an outside index, ms; none where the index is computed. */
  readonly indexAge?: Column;
  /** The strategies in charge (-1: cash) and the first one's allocation. */
  readonly first: Column;
  readonly second: Column;
  readonly share: Column;
  /** Cumulative mark-to-market P&L after costs, one column a strategy. */
  readonly pnl: readonly Column[];
  readonly pairs: readonly PairColumns[];
}

/** What a System did over history. */
export interface Replay {
  readonly panel: Panel;
  /** Pairs and strategies in the order that the events' indices count in. */
  readonly symbols: readonly string[];
  readonly strategies: readonly string[];
  /** The first row that may trade and has a regime; figures start here. The number of rows if there is none. */
  readonly firstRow: number;
  /** First row in which each pair is eligible; the number of rows where it never is. */
  readonly eligibleFrom: readonly number[];
  readonly columns: ReplayColumns;
  readonly orders: OrderEvents;
  readonly fills: FillEvents;
  readonly cancels: CancelEvents;
  readonly refusals: RefusalEvents;
  /** What a reader must know: a strategy that is off, an account too small for the minimum. */
  readonly notes: readonly string[];
}

/**
 * Feeds a panel to the system, a block of rows at a time, and keeps what it decided and did.
 * @throws FathomError E_REPLAY_PANEL when the panel is not the one that the system was wired for.
 */
export function replay(system: System, panel: Panel, options: DriveOptions = {}): Replay {
  checkPanel(system, panel);
  const rows = panel.time.length;
  const run = drive(system.plan, rows, options);
  const { keep } = run;
  feedPanel(run, system, panel);

  const { signals, portfolio: money } = system;
  const columns: ReplayColumns = {
    time: panel.time,
    equity: keep(money.equity),
    cash: keep(money.cash),
    held: keep(money.held),
    drawdown: keep(money.drawdown),
    halted: keep(money.halted),
    regime: keep(signals.regime),
    confidence: keep(signals.confidence),
    recovery: keep(signals.recovery),
    index: keep(signals.index),
    ...(signals.outsideAge.length > 0 ? { indexAge: keep(signals.outsideAge[0]) } : {}),
    first: keep(signals.first),
    second: keep(signals.second),
    share: keep(signals.share),
    pnl: money.pnl.map(keep),
    pairs: signals.pairs.map(({ target, owner, score }, p) => ({
      target: keep(target),
      owner: keep(owner),
      quantity: keep(money.pairs[p].quantity),
      ...(score.length > 0 ? { score: keep(score[0]) } : {}),
    })),
  };
  const orders = run.collect(money.orders as Slot<OrderEvents>, ORDER_FIELDS);
  const fills = run.collect(money.fills as Slot<FillEvents>, FILL_FIELDS);
  const cancels = run.collect(money.cancels as Slot<CancelEvents>, CANCEL_FIELDS);
  const refusals = run.collect(money.refusals as Slot<RefusalEvents>, REFUSAL_FIELDS);
  const eligibleFrom = signals.pairs.map((pair) => run.firstRowOf(pair.eligible, 1));
  run.go();

  let firstRow = 0;
  const { time, regime } = columns;
  while (firstRow < rows && !(time[firstRow] >= system.start && regime[firstRow] === regime[firstRow]))
    firstRow++;
  return {
    panel,
    symbols: system.traded,
    strategies: system.strategies,
    firstRow,
    eligibleFrom: eligibleFrom.map((row) => row()),
    columns,
    orders,
    fills,
    cancels,
    refusals,
    notes: system.notes,
  };
}

/** Says which column of the panel goes into which input of the system. */
export function feedPanel(run: Drive, { inputs }: System, panel: Panel): void {
  run.feed(panel.time, inputs.time);
  panel.pairs.forEach((pair, p) => {
    for (const f of BAR_FIELDS) run.feed(pair[f], inputs.pairs[p][f]);
  });
  if (inputs.outside !== undefined && panel.outside !== undefined) {
    run.feed(panel.outside.value, inputs.outside.value);
    run.feed(panel.outside.age, inputs.outside.age);
  }
}

function checkPanel(system: System, panel: Panel): void {
  const found = `${panel.symbols.join(", ")} at ${panel.interval} ms`;
  const expected = `${system.symbols.join(", ")} at ${system.interval} ms`;
  if (found !== expected) {
    throw new FathomError(
      "E_REPLAY_PANEL",
      `replay: the panel holds ${found}, the system was wired for ${expected}`,
    );
  }
  if (system.inputs.outside !== undefined && panel.outside === undefined) {
    throw new FathomError(
      "E_REPLAY_PANEL",
      "replay: the config takes its volatility index from outside, and the panel holds none; join a VIX or DVOL file (regime.source)",
    );
  }
}
