import type { Events } from "../../engine/events.ts";
import { HOUR } from "../../engine/market/bars.ts";
import { CANCEL_REASONS, ORDER_KINDS } from "../../engine/portfolio/events.ts";
import type { Replay } from "../../engine/replay.ts";
import { RULES } from "../../engine/risk/limits.ts";
import type { Daily } from "./daily.ts";
import type { RunFigures } from "./figures.ts";
import { keptColumns } from "./kept-columns.ts";
import type { Table, TableColumn } from "./parquet.ts";
import type { RoundTrip } from "./round-trips.ts";
import { tripBars } from "./trip-bars.ts";

/** All tables of a run: bars with kept columns, days, orders, fills, cancels, refusals, round trips and their bars. */
export function tablesOf(replay: Replay, { daily, trips }: Pick<RunFigures, "daily" | "trips">): Table[] {
  const kinds = kindsOf(replay);
  const events = (name: string, { fields, n, at }: Events): Table => ({
    name,
    rows: n,
    columns: fields.map((field) => ({
      name: field,
      column: at[field].subarray(0, n),
      kind: kinds[field] ?? "number",
    })),
  });
  return [
    { name: "columns", rows: replay.panel.time.length, columns: keptColumns(replay) },
    dailyTable(replay, daily),
    events("orders", replay.orders),
    events("fills", replay.fills),
    events("cancels", replay.cancels),
    events("refusals", replay.refusals),
    roundTripTable(trips, kinds),
    tripBars(replay, trips),
  ];
}

function kindsOf({ symbols, strategies }: Replay): Record<string, TableColumn["kind"]> {
  return {
    order: "whole",
    time: "time",
    pair: { names: symbols, from: 0 },
    other: { names: [null, ...symbols], from: -1 },
    strategy: { names: strategies, from: 0 },
    side: { names: ["sell", null, "buy"], from: -1 },
    kind: { names: ORDER_KINDS, from: 0 },
    reason: { names: CANCEL_REASONS, from: 0 },
    rule: { names: RULES, from: 0 },
    flagged: "flag",
  };
}

function dailyTable({ strategies, symbols }: Replay, daily: Daily): Table {
  const number = (name: string, column: Float64Array): TableColumn => ({ name, column, kind: "number" });
  return {
    name: "daily",
    rows: daily.rows.length,
    columns: [
      { name: "time", column: daily.time, kind: "time" },
      number("equity", daily.equity),
      number("return", daily.returns),
      number("drawdown", daily.drawdown),
      number("buyAndHold", daily.buyAndHold),
      number("scaled", daily.scaled),
      number("exposure", daily.exposure),
      number("sharpe90", daily.sharpe90),
      number("volatility90", daily.volatility90),
      ...strategies.map((name, s) => number(`exposure.${name}`, daily.exposureByStrategy[s])),
      ...strategies.map((name, s) => number(`pnl.${name}`, daily.pnlByStrategy[s])),
      ...symbols.map((symbol, p) => number(`pnl.${symbol}`, daily.pnlByPair[p])),
    ],
  };
}

function roundTripTable(trips: readonly RoundTrip[], kinds: Record<string, TableColumn["kind"]>): Table {
  const column = (name: string, at: (trip: RoundTrip) => number, kind: TableColumn["kind"] = "number") => ({
    name,
    column: Float64Array.from(trips, at),
    kind,
  });
  return {
    name: "round-trips",
    rows: trips.length,
    columns: [
      column("pair", (t) => t.pair, kinds.pair),
      column("strategy", (t) => t.strategy, kinds.strategy),
      column("entryTime", (t) => t.entryTime, "time"),
      column("exitTime", (t) => t.exitTime, "time"),
      column("holdHours", (t) => (t.exitTime - t.entryTime) / HOUR),
      column("quantity", (t) => t.quantity),
      column("entryPrice", (t) => t.entryPrice),
      column("exitPrice", (t) => t.exitPrice),
      column("pnl", (t) => t.pnl),
      column("return", (t) => t.return),
      column("fills", (t) => t.fills, "whole"),
      column("fee", (t) => t.costs.fee),
      column("costs", (t) => t.costs.total),
      column("worst", (t) => t.worst),
      column("best", (t) => t.best),
      column("open", (t) => (t.open ? 1 : 0), "flag"),
    ],
  };
}
